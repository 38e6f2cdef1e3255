import { beforeAll, expect, it } from "vitest";
import { declareIncident } from "../../src/actions/declare-incident.ts";
import { mergeIncidents } from "../../src/actions/merge-incidents.ts";
import { planMaintenance } from "../../src/actions/plan-maintenance.ts";
import { readOlderWords } from "../../src/store/older-words.ts";
import { eachDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const day = 86_400_000;

eachDatabase("words of long ago", (database) => {
  beforeAll(async () => {
    const db = database();
    await insertServices(db, ["beacon"]);
    for (const [title, ago] of [
      ["Long ago", 300],
      ["The same", 299],
      ["Lately", 2],
    ] as const) {
      const times = { startedAt: now - ago * day, resolvedAt: now - ago * day + 3_600_000 };
      await declareIncident(
        db,
        { title, message: "It was so.", state: "resolved", services: [], ...times },
        "Ann",
        now,
      );
    }
    const changer = { author: "Ann", now, seen: null };
    await mergeIncidents(db, { whole: "INC-2026-0001", part: "INC-2026-0002" }, changer);
  });

  const titles = async (asked: Parameters<typeof readOlderWords>[1]) =>
    (await readOlderWords(database(), asked)).incidents.map(({ title }) => title);

  it("are found by reference, those that became part of others in the whole", async () => {
    expect(await titles({ kind: "incident", reference: "INC-2026-0001" })).toEqual(["Long ago"]);
    expect(await titles({ kind: "incident", reference: "INC-2026-0002" })).toEqual(["Long ago"]);
    expect(await titles({ kind: "incident", reference: "INC-1999-0001" })).toEqual([]);
    expect(await readOlderWords(database(), { kind: "window", reference: "MNT-1999-0001" })).toEqual({
      ...{ incidents: [], windows: [], firstAt: null },
    });
  });

  it("are found by time, half-open, with when the first of all began", async () => {
    const began = now - 300 * day;
    const between = (start: number, end: number) =>
      readOlderWords(database(), { kind: "stretch", stretch: { start, end } });
    const told = await between(began - day, began + 1);
    expect([told.incidents.map(({ title }) => title), told.firstAt]).toEqual([["Long ago"], began]);
    expect((await between(began - day, began)).incidents).toEqual([]);
  });

  it("include the windows in which work was planned or done", async () => {
    const plan = {
      ...{ title: "Moves", message: "We move it.", serviceSlugs: ["beacon"] },
      ...{ plannedStart: now + day, plannedEnd: now + day + 3_600_000 },
    };
    const { reference } = await planMaintenance(database(), plan, "Ann", now);
    const between = async (start: number, end: number) =>
      (await readOlderWords(database(), { kind: "stretch", stretch: { start, end } })).windows.map(
        (window) => window.reference,
      );
    expect(await between(now + day + 3_599_999, now + 2 * day)).toEqual([reference]);
    expect(await between(now + day + 3_600_000, now + 2 * day)).toEqual([]);
    expect((await readOlderWords(database(), { kind: "window", reference })).windows).toHaveLength(1);
  });
});
