import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { createToken } from "../../../src/actions/create-token.ts";
import { lookForChanges } from "../../../src/actions/look-for-changes.ts";
import { digestOfText } from "../../../src/actions/report-seal.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { agree, closablePlatform, goDown, june, office, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";

const outage = { start: "2026-06-10T10:00:00.000Z", end: "2026-06-10T10:10:00.000Z" };
const gold = `target: 99.99
covers: [beacon, lamp]
exclusions: [force_majeure]
fee: 4000.00 DKK
credit: { mode: on_claim, claim: { days_after_cycle: 30 }, bands: [{ below: 99.99, percent: 10 }] }`;
const cycle = `/api/v1/contracts/acme-gold/cycles/${june}`;
const correction = { ...outage, service: "beacon", reads_as: "up", reason: "A broken switch." };

onPostgres("cycles, reports and credits over the API", (database) => {
  let db: Database;
  let api: TestApi;
  let bo: (method: string, path: string, body?: unknown) => Promise<Response>;
  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate platforms, locations, service_groups, services, checks, readings, outages, customers, contracts, audit_entries, corrections, exclusions, proposal_steps, explanations, decisions, reports, revision_proposals, credit_entries, closings, late_changes, tokens, idempotency_keys restart identity cascade`,
    );
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await goDown(db, checks.get("beacon")!, Date.parse(outage.start), Date.parse(outage.end));
    api = await testApi(db, settled);
    const token = await createToken(db, "Bo", settled);
    bo = async (method, path, body) =>
      api.request(path, {
        method,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
  });

  /** What an answer says, which is of this status. */
  async function says(answer: Response | Promise<Response>, status: number): Promise<Record<string, any>> {
    const response = await answer;
    const text = await response.text();
    expect(response.status, text).toBe(status);
    return JSON.parse(text) as Record<string, unknown>;
  }
  const explain = () =>
    bo("POST", `${cycle}/explanations`, {
      reason: "A switch was exchanged.",
      differences: [{ service: "beacon" }],
    });

  it("shows what a cycle needs, lets it be explained, closes it, and gives its sealed text", async () => {
    const before = await says(bo("GET", cycle), 200);
    expect(before).toMatchObject({
      state: "closing",
      revision: 0,
      verdict: "breached",
      percent: "99.976851",
    });
    expect(before.needs).toMatchObject([
      { need: "explanation", at: null, difference: { service: "beacon", ...outage, incident: null } },
    ]);
    const refused = await says(bo("POST", `${cycle}/closing`), 409);
    expect(refused).toMatchObject({ code: "cycle_not_ready" });
    expect(refused.errors).toHaveLength(1);
    await says(explain(), 201);
    const closed = await bo("POST", `${cycle}/closing`);
    const address = closed.headers.get("Location")!;
    const told = await says(closed, 201);
    expect(told).toMatchObject({ revision: 1, supersedes: null, author: "Bo", credit_minor: 40_000 });
    const text = await (await bo("GET", address)).text();
    expect(digestOfText(text).toString("hex")).toBe(told.sha256);
    expect(JSON.parse(text)).toMatchObject({ format: "fournines-report", cycle: { label: june } });
    expect(await says(bo("GET", cycle), 200)).toMatchObject({ state: "final", needs: [] });
    expect(await says(bo("POST", `${cycle}/closing`), 409)).toMatchObject({ code: "cycle_final" });
    const listed = await says(bo("GET", `/api/v1/reports?month=${june}`), 200);
    expect(listed.reports).toHaveLength(1);
  });

  it("closes a month with progress, line by line", async () => {
    await agree(db, "acme-silver", "target: 99.9\ncovers: [lamp]");
    const answer = await bo("POST", "/api/v1/closings", { month: june });
    expect(answer.headers.get("Content-Type")).toBe("application/x-ndjson");
    const lines = (await answer.text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { step: "begun", total: 2 },
      { step: "waiting", contract: "acme-gold", needs: [{ need: "explanation" }] },
      { step: "looked", total: 2, ready: 1, waiting: 1 },
      { step: "issued", report: { contract: "acme-silver", revision: 1 } },
      { step: "done", issued: 1 },
    ]);
  });

  it("refuses a month that runs, a report of it, and what nobody may read without a token", async () => {
    api.clock.now = Date.parse("2026-06-20T00:00:00Z");
    expect(await says(bo("POST", "/api/v1/closings", { month: june }), 409)).toMatchObject({
      code: "month_open",
    });
    expect(await says(bo("POST", `${cycle}/closing`), 409)).toMatchObject({ code: "cycle_open" });
    const report = `/api/v1/contracts/acme-gold/reports/${june}`;
    expect(await says(bo("GET", report), 404)).toMatchObject({ code: "report_not_found" });
    for (const path of [cycle, report, "/api/v1/reports", "/api/v1/credits", "/api/v1/corrections"]) {
      expect((await api.request(path)).status, path).toBe(401);
    }
  });

  it("takes a correction from one person to another, and refuses the same one", async () => {
    const { reference } = await says(bo("POST", "/api/v1/corrections", correction), 201);
    const steps = `/api/v1/corrections/${reference}/steps`;
    const own = await says(bo("POST", steps, { step: "approved" }), 403);
    expect(own).toMatchObject({ code: "same_person" });
    const approved = await says(api.send("POST", steps, { step: "approved" }), 201);
    expect(approved).toMatchObject({ state: "approved", reads_as: "up", author: "Bo" });
    expect(await says(bo("GET", cycle), 200)).toMatchObject({ percent: "100.000000", needs: [] });
    const again = await says(api.send("POST", steps, { step: "approved" }), 409);
    expect(again).toMatchObject({ code: "proposal_settled" });
  });

  it("takes an exclusion the same way", async () => {
    const draft = { ...outage, kind: "force_majeure", services: "*", reason: "A flood." };
    const { reference } = await says(bo("POST", "/api/v1/exclusions", draft), 201);
    const steps = `/api/v1/exclusions/${reference}/steps`;
    expect(await says(bo("POST", steps, { step: "approved" }), 403)).toMatchObject({ code: "same_person" });
    expect(await says(api.send("POST", steps, { step: "approved" }), 201)).toMatchObject({
      state: "approved",
    });
    expect(await says(bo("GET", cycle), 200)).toMatchObject({ percent: "100.000000" });
    const beta = { ...draft, kind: "beta", contract: "acme-gold" };
    expect(await says(bo("POST", "/api/v1/exclusions", beta), 422)).toMatchObject({
      code: "exclusion_not_agreed",
    });
  });

  it("restates a report after a correction, approved by another person, and keeps the old one", async () => {
    await explain();
    await says(bo("POST", `${cycle}/closing`), 201);
    const { reference } = await says(bo("POST", "/api/v1/corrections", correction), 201);
    await says(api.send("POST", `/api/v1/corrections/${reference}/steps`, { step: "approved" }), 201);
    expect(await says(bo("GET", cycle), 200)).toMatchObject({ state: "final", changed_since_issue: true });
    await lookForChanges(db, office.engine, settled);
    const { revisions } = await says(bo("GET", "/api/v1/revisions"), 200);
    expect(revisions).toMatchObject([{ reference: "REV-2026-0001", cause: "correction", author: "clock" }]);
    const second = await says(bo("POST", "/api/v1/revisions/REV-2026-0001/approval"), 201);
    expect(second).toMatchObject({ revision: 2, supersedes: 1, approver: "Bo", percent: "100.000000" });
    const first = await bo("GET", `/api/v1/contracts/acme-gold/reports/${june}/revisions/1`);
    expect(await first.json()).toMatchObject({ result: { percent: "99.976851" } });
  });

  it("moves a credit to money, and exports the ledger for accounting", async () => {
    await explain();
    await says(bo("POST", `${cycle}/closing`), 201);
    const step = (state: string) =>
      bo("POST", `/api/v1/contracts/acme-gold/credits/${june}/1/steps`, { state });
    expect(await says(step("issued"), 409)).toMatchObject({ code: "credit_transition" });
    for (const state of ["claimed", "approved", "issued"]) {
      expect(await says(step(state), 201)).toMatchObject({ state, amount_minor: 40_000 });
    }
    const { credits } = await says(bo("GET", "/api/v1/credits"), 200);
    expect(credits).toHaveLength(1);
    const csv = await (await bo("GET", `/api/v1/credits.csv?month=${june}`)).text();
    expect(csv).toBe(
      "customer,contract,month,revision,amount,currency,state,claim_until,changed_at,changed_by,reason\r\n" +
        "acme,acme-gold,2026-06,1,400.00,DKK,issued,2026-07-30T22:00:00.000Z,2026-07-04T00:00:00.000Z,Bo,\r\n",
    );
  });

  it("proposes once however often the same request is sent", async () => {
    const headers = { "Idempotency-Key": "june" };
    const send = () => api.send("POST", "/api/v1/corrections", { ...correction, evidence: "" }, headers);
    const first = await says(send(), 201);
    expect(await says(send(), 201)).toEqual(first);
  });

  it("describes all of it", async () => {
    const { paths } = await says(api.request("/api/v1/openapi.json"), 200);
    expect(Object.keys(paths as object)).toEqual(
      expect.arrayContaining([
        "/api/v1/contracts/{slug}/cycles/{month}",
        "/api/v1/closings",
        "/api/v1/corrections/{reference}/steps",
        "/api/v1/credits.csv",
      ]),
    );
  });
});
