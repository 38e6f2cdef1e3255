import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { declareIncident } from "../../../src/actions/declare-incident.ts";
import { planMaintenance } from "../../../src/actions/plan-maintenance.ts";
import { proposeCorrection } from "../../../src/actions/propose-correction.ts";
import { settleCorrection } from "../../../src/actions/settle-proposal.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings, goDown, goSilent } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { consoleBrowser } from "../../support/rooms.ts";

const at = (text: string) => Date.parse(text);
const now = at("2026-06-15T10:00:00Z");
const minute = 60_000;

onPostgres("the timeline of a service", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: TestBrowser;
  const read = async (path: string) => (await (await ann.get(path)).text()).replaceAll("\u00a0", " ");
  const place = "/console/services/beacon/timeline";
  const correction = {
    ...{ service: "beacon", state: "up" as const, reason: "The probe's line was cut.", evidence: "ticket 7" },
    ...{ start: at("2026-06-10T10:00:00Z"), end: at("2026-06-10T10:10:00Z") },
  };

  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(
      sql`truncate tokens, idempotency_keys, maintenance_windows, incidents restart identity cascade`,
    );
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99\ncovers: [beacon]\nfee: 4000.00 DKK");
    await goDown(db, checks.get("beacon")!, correction.start, correction.end);
    await goSilent(db, checks.get("beacon")!, at("2026-06-10T12:00:00Z"), at("2026-06-10T12:30:00Z"));
    api = await testApi(db, now);
    ann = await consoleBrowser(api, "Ann");
  });

  it("shows what was measured, said, planned and judged anew of a day, each with its words and its place", async () => {
    const work = { title: "New disks", message: "We work.", serviceSlugs: ["beacon"] };
    const plannedStart = at("2026-06-10T14:00:00Z");
    await planMaintenance(db, { ...work, plannedStart, plannedEnd: plannedStart + 30 * minute }, "Ann", now);
    await proposeCorrection(db, correction, "Ann", now);
    const page = await read(`${place}?day=2026-06-10`);
    expect(page).toMatch(/Down[^]*12:00:00 – 12:10:00 \(10 min\)/);
    expect(page).toMatch(/Unknown[^]*14:00:00 – 14:30:00 \(30 min\)/);
    expect(page).toContain("New disks");
    expect(page).toContain("The probe&#39;s line was cut.");
    expect(page).toMatch(/class="l-down" x="500\.00" width="6\.94"/);
    expect(page).toMatch(/class="l-judged-proposed" x="500\.00"/);
    expect(page).toContain("/console/proposals/COR-2026-0001");
    expect((await read(`${place}?day=2026-06-11`)).includes("Up all the time")).toBe(true);
  });

  it("leads from a stretch to the form that proposes to correct just that", async () => {
    const page = await read(`${place}?day=2026-06-10`);
    const [, next] = /href="(\/console\/proposals\/new-correction\?[^"]+)"/.exec(page)!;
    const form = await read(next!.replaceAll("&amp;", "&"));
    expect(form).toContain('value="2026-06-10T12:00"');
    expect(form).toContain('value="2026-06-10T12:10"');
    expect(form).toMatch(/value="beacon" checked/);
  });

  it("cuts a day where the zone does, and each third hour of a long one has its mark", async () => {
    const page = await read(`${place}?day=2026-03-29`);
    // Clocks skip from 2 to 3: 23 hours.
    expect(page).toContain(
      `data-start="${at("2026-03-28T23:00:00Z")}" data-end="${at("2026-03-29T22:00:00Z")}"`,
    );
    expect(page.match(/<text /g)).toHaveLength(8);
  });

  it("tells an approved correction as such, and a rejected one too: nothing is ever gone", async () => {
    const settled = async (step: "approved" | "rejected") => {
      const { reference } = await proposeCorrection(db, correction, "Ann", now);
      await settleCorrection(
        db,
        reference,
        { step, reason: "Looked at.", author: "Bo", asAdmin: false },
        now,
      );
    };
    await settled("rejected");
    await settled("approved");
    const page = await read(`${place}?day=2026-06-10`);
    expect(page).toContain("l-judged-approved");
    expect(page).toContain("l-judged-rejected");
    expect(page).toContain("l-down");
  });

  it("stacks the days of a month, each leading on to itself", async () => {
    await declareIncident(
      db,
      {
        ...{ title: "Slow", message: "We look.", state: "investigating" },
        services: [{ serviceSlug: "beacon", impact: "major_outage" }],
        ...{ startedAt: at("2026-06-10T10:00:00Z"), resolvedAt: null },
      },
      "Ann",
      now,
    );
    const page = await read(`${place}?month=2026-06`);
    expect(page.match(/timeline\?day=2026-06-\d\d/g)).toHaveLength(15);
    expect(page).toContain("Told: Down: Slow");
  });

  it("is of a service that there is", async () => {
    expect((await ann.get("/console/services/none/timeline")).status).toBe(404);
    expect((await ann.get(`${place}?day=2026-02-31`)).status).toBe(200);
  });
});
