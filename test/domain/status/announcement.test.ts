import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  announcementsOfIncident,
  announcementsOfWindow,
  isStillComing,
  reminderOfWindow,
  topicOf,
} from "../../../src/domain/status/announcement.ts";
import { mergeIncidents } from "../../../src/domain/status/incident-merge.ts";
import { updateIncident } from "../../../src/domain/status/incident-update.ts";
import { rewordUpdate } from "../../../src/domain/status/incident-words.ts";
import { type Incident, incidentStates } from "../../../src/domain/status/incident.ts";
import { planWindow, replanWindow } from "../../../src/domain/status/maintenance-plan.ts";
import {
  advanceWindow,
  cancelWindow,
  endWindow,
  startWindow,
  verifyWindow,
} from "../../../src/domain/status/maintenance-window.ts";
import { anIncident, surroundings } from "../../support/incidents.ts";

const at = Date.parse("2026-06-01T10:00:00Z");
const hour = 3_600_000;
const impacts = [
  { serviceSlug: "beacon", impact: "major_outage", start: at, end: null },
  { serviceSlug: "mail", impact: "degraded_performance", start: at, end: at + 1 },
  { serviceSlug: "beacon", impact: "partial_outage", start: at - 1, end: at },
] as const;
const open = anIncident({ startedAt: at, impacts: [...impacts] });

describe("of an incident", () => {
  it("its declaration is told, with every service it has hit, each once", () => {
    expect(announcementsOfIncident(null, open)).toEqual([
      {
        ...{ key: `incident INC-2026-0001 ${at}`, subject: "incident", reference: "INC-2026-0001" },
        ...{ event: "investigating", at, serviceSlugs: ["beacon", "mail"] },
      },
    ]);
  });

  it("every update is told once, in whatever order of changes, and nothing else is", () => {
    const steps = fc.array(fc.constantFrom("reword", ...incidentStates), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (states) => {
        let incident: Incident = open;
        const told = announcementsOfIncident(null, incident);
        for (const [i, state] of states.entries()) {
          const after =
            state === "reword"
              ? rewordUpdate(incident, 1, { message: `Corrected ${i}` }, surroundings, at + i)
              : updateIncident(
                  incident,
                  {
                    ...{ title: null, state, message: "More.", services: null },
                    reopen: incident.state === "resolved" && state !== "resolved",
                  },
                  "ops",
                  surroundings,
                  at + i * hour,
                );
          told.push(...announcementsOfIncident(incident, after));
          incident = after;
          if (state === "resolved") {
            break;
          }
        }
        expect(told.map(({ event, at }) => [event, at])).toEqual(
          incident.updates.map(({ state, at }) => [state, at]),
        );
        expect(new Set(told.map(({ key }) => key)).size).toBe(told.length);
      }),
    );
  });

  it.each([
    ["a day after its end", 24 * hour, 1],
    ["a moment later", 24 * hour + 1, 0],
  ])("one that is declared %s: %s ms", (_, lateMs, count) => {
    const late = anIncident({ startedAt: at, resolvedAt: at + hour, declaredAt: at + hour + lateMs });
    const declared = { ...late, updates: late.updates.slice(-1) };
    expect(announcementsOfIncident(null, declared)).toHaveLength(count);
  });

  it("a postmortem is told when it is published, and only then", () => {
    const draft = {
      ...{ message: "What we learned.", language: "en", translations: {}, author: "ops" },
      ...{ savedAt: at + 2, publishedAt: null },
    };
    const drafted = { ...open, postmortem: draft };
    const published = { ...open, postmortem: { ...draft, publishedAt: at + 3 } };
    expect(announcementsOfIncident(open, drafted)).toEqual([]);
    expect(announcementsOfIncident(drafted, published)).toMatchObject([
      { key: "postmortem INC-2026-0001", subject: "postmortem", event: "published", at: at + 3 },
    ]);
    const corrected = { ...published, postmortem: { ...published.postmortem, message: "Corrected." } };
    expect(announcementsOfIncident(published, corrected)).toEqual([]);
  });

  it("becoming part of another one tells nothing that was told already", () => {
    const part = anIncident({ reference: "INC-2026-0002", startedAt: at + 1 });
    const merged = mergeIncidents(open, part, at + 2);
    expect(announcementsOfIncident(open, merged.whole)).toEqual([]);
    expect(announcementsOfIncident(part, merged.part)).toEqual([]);
  });
});

describe("of planned work", () => {
  const planned = planWindow(
    {
      ...{ title: "New disks", message: "We replace disks.", serviceSlugs: ["beacon"] },
      ...{ plannedStart: at + 24 * hour, plannedEnd: at + 26 * hour },
    },
    { reference: "MNT-2026-0001", author: "ops" },
    at,
  );
  const started = startWindow(planned, "We begin.", "ops", at + 23 * hour);
  const verifying = verifyWindow(started, "We look.", "ops", at + 25 * hour);
  const ended = endWindow(verifying, "Done.", "ops", at + 25.5 * hour);

  it("is told when it is announced, started, completed and cancelled, and not while it is verified", () => {
    const events = [
      [null, planned],
      [planned, started],
      [started, verifying],
      [verifying, ended],
      [planned, cancelWindow(planned, "Not now.", "ops", at + 1)],
    ] as const;
    expect(
      events.map(([before, after]) => announcementsOfWindow(before, after).map(({ event }) => event)),
    ).toEqual([["announced"], ["started"], [], ["completed"], ["cancelled"]]);
  });

  it("a clock that is late tells what came of it", () => {
    const late = advanceWindow(planned, at + 30 * hour);
    expect(announcementsOfWindow(planned, late)).toMatchObject([{ event: "completed", at: at + 26 * hour }]);
  });

  describe("is reminded of", () => {
    const unchanged = { title: null, serviceSlugs: null, plannedStart: null, plannedEnd: null };
    const begins = at + 96 * hour;
    const far = planWindow(
      {
        ...{ title: "New disks", message: "We replace disks.", serviceSlugs: ["beacon"] },
        ...{ plannedStart: begins, plannedEnd: begins + hour },
      },
      { reference: "MNT-2026-0001", author: "ops" },
      at,
    );

    it.each([
      ["one ms before the day before", begins - 24 * hour - 1, false],
      ["the day before", begins - 24 * hour, true],
      ["by a server that is late", begins - hour - 1, true],
      ["an hour before, when it is too late", begins - hour, false],
    ])("%s", (_, now, isDue) => {
      expect(reminderOfWindow(far, [], now)).toEqual(
        isDue
          ? {
              key: `maintenance MNT-2026-0001 upcoming ${begins}`,
              ...{ subject: "maintenance", reference: "MNT-2026-0001", event: "upcoming" },
              ...{ at: begins - 24 * hour, serviceSlugs: ["beacon"] },
            }
          : null,
      );
    });

    it("not where it was announced or changed within the day before, begun or cancelled", () => {
      const day = begins - 24 * hour;
      expect(reminderOfWindow(planned, [], at + 1)).toBeNull();
      const change = { ...unchanged, message: "One more service.", serviceSlugs: ["beacon", "lamp"] };
      expect(reminderOfWindow(replanWindow(far, change, "ops", day - 23 * hour), [], day)).toBeNull();
      expect(reminderOfWindow(replanWindow(far, change, "ops", day - 24 * hour), [], day)).not.toBeNull();
      expect(reminderOfWindow(startWindow(far, "We begin.", "ops", day), [], day)).toBeNull();
      expect(reminderOfWindow(cancelWindow(far, "Not now.", "ops", at + 1), [], day)).toBeNull();
    });

    it("not where it comes again every day", () => {
      const series = (reference: string) => ({ reference, occurrence: "2026-06-05T10:00" });
      const day = begins - 24 * hour;
      const nightly = { ...far, series: series("SER-2026-0001") };
      const before = { ...nightly, reference: "MNT-2026-0002", plannedStart: day };
      expect(reminderOfWindow(nightly, [before, nightly], day)).toBeNull();
      const longBefore = { ...before, plannedStart: begins - 48 * hour };
      expect(reminderOfWindow(nightly, [longBefore, nightly], day)).not.toBeNull();
      const another = { ...before, series: series("SER-2026-0002") };
      expect(reminderOfWindow(nightly, [another, far], day)).not.toBeNull();
    });

    it("and holds no more once it was moved, has begun or was cancelled", () => {
      const reminder = reminderOfWindow(far, [], begins - 24 * hour)!;
      const moved = { ...unchanged, message: "Later.", plannedStart: begins + 1, plannedEnd: begins + hour };
      expect(isStillComing(reminder, far)).toBe(true);
      expect(isStillComing(reminder, replanWindow(far, moved, "ops", begins - hour))).toBe(false);
      expect(isStillComing(reminder, advanceWindow(far, begins))).toBe(false);
      expect(isStillComing(reminder, cancelWindow(far, "Not now.", "ops", begins - hour))).toBe(false);
    });
  });

  it("work that is recorded once it is over is not news", () => {
    expect(announcementsOfWindow(null, advanceWindow(planned, at + 30 * hour))).toEqual([]);
  });

  it("what changes nothing that was said is not told", () => {
    expect(announcementsOfWindow(planned, { ...planned, title: "Disks" })).toEqual([]);
  });

  it("is a topic of its own; a postmortem belongs to incidents", () => {
    expect(
      (["incident", "postmortem", "maintenance"] as const).map((subject) => topicOf({ subject })),
    ).toEqual(["incidents", "incidents", "maintenance"]);
  });
});
