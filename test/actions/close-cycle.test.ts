import { createPublicKey, verify } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { closeCycle } from "../../src/actions/close-cycle.ts";
import { type ClosingProgress, closeMonth } from "../../src/actions/close-month.ts";
import { decideCycle } from "../../src/actions/decide-cycle.ts";
import { draftCycle, reportOf } from "../../src/actions/draft-cycle.ts";
import { explainDifferences } from "../../src/actions/explain-differences.ts";
import { onlyContract, readGround } from "../../src/actions/read-ground.ts";
import { proposeCorrection } from "../../src/actions/propose-correction.ts";
import { Conflict, InvalidInput, NotFound } from "../../src/domain/errors.ts";
import { monthlyUptime } from "../../src/domain/sla/measure/monthly-uptime.ts";
import { type Report, reportJson } from "../../src/domain/sla/report/report.ts";
import { readBoardWords } from "../../src/live/board-words.ts";
import { openBoard } from "../../src/live/live-board.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { commitmentOf } from "../../src/http/api/services.ts";
import { findBrokenAudit, listAudit } from "../../src/store/audit.ts";
import { beginClosing } from "../../src/store/closings.ts";
import { listCredits } from "../../src/store/credits.ts";
import { type Database, queryRows } from "../../src/store/database.ts";
import { getReport, listReports, readInputs } from "../../src/store/reports.ts";
import { putSilences } from "../../src/store/silences.ts";
import {
  agree,
  begun,
  closablePlatform,
  goDown,
  goSilent,
  june,
  office,
  settled,
  forgetClosings,
} from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";
import { watch } from "../support/watched.ts";

const at = (text: string) => Date.parse(text);
const gold = `target: 99.99
covers: [beacon, lamp]
fee: 4000.00 DKK
credit: { mode: automatic, bands: [{ below: 99.99, percent: 10 }, { below: 99.9, percent: 25 }] }`;
const asked = { contract: "acme-gold", label: june, author: "Ann" };

async function drain(progress: AsyncGenerator<ClosingProgress>): Promise<ClosingProgress[]> {
  const steps: ClosingProgress[] = [];
  for await (const step of progress) {
    steps.push(step);
  }
  return steps;
}

/** What was refused, with every reason. */
async function refusal(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => new Error("it was not refused"),
    (thrown: unknown) => thrown as Conflict,
  );
  return "fields" in error ? [error.code, ...error.fields.map(({ detail }) => detail)] : [error.message];
}

eachDatabase("closing a cycle", (database) => {
  let db: Database;
  let checks: Map<string, number>;
  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
  });
  const explain = (reason = "A switch was exchanged.") =>
    explainDifferences(
      db,
      office.engine,
      {
        contract: "acme-gold",
        label: june,
        choices: [{ service: "beacon", incident: null, start: null }],
        reason,
      },
      "Ann",
      settled,
    );
  const breach = async () => {
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:10:00Z"));
    await explain();
  };

  it("issues a sealed report that its stored inputs make again, byte for byte", async () => {
    await breach();
    const issued = await closeCycle(db, office, asked, settled);
    expect(issued).toMatchObject({
      ...{ revision: 1, verdict: "breached", percent: "99.976851" },
      ...{ creditMinor: 40_000, currency: "DKK", author: "Ann" },
    });
    const stored = await getReport(db, "acme-gold", june);
    expect(reportJson(reportOf(readInputs(stored)))).toBe(stored.json);
    const key = createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(stored.publicKey, "base64").toString("base64url") },
      format: "jwk",
    });
    const digest = Buffer.from(stored.sha256, "hex");
    expect(verify(null, digest, key, Buffer.from(stored.signature, "base64"))).toBe(true);
    expect(await findBrokenAudit(db)).toBeNull();
    expect(await listAudit(db, `acme-gold ${june}`)).toMatchObject([{ event: "issued", author: "Ann" }]);
  });

  it("tells how much of the month each location observed; what becomes known of it later restates nothing", async () => {
    const draft = async () => {
      const ground = await readGround(db, june, { contract: "acme-gold" });
      return draftCycle(db, ground, onlyContract(ground), office.engine, settled);
    };
    const before = await draft();
    const [start, end] = [at("2026-06-10T10:00:00Z"), at("2026-06-11T10:00:00Z")];
    await putSilences(db, [{ checkId: checks.get("beacon")!, location: "lisbon", start, end }]);
    const after = await draft();
    expect(after.factsDigest).toBe(before.factsDigest);
    const monthMs = 30 * 86_400_000;
    expect(after.report.services.map(({ locations }) => locations)).toEqual([
      [
        {
          ...{ location: "lisbon", coverage_percent: "96.666666" },
          ...{ observed_ms: monthMs - 86_400_000, of_ms: monthMs },
        },
      ],
      [{ location: "lisbon", coverage_percent: "100.000000", observed_ms: monthMs, of_ms: monthMs }],
    ]);
  });

  it("enters an automatic credit as approved", async () => {
    await breach();
    await closeCycle(db, office, asked, settled);
    const [line] = await listCredits(db, { contract: "acme-gold" });
    expect(line).toMatchObject({ amountMinor: 40_000, currency: "DKK", state: "approved", customer: "acme" });
    expect(line!.entries.map(({ state }) => state)).toEqual(["eligible", "approved"]);
  });

  it("refuses a cycle that runs, and one that has not begun", async () => {
    const running = closeCycle(db, office, asked, at("2026-06-20T00:00:00Z"));
    await expect(running).rejects.toThrow(/runs until 2026-06-30T22:00:00.000Z/);
    await expect(closeCycle(db, office, { ...asked, label: "2027-01" }, settled)).rejects.toThrow(NotFound);
    await expect(closeCycle(db, office, { ...asked, label: "2025-12" }, settled)).rejects.toThrow(
      /has no cycle 2025-12/,
    );
  });

  it("refuses a contract that does not exist", async () => {
    await expect(closeCycle(db, office, { ...asked, contract: "nobody" }, settled)).rejects.toThrow(NotFound);
  });

  it("waits 72 hours for evidence that is on its way", async () => {
    const early = at("2026-07-03T21:59:59.999Z");
    expect(await refusal(closeCycle(db, office, asked, early))).toEqual([
      "cycle_not_ready",
      "Evidence may still arrive until 2026-07-03T22:00:00.000Z.",
    ]);
    expect(await closeCycle(db, office, asked, early + 1)).toMatchObject({ revision: 1, verdict: "met" });
  });

  it("wants every outage without an incident explained, and explains none that there is not", async () => {
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:01:00Z"));
    expect(await refusal(closeCycle(db, office, asked, settled))).toEqual([
      "cycle_not_ready",
      "beacon was down from 2026-06-10T10:00:00.000Z to 2026-06-10T10:01:00.000Z without an incident: explain it.",
    ]);
    const none = { contract: "acme-gold", label: june, reason: "Why not." };
    const choices = [{ service: "lamp", incident: null, start: null }];
    const nothing = explainDifferences(db, office.engine, { ...none, choices }, "Ann", settled);
    await expect(nothing).rejects.toThrow(InvalidInput);
    expect(await explain()).toHaveLength(1);
    await expect(explain()).rejects.toThrow(/explained already/);
    await closeCycle(db, office, asked, settled);
    const report = JSON.parse((await getReport(db, "acme-gold", june)).json) as Report;
    expect(report.decisions).toMatchObject([{ kind: "outage_without_incident", about: "beacon" }]);
  });

  it("wants a proposal settled that touches it", async () => {
    const draft = {
      ...{ service: "lamp", state: "down" as const, reason: "Customers saw errors.", evidence: "" },
      ...{ start: at("2026-06-11T10:00:00Z"), end: at("2026-06-11T10:01:00Z") },
    };
    await proposeCorrection(db, draft, "Ann", settled);
    expect(await refusal(closeCycle(db, office, asked, settled))).toEqual([
      "cycle_not_ready",
      "COR-2026-0001 waits to be approved or rejected.",
    ]);
  });

  it("wants a decision where the verdict hangs on unmeasured time, and no other decision", async () => {
    const nothing = decideCycle(db, office.engine, { ...asked, reason: "It stands." }, "Ann", settled);
    await expect(nothing).rejects.toThrow(/the same whatever unmeasured time was/);
    await goSilent(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T11:00:00Z"));
    expect(await refusal(closeCycle(db, office, asked, settled))).toEqual([
      "cycle_not_ready",
      "The verdict hangs on unmeasured time (99.861111 to 100.000000 %): a person has to decide.",
    ]);
    const decided = await decideCycle(
      db,
      office.engine,
      { ...asked, reason: "Up, by our logs." },
      "Ann",
      settled,
    );
    expect(decided).toMatchObject({ verdict: "met", percent: "100.000000" });
    await goDown(db, checks.get("beacon")!, at("2026-06-20T10:00:00Z"), at("2026-06-20T10:00:30Z"));
    await explain();
    expect((await refusal(closeCycle(db, office, asked, settled)))[0]).toBe("cycle_not_ready");
    await decideCycle(db, office.engine, { ...asked, reason: "Still so." }, "Ann", settled);
    expect(await closeCycle(db, office, asked, settled)).toMatchObject({ verdict: "met" });
  });

  it("closes a cycle without any data, which comes to no percentage", async () => {
    await watch(db, "software", {}, begun);
    await agree(db, "acme-new", "target: 99.99\ncovers: [software]");
    const none = { contract: "acme-new", label: june, author: "Ann" };
    expect((await refusal(closeCycle(db, office, none, settled)))[0]).toBe("cycle_not_ready");
    await decideCycle(db, office.engine, { ...none, reason: "Nothing was watched." }, "Ann", settled);
    const issued = await closeCycle(db, office, none, settled);
    expect(issued).toMatchObject({ verdict: "no_data", percent: null, creditMinor: null });
  });

  it("closes once: a second time is refused, and says who did", async () => {
    await closeCycle(db, office, asked, settled);
    await expect(closeCycle(db, office, { ...asked, author: "Bo" }, settled)).rejects.toThrow(
      /is closed: Ann issued revision 1/,
    );
    expect(await listReports(db)).toHaveLength(1);
  });

  it("lets only one of two people close the same thing at once", async () => {
    const open = { label: june, contractId: null, author: "Bo", until: 1, total: 1 };
    await beginClosing(db, open, settled);
    await expect(closeCycle(db, office, asked, settled)).rejects.toThrow(/Bo has been closing all contracts/);
    await expect(drain(closeMonth(db, office, asked, () => settled))).rejects.toThrow(/Bo has been closing/);
    const both = await Promise.allSettled([
      closeCycle(db, office, asked, settled + 600_000),
      closeCycle(db, office, { ...asked, author: "Bo" }, settled + 600_000),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await listReports(db)).toHaveLength(1);
  });

  it("closes a month together: who needs a person first, then one by one, and again without doing anything twice", async () => {
    await agree(db, "acme-silver", "target: 99.9\ncovers: [lamp]");
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:01:00Z"));
    const first = await drain(closeMonth(db, office, { label: june, author: "Ann" }, () => settled));
    expect(first).toMatchObject([
      { step: "begun", total: 2 },
      { step: "waiting", contract: "acme-gold", needs: [{ need: "explanation" }] },
      { step: "looked", total: 2, ready: 1, final: 0, waiting: 1 },
      { step: "issued", report: { contract: "acme-silver", percent: "100.000000" } },
      { step: "done", issued: 1, final: 0, waiting: 1, refused: 0 },
    ]);
    await explain();
    const second = await drain(closeMonth(db, office, { label: june, author: "Bo" }, () => settled));
    expect(second.at(-1)).toEqual({ step: "done", issued: 1, final: 1, waiting: 0, refused: 0 });
  });

  it("refuses a month of which no cycle is over", async () => {
    const running = closeMonth(db, office, { label: june, author: "Ann" }, () => at("2026-06-10T00:00:00Z"));
    await expect(drain(running)).rejects.toThrow(/No contract's cycle 2026-06 is over/);
  });

  it("never lets an issued report be changed or lost, nor the entries around it", async () => {
    await breach();
    await closeCycle(db, office, asked, settled);
    for (const table of ["reports", "credit_entries", "audit_entries", "explanations"]) {
      await expect(db.execute(sql.raw(`delete from ${table}`)), table).rejects.toThrow();
    }
    await expect(db.execute(sql`update reports set percent = '100.000000'`)).rejects.toThrow();
    expect(await queryRows(db, sql`select percent from reports`)).toEqual([{ percent: "99.976851" }]);
  });

  it("comes to the same figure as the page where both lay the same over what was measured", async () => {
    await agree(db, "acme-beacon", "target: 99.99\ncovers: [beacon]");
    await breach();
    const issued = await closeCycle(db, office, { ...asked, contract: "acme-beacon" }, settled);
    const board = openBoard(await loadReadings(db, 0), await readBoardWords(db, 0), () => 0).at(settled);
    const beacon = board.services.find(({ slug }) => slug === "beacon")!;
    const month = monthlyUptime(beacon, commitmentOf(board), settled).find(({ label }) => label === june)!;
    expect(month.percent).toBe(issued.percent);
    expect(month.verdict).toBe(issued.verdict);
  });
});
