import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { cancelMaintenance } from "../../../src/actions/cancel-maintenance.ts";
import { declareIncident } from "../../../src/actions/declare-incident.ts";
import { planMaintenance } from "../../../src/actions/plan-maintenance.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { consoleBrowser } from "../../support/rooms.ts";

const at = (text: string) => Date.parse(text);
const now = at("2026-12-10T10:00:00Z");
const plan = (title: string, start: string, end: string) => ({
  ...{ title, message: "We work.", serviceSlugs: ["beacon"] },
  ...{ plannedStart: at(start), plannedEnd: at(end) },
});

onPostgres("the calendar of the console", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: TestBrowser;
  const read = async (path: string) => (await (await ann.get(path)).text()).replaceAll("\u00a0", " ");
  /** What stands on a day: the text of its item. */
  const dayOf = (page: string, name: string) =>
    page
      .split("<li data-column")
      .find((item) => item.includes(`>${name}<`))!
      .replace(/<[^>]+>/g, " ");

  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate tokens, incidents, maintenance_windows restart identity cascade`);
    await closablePlatform(db);
    await agree(
      db,
      "acme-gold",
      "target: 99.9\ncovers: [lamp]\nmaintenance: { checks: { outside_hours: { hours: { mon-fri: 08:00-16:00 }, holidays: DK } } }",
    );
    api = await testApi(db, now);
    ann = await consoleBrowser(api, "Ann");
  });

  it("shows a month by day: what was, what is to come, what was called off, incidents and public holidays", async () => {
    await planMaintenance(db, plan("New disks", "2026-12-13T22:30:00Z", "2026-12-14T00:30:00Z"), "Ann", now);
    await planMaintenance(db, plan("Old work", "2026-12-01T20:00:00Z", "2026-12-01T20:30:00Z"), "Ann", now);
    const off = await planMaintenance(
      db,
      plan("No work", "2026-12-20T20:00:00Z", "2026-12-20T21:00:00Z"),
      "Ann",
      now,
    );
    await cancelMaintenance(db, off.reference, "Not now.", "Ann", now);
    const services = [{ serviceSlug: "lamp", impact: "major_outage" as const }];
    const trouble = { title: "Lamp is dark", message: "We look.", state: "investigating" as const, services };
    await declareIncident(
      db,
      { ...trouble, startedAt: at("2026-12-09T22:00:00Z"), resolvedAt: null },
      "Ann",
      now,
    );
    const page = await read("/console/calendar");
    expect(page).toContain("December 2026");
    expect(page.match(/<li data-column/g)).toHaveLength(31);
    expect(dayOf(page, "Sunday, 13 December 2026")).toMatch(/New disks\s+23:30 – …/);
    expect(dayOf(page, "Monday, 14 December 2026")).toMatch(/New disks\s+… – 01:30/);
    expect(dayOf(page, "Tuesday, 1 December 2026")).toContain("Completed, beacon");
    expect(dayOf(page, "Sunday, 20 December 2026")).toContain("Cancelled");
    expect(dayOf(page, "Thursday, 10 December 2026")).toContain("Lamp is dark");
    expect(dayOf(page, "Friday, 11 December 2026")).not.toContain("Lamp is dark");
    expect(dayOf(page, "Friday, 25 December 2026")).toContain("Christmas Day (DK)");
    expect(page).toContain('href="/console/maintenance/new?start=2026-12-24T22:00&amp;end=2026-12-24T22:30"');
    expect(page).toContain('aria-current="date"');
  });

  it("turns to other months, and calls holidays in the reader's language", async () => {
    await ann.post("/console/language", { language: "da", then: "/console/calendar" });
    const page = await read("/console/calendar?month=2026-04");
    expect(dayOf(page, "fredag den 3. april 2026")).toContain("Langfredag (DK)");
    expect(page).toContain('href="/console/calendar?month=2026-03"');
    expect(page).toContain('href="/console/calendar?month=2026-12"');
    expect((await ann.get("/console/calendar?month=nonsense")).status).toBe(200);
  });
});
