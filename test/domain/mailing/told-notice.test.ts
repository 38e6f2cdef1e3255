import { describe, expect, it } from "vitest";
import { toldNotices } from "../../../src/domain/mailing/told-notice.ts";
import { announcementsOfIncident, announcementsOfWindow } from "../../../src/domain/status/announcement.ts";
import { planWindow } from "../../../src/domain/status/maintenance-plan.ts";
import { advanceWindow, clockAuthor } from "../../../src/domain/status/maintenance-window.ts";
import { anIncident, anUpdate } from "../../support/incidents.ts";

const at = Date.parse("2026-06-01T10:00:00Z");
const hour = 3_600_000;
const services = new Map([["beacon", "Beacon"]]);

describe("of an incident", () => {
  const incident = anIncident({
    startedAt: at,
    titles: { da: "Login fejler" },
    impacts: [
      { serviceSlug: "beacon", impact: "major_outage", start: at, end: null },
      { serviceSlug: "gone", impact: "major_outage", start: at, end: null },
    ],
    updates: [
      anUpdate({ state: "investigating", at, message: "We look.", translations: { da: "Vi kigger." } }),
    ],
  });
  const said = announcementsOfIncident(null, incident);
  const sources = { incidents: new Map([[incident.reference, incident]]), windows: new Map(), services };

  it("comes in the reader's language where there is one, else as it was said", () => {
    const [danish] = toldNotices(said, sources, "da", "en");
    expect(danish).toMatchObject({
      ...{ title: { text: "Login fejler", language: "da" }, message: { text: "Vi kigger.", language: "da" } },
      ...{ event: "investigating", path: "/incidents/INC-2026-0001", planned: null },
      services: [
        { slug: "beacon", title: "Beacon" },
        { slug: "gone", title: "gone" },
      ],
    });
    const [french] = toldNotices(said, sources, "fr", "en");
    expect(french!.message).toEqual({ text: "We look.", language: "en" });
  });

  it("is told as it was corrected", () => {
    const corrected = { ...incident, updates: [{ ...incident.updates[0]!, message: "We look closely." }] };
    const corrections = { ...sources, incidents: new Map([[incident.reference, corrected]]) };
    expect(toldNotices(said, corrections, "en", "en")[0]!.message!.text).toBe("We look closely.");
  });

  it("promises more while nothing was said since and it is open, in nothing else that it says", () => {
    const nextUpdateAt = at + hour;
    const promising = { ...incident, updates: [{ ...incident.updates[0]!, nextUpdateAt }] };
    const promised = (now: typeof incident, told = said) =>
      toldNotices(told, { ...sources, incidents: new Map([[now.reference, now]]) }, "en", "en").map(
        (notice) => notice.nextUpdateAt,
      );
    expect(promised(incident)).toEqual([null]);
    expect(promised(promising)).toEqual([nextUpdateAt]);
    const more = anUpdate({ state: "identified", at: at + 1, message: "A cable." });
    const further = { ...promising, updates: [...promising.updates, more] };
    expect(promised(further, announcementsOfIncident(null, further))).toEqual([null, null]);
    const elsewhere = { ...promising, updates: [...promising.updates, { ...more, from: "INC-2026-0002" }] };
    expect(promised(elsewhere)).toEqual([nextUpdateAt]);
    expect(promised({ ...promising, state: "resolved", resolvedAt: at + 2 })).toEqual([null]);
  });

  it("is left out where it is not said any more", () => {
    const postmortem = {
      ...{ message: "We learned.", language: "en", translations: {}, author: "ops" },
      ...{ savedAt: at, publishedAt: at + 1 },
    };
    const published = { ...incident, postmortem };
    const told = announcementsOfIncident(incident, published);
    const withPostmortem = { ...sources, incidents: new Map([[incident.reference, published]]) };
    expect(toldNotices(told, withPostmortem, "en", "en")).toMatchObject([
      { subject: "postmortem", message: { text: "We learned." } },
    ]);
    expect(toldNotices(told, sources, "en", "en")).toEqual([]);
    expect(toldNotices(said, { ...sources, incidents: new Map() }, "en", "en")).toEqual([]);
  });
});

describe("of planned work", () => {
  const window = planWindow(
    {
      ...{ title: "New disks", message: "We replace disks.", serviceSlugs: ["beacon"] },
      ...{ plannedStart: at + 24 * hour, plannedEnd: at + 26 * hour },
    },
    { reference: "MNT-2026-0001", author: "ops" },
    at,
  );
  const sourcesOf = (now: typeof window) => ({
    ...{ incidents: new Map(), services, windows: new Map([[now.reference, now]]) },
  });

  it("says when it is planned for, and what about", () => {
    expect(toldNotices(announcementsOfWindow(null, window), sourcesOf(window), "da", "en")).toMatchObject([
      {
        ...{ event: "announced", title: { text: "New disks", language: "en" } },
        message: { text: "We replace disks.", language: "en" },
        planned: { start: at + 24 * hour, end: at + 26 * hour },
        path: "/maintenance/MNT-2026-0001",
      },
    ]);
  });

  it("is reminded of with the words of its plan, as long as it begins then", () => {
    const told = { key: "a key", subject: "maintenance", reference: window.reference } as const;
    const reminder = { ...told, event: "upcoming" as const, at, serviceSlugs: ["beacon"] };
    expect(toldNotices([reminder], sourcesOf(window), "da", "en")).toMatchObject([
      { event: "upcoming", message: { text: "We replace disks.", language: "en" } },
    ]);
    const moved = { ...window, plannedStart: window.plannedStart + hour };
    expect(toldNotices([reminder], sourcesOf(moved), "da", "en")).toEqual([]);
  });

  it("has no words where the clock alone began it", () => {
    const begun = advanceWindow(window, at + 24 * hour);
    expect(toldNotices(announcementsOfWindow(window, begun), sourcesOf(begun), "en", "en")).toMatchObject([
      { event: "started", message: null },
    ]);
  });

  it("has the words of its plan where the clock announced it, of a series", () => {
    const announced = { ...window, updates: window.updates.map((one) => ({ ...one, author: clockAuthor })) };
    expect(
      toldNotices(announcementsOfWindow(null, announced), sourcesOf(announced), "en", "en"),
    ).toMatchObject([{ event: "announced", message: { text: "We replace disks.", language: "en" } }]);
  });
});
