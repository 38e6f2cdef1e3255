import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { closeCycle } from "../../../src/actions/close-cycle.ts";
import { createToken } from "../../../src/actions/create-token.ts";
import { explainDifferences } from "../../../src/actions/explain-differences.ts";
import { listCredits } from "../../../src/store/credits.ts";
import type { Database } from "../../../src/store/database.ts";
import { listCorrections } from "../../../src/store/proposals.ts";
import { listReports } from "../../../src/store/reports.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import {
  agree,
  closablePlatform,
  forgetClosings,
  goDown,
  june,
  office,
  settled,
} from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";

const at = (text: string) => Date.parse(text);
const gold = `target: 99.99
covers: [beacon, lamp]
fee: 4000.00 DKK
exclusions: [force_majeure]
credit: { mode: automatic, clawback: true, bands: [{ below: 99.99, percent: 10 }] }`;
const correction = {
  once: "1",
  service: "beacon",
  start: "2026-06-10T12:00",
  end: "2026-06-10T12:10",
  state: "up",
  reason: "The probe was cut off.",
  evidence: "The log of the line.",
};

onPostgres("proposals on their pages", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: TestBrowser;
  let bo: TestBrowser;
  const read = async (browser: TestBrowser, path: string) =>
    (await (await browser.get(path)).text()).replaceAll("\u00a0", " ");

  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate tokens, idempotency_keys restart identity cascade`);
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:10:00Z"));
    api = await testApi(db, settled);
    const enter = async (name: string) => {
      const browser = testBrowser(api);
      await browser.post("/console/sign-in", { token: await createToken(db, name, settled) });
      return browser;
    };
    ann = await enter("Ann");
    bo = await enter("Bo");
  });

  const propose = async () =>
    (await ann.post("/console/proposals/new-correction", correction)).headers.get("Location")!;

  it("lead from a proposal over another person to the next revision and an adjusted credit", async () => {
    const asked = { contract: "acme-gold", label: june };
    const choices = [{ service: "beacon", incident: null, start: null }];
    await explainDifferences(db, office.engine, { ...asked, choices, reason: "Known." }, "Ann", settled);
    await closeCycle(db, office, { ...asked, author: "Ann" }, settled);
    const page = await propose();
    expect(page).toBe("/console/proposals/COR-2026-0001");
    const own = await read(ann, page);
    expect(own).toContain("You proposed it: another person has to approve it.");
    expect(own).toContain("A restatement would take back 400.00 DKK.");
    const same = await ann.post(`${page}/steps`, { step: "approved" });
    expect(same.status).toBe(403);
    expect(await same.text()).toContain("another person has to approve it");
    expect((await bo.post(`${page}/steps`, { step: "approved", reason: "Right." })).status).toBe(303);
    expect((await bo.post(`${page}/steps`, { step: "approved", reason: "Right." })).status).toBe(303);
    expect(await read(bo, page)).toContain("Right.");
    const form = `/console/contracts/acme-gold/${june}/propose-revision`;
    expect(await read(ann, form)).toContain("99.976851 % → 100.000000 %".split(" → ")[1]!);
    const proposed = await ann.post(form, { reason: "It was up.", once: "2" });
    const revision = proposed.headers.get("Location")!;
    expect((await ann.post(form, { reason: "It was up.", once: "2" })).headers.get("Location")).toBe(
      revision,
    );
    expect((await ann.post(form, { reason: "Once more.", once: "3" })).status).toBe(409);
    expect((await ann.post(`${revision}/steps`, { step: "approved" })).status).toBe(403);
    expect((await bo.post(`${revision}/steps`, { step: "approved" })).status).toBe(303);
    expect((await listReports(db)).map(({ revision: n, approver }) => [n, approver])).toEqual([
      [1, null],
      [2, "Bo"],
    ]);
    expect((await listCredits(db)).map(({ amountMinor }) => amountMinor)).toEqual([40_000, -40_000]);
    expect(await read(ann, revision)).toContain("What the revision changed");
  });

  it("are made once, however often the form is sent, and refused with what was typed", async () => {
    expect(await propose()).toBe(await propose());
    expect(await listCorrections(db)).toHaveLength(1);
    const refused = await ann.post("/console/proposals/new-correction", {
      ...correction,
      ...{ reason: "", end: "2026-06-10T11:00", service: "lamp" },
    });
    const page = await refused.text();
    expect(refused.status).toBe(422);
    expect(page).toContain("The end lies after the start.");
    expect(page).toContain("The log of the line.");
    expect(page).toMatch(/value="lamp" checked/);
  });

  it("say how a time that comes twice or never is read, before they take it", async () => {
    api.clock.now = at("2026-11-10T00:00:00Z");
    await ann.post("/console/sign-in", { token: await createToken(db, "Cy", api.clock.now) });
    const twice = { ...correction, start: "2026-10-25T02:30", end: "2026-10-25T04:00" };
    const asked = await ann.post("/console/proposals/new-correction", twice);
    expect(asked.status).toBe(422);
    expect(await asked.text()).toContain('value="later 2026-10-25T02:30"');
    await ann.post("/console/proposals/new-correction", {
      ...twice,
      start_meant: "later 2026-10-25T02:30",
    });
    const skipped = { ...correction, start: "2026-03-29T02:30", end: "2026-03-29T04:00" };
    expect(await (await ann.post("/console/proposals/new-correction", skipped)).text()).toContain(
      "Clocks went forward over this time",
    );
    await ann.post("/console/proposals/new-correction", {
      ...skipped,
      start_meant: "earlier 2026-03-29T02:30",
    });
    expect((await listCorrections(db)).map(({ start }) => new Date(start).toISOString())).toEqual([
      "2026-10-25T01:30:00.000Z",
      "2026-03-29T01:00:00.000Z",
    ]);
  });

  it("take an instant from an address exactly, and show it in the platform's zone", async () => {
    const address =
      "/console/proposals/new-correction?service=beacon&start=2026-06-10T10:00:00.123Z&end=2026-06-10T10:10:00Z&state=up";
    const page = await read(ann, address);
    expect(page).toContain('value="2026-06-10T12:00:00.123"');
    expect(page).toContain('value="2026-06-10T12:10"');
  });

  it("need an admin once the time to correct is over, and are revoked with a reason", async () => {
    const page = await propose();
    api.clock.now = at("2026-11-10T00:00:00Z");
    const enter = testBrowser(api);
    await enter.post("/console/sign-in", { token: await createToken(db, "Cy", api.clock.now) });
    const late = await enter.post(`${page}/steps`, { step: "approved" });
    expect(late.status).toBe(403);
    expect(await late.text()).toContain("an admin has to approve");
    expect((await enter.post(`${page}/steps`, { step: "approved", as_admin: "yes" })).status).toBe(303);
    const bare = await enter.post(`${page}/steps`, { step: "revoked", reason: "", as_admin: "yes" });
    expect(bare.status).toBe(422);
    const revoked = { step: "revoked", reason: "It was not.", as_admin: "yes" };
    expect((await enter.post(`${page}/steps`, revoked)).status).toBe(303);
    expect(await read(enter, page)).toMatch(/proposed.*approved.*revoked.*It was not\./s);
  });

  it("take time out of the count of contracts that allow it", async () => {
    const exclusion = {
      ...{ once: "4", kind: "force_majeure", contract: "acme-gold", services: ["beacon"] },
      ...{ start: "2026-06-10T12:00", end: "2026-06-10T12:10", reason: "A storm.", evidence: "" },
    };
    const made = await ann.post("/console/proposals/new-exclusion", exclusion);
    const page = made.headers.get("Location")!;
    expect(await read(bo, page)).toContain("Force majeure: 10 min of beacon");
    expect((await bo.post(`${page}/steps`, { step: "approved" })).status).toBe(303);
    const refused = await ann.post("/console/proposals/new-exclusion", { ...exclusion, kind: "beta" });
    expect([refused.status, (await refused.text()).includes("does not allow beta")]).toEqual([422, true]);
  });

  it("are listed with those that wait first, and none from somebody else's page", async () => {
    await propose();
    const list = await read(bo, "/console/proposals");
    expect(list).toContain("1 waits for a second person");
    expect(list).toContain("beacon for 10 min read as: Up");
    const from = { Origin: "https://elsewhere.example" };
    const forged = await bo.post("/console/proposals/COR-2026-0001/steps", { step: "approved" }, from);
    expect(forged.status).toBe(403);
    expect((await bo.get("/console/proposals/COR-2026-0099")).status).toBe(404);
  });
});
