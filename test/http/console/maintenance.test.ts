import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { planMaintenance } from "../../../src/actions/plan-maintenance.ts";
import { findAudit } from "../../../src/store/audit.ts";
import type { Database } from "../../../src/store/database.ts";
import { getWindow, listWindowsOfSeries, listWindowsSince } from "../../../src/store/maintenance-windows.ts";
import { listJudgements } from "../../../src/store/window-judgements.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { consoleBrowser } from "../../support/rooms.ts";

const now = Date.parse("2026-09-20T10:00:00Z");
const hour = 3_600_000;
const pindena = `target: 99.9
covers: [beacon]
fee: 1000.00 DKK
maintenance: { checks: { longest: 30m, per_quarter: 1, outside_hours: { hours: { mon-fri: 08:00-16:00 }, holidays: DK } } }`;

/** A plan as it is typed: Sunday at night, 30 min. */
const typed = {
  ...{ title: "New disks", message: "We replace *disks*.", services: ["beacon"] },
  ...{ start: "2026-10-11T22:00", end: "2026-10-11T22:30", harm: "down", repeat: "", rule: "", until: "" },
};

onPostgres("maintenance in the console", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: TestBrowser;
  let bo: TestBrowser;
  const text = async (answer: Response | Promise<Response>) =>
    (await (await answer).text()).replaceAll("\u00a0", " ");
  const read = (path: string) => text(ann.get(path));
  const publish = (fields: object) =>
    ann.post("/console/maintenance/new", { once: "1", ...typed, ...fields, step: "publish" });

  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(
      sql`truncate tokens, idempotency_keys, maintenance_windows, maintenance_series restart identity cascade`,
    );
    await closablePlatform(db);
    await agree(db, "acme-gold", pindena);
    api = await testApi(db, now);
    ann = await consoleBrowser(api, "Ann");
    bo = await consoleBrowser(api, "Bo");
  });

  it("shows what it breaks and does before anything is announced, and once it keeps everything announces it once", async () => {
    const check = await text(ann.post("/console/maintenance/new", { ...typed, step: "check" }));
    expect(check).toContain("It keeps every promise of the 1 contract it touches.");
    expect(check).toContain("1 month is touched, 1 changes");
    expect(check).not.toContain('name="reason"');
    expect(await listWindowsSince(db, 0)).toEqual([]);
    for (let i = 0; i < 2; i++) {
      expect((await publish({})).headers.get("Location")).toBe("/console/maintenance/MNT-2026-0001");
    }
    expect(await listWindowsSince(db, 0)).toHaveLength(1);
    const page = await read("/console/maintenance/MNT-2026-0001");
    expect(page).toContain("<em>disks</em>");
    expect(page).not.toContain("What contracts promise about windows");
  });

  it.each([
    [
      "too long",
      { end: "2026-10-11T22:45" },
      "Breaks the promise on length: 45 min, and at most 30 min is promised.",
    ],
    [
      "in working hours",
      { start: "2026-10-12T10:00", end: "2026-10-12T10:30" },
      "Breaks the promise on hours: 30 min lie inside the working hours.",
    ],
  ])("asks for a reason where it is %s, keeps what was typed, and records it", async (_, change, words) => {
    const check = await text(ann.post("/console/maintenance/new", { ...typed, ...change, step: "check" }));
    expect(check).toContain(words);
    const bare = await publish({ ...change, reason: " " });
    const refused = await text(bare);
    expect(bare.status).toBe(422);
    expect(refused).toContain("Say why it is done all the same.");
    expect(refused).toContain("We replace *disks*.");
    expect(await listWindowsSince(db, 0)).toEqual([]);
    expect((await publish({ ...change, reason: "The disk fails." })).status).toBe(303);
    const page = await read("/console/maintenance/MNT-2026-0001");
    expect(page).toContain(words);
    expect(page).toMatch(/The disk fails\.[^]*Ann gave the reason/);
    const [entry] = await findAudit(db, { kind: "maintenance" }, { before: null, limit: 1 });
    expect(JSON.stringify(entry)).toContain("The disk fails.");
    expect(await read("/maintenance/MNT-2026-0001")).not.toContain("The disk fails.");
  });

  it("knows a public holiday from a working day", async () => {
    // 25 December 2026 is a Friday.
    const holiday = { start: "2026-12-25T10:00", end: "2026-12-25T10:30", step: "check" };
    const check = await text(ann.post("/console/maintenance/new", { ...typed, ...holiday }));
    expect(check).toContain("It keeps every promise");
  });

  it("counts the second in a quarter, and not the first of the next", async () => {
    await publish({});
    const second = { ...typed, start: "2026-11-15T22:00", end: "2026-11-15T22:30", step: "check" };
    expect(await text(ann.post("/console/maintenance/new", second))).toContain(
      "number 2 of the quarter, and at most 1 promised",
    );
    const next = { ...typed, start: "2027-01-03T22:00", end: "2027-01-03T22:30", step: "check" };
    expect(await text(ann.post("/console/maintenance/new", next))).toContain("It keeps every promise");
  });

  it("comes back with every fault at its field", async () => {
    const wrong = { ...typed, title: "", services: [], end: "2026-10-11T21:00", step: "check" };
    const refused = await text(ann.post("/console/maintenance/new", wrong));
    for (const fault of [
      "A title is needed.",
      "A window names at least one service.",
      "The planned end lies after the planned start.",
    ]) {
      expect(refused).toContain(fault);
    }
    const rule = { ...typed, repeat: "own", rule: "FREQ=SECONDLY", step: "check" };
    expect(await text(ann.post("/console/maintenance/new", rule))).toContain("is not a part of a rule");
  });

  it("is begun, extended, verified and ended; what cannot be taken back is confirmed", async () => {
    await publish({});
    const place = "/console/maintenance/MNT-2026-0001";
    const step = async (name: string, more: object = {}) => {
      const version = /name="version" value="(\d+)"/.exec(await read(place))![1]!;
      const typed = { once: crypto.randomUUID(), version, step: name, message: `We ${name}.` };
      return ann.post(`${place}/steps`, { ...typed, ...more });
    };
    api.clock.now = Date.parse("2026-10-11T19:50:00Z");
    ann = await consoleBrowser(api, "Cy");
    expect((await step("start")).status).toBe(303);
    const longer = await ann.post(`${place}/extend`, {
      ...{ once: "2", version: "2", message: "Longer.", end: "2026-10-11T20:45:00.000Z" },
    });
    const change = longer.headers.get("Location")!;
    expect(change).toBe(`${place}/change?end=2026-10-11T20%3A45%3A00.000Z&message=Longer.`);
    expect(await read(change)).toContain('value="2026-10-11T22:45"');
    const fields = {
      ...{ title: "New disks", message: "Longer.", services: ["beacon"], version: "2" },
      ...{ start: "2026-10-11T22:00", end: "2026-10-11T22:45", step: "publish" },
    };
    const bare = await ann.post(`${place}/change`, { once: "3", ...fields });
    expect([bare.status, (await text(bare)).includes("Breaks the promise on length")]).toEqual([422, true]);
    expect((await ann.post(`${place}/change`, { once: "3", ...fields, reason: "Stuck." })).status).toBe(303);
    expect((await step("verify")).status).toBe(303);
    api.clock.now = Date.parse("2026-10-11T20:55:00Z");
    const bareEnd = await step("end");
    expect([bareEnd.status, (await text(bareEnd)).includes("Say that it is meant.")]).toEqual([422, true]);
    expect((await step("end", { confirmed: "yes" })).status).toBe(303);
    expect(await getWindow(db, "MNT-2026-0001")).toMatchObject({ state: "completed" });
    expect(await read(place)).toContain("10 min after its planned end, which no contract excludes");
    expect(
      (await listJudgements(db, ["MNT-2026-0001"])).get("MNT-2026-0001")!.map(({ reason }) => reason),
    ).toEqual([null, "Stuck."]);
  });

  it("tells whoever has not seen the latest, and lets nobody overwrite it silently", async () => {
    await publish({});
    const place = "/console/maintenance/MNT-2026-0001/change";
    const fields = {
      ...{ title: "New disks", services: ["beacon"], version: "1", step: "publish", once: "4" },
      ...{ start: "2026-10-11T23:00", end: "2026-10-11T23:30" },
    };
    expect((await bo.post(place, { ...fields, message: "An hour later." })).status).toBe(303);
    const late = await ann.post(place, { ...fields, title: "Newer disks", message: "Another title." });
    const page = await text(late);
    expect(late.status).toBe(412);
    expect(page).toContain("Bo changed it meanwhile (");
    expect(page).toContain("with these words: “An hour later.”. Nothing was overwritten");
    expect(page).toContain('value="Newer disks"');
    expect((await getWindow(db, "MNT-2026-0001")).title).toBe("New disks");
    const again = { ...fields, title: "Newer disks", message: "Another title.", version: "2", once: "5" };
    expect((await ann.post(place, again)).status).toBe(303);

    const off = { once: "6", step: "cancel", message: "Not this time.", confirmed: "yes", version: "2" };
    const unseen = await bo.post("/console/maintenance/MNT-2026-0001/steps", off);
    expect([unseen.status, await text(unseen)]).toEqual([
      412,
      expect.stringMatching(/Ann changed it meanwhile \([\s\S]*>Not this time\.</),
    ]);
    expect((await getWindow(db, "MNT-2026-0001")).state).toBe("scheduled");
    const seen = { ...off, once: "7", version: "3" };
    expect((await bo.post("/console/maintenance/MNT-2026-0001/steps", seen)).status).toBe(303);
  });

  it("plans a series, changes it and ends it; each window can be called off alone", async () => {
    await agree(db, "acme-gold", "target: 99.9\ncovers: [beacon]\nfee: 1000.00 DKK", now - hour);
    const repeat = { repeat: "monthly_weekday", until: "2027-06-30" };
    const check = await text(ann.post("/console/maintenance/new", { ...typed, ...repeat, step: "check" }));
    expect(check).toContain("Every second Sunday of a month at 22:00, for 30 min, until 30 June 2027");
    expect((await publish({ ...repeat, reason: "Agreed." })).headers.get("Location")).toBe(
      "/console/maintenance/series/SER-2026-0001",
    );
    const place = "/console/maintenance/series/SER-2026-0001";
    const starts = async () =>
      (await listWindowsOfSeries(db, "SER-2026-0001"))
        .filter(({ state }) => state !== "cancelled")
        .map(({ plannedStart }) => new Date(plannedStart).toISOString().slice(0, 16));
    expect(await starts()).toEqual(["2026-10-11T20:00", "2026-11-08T21:00", "2026-12-13T21:00"]);
    expect(await read(place)).toContain("MNT-2026-0003");
    const cancel = { once: "6", version: "1", step: "cancel", message: "Not this time.", confirmed: "yes" };
    await ann.post("/console/maintenance/MNT-2026-0002/steps", cancel);
    const form = await read(`${place}/change`);
    expect(form).toMatch(/<option value="monthly_weekday" selected>/);
    const later = {
      ...{ ...typed, ...repeat, start: "2026-11-08T23:00", end: "2026-11-08T23:30", reason: "Agreed." },
      ...{ once: "7", version: "1", announcement: "An hour later.", step: "publish" },
    };
    expect((await ann.post(`${place}/change`, later)).status).toBe(303);
    expect(await starts()).toEqual(["2026-10-11T20:00", "2026-12-13T22:00"]);
    const stale = await ann.post(`${place}/change`, { ...later, once: "8" });
    expect([stale.status, (await text(stale)).includes("Ann changed the series meanwhile (")]).toEqual([
      412,
      true,
    ]);
    const end = { once: "9", version: "2", from: "2026-11-01T00:00", announcement: "No more." };
    expect((await ann.post(`${place}/end`, end)).status).toBe(422);
    expect((await ann.post(`${place}/end`, { ...end, confirmed: "yes" })).status).toBe(303);
    expect(await starts()).toEqual(["2026-10-11T20:00"]);
  });

  it("lists what goes on, what is to come, and what is over page by page", async () => {
    const plan = { title: "Old work", message: "We work.", serviceSlugs: ["lamp"] };
    for (let i = 0; i < 27; i++) {
      const start = now - (i + 2) * 48 * hour;
      await planMaintenance(db, { ...plan, plannedStart: start, plannedEnd: start + hour }, "Ann", now);
    }
    await publish({});
    const list = await read("/console/maintenance");
    expect(list).toContain("No work is under way.");
    expect(list).toContain("Page 1 of 2");
    expect(list.match(/Old work/g)).toHaveLength(25);
    expect((await read("/console/maintenance?page=2")).match(/Old work/g)).toHaveLength(2);
  });
});
