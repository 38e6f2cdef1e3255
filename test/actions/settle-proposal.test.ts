import { beforeEach, describe, expect, it } from "vitest";
import { closeCycle } from "../../src/actions/close-cycle.ts";
import { explainDifferences } from "../../src/actions/explain-differences.ts";
import { lookForChanges } from "../../src/actions/look-for-changes.ts";
import { moveCredit } from "../../src/actions/move-credit.ts";
import { proposeCorrection } from "../../src/actions/propose-correction.ts";
import { proposeExclusion } from "../../src/actions/propose-exclusion.ts";
import { proposeRevision } from "../../src/actions/propose-revision.ts";
import { settleCorrection, settleExclusion, type Settlement } from "../../src/actions/settle-proposal.ts";
import { approveRevision, rejectRevision } from "../../src/actions/settle-revision.ts";
import { Conflict, Forbidden, InvalidInput, NotFound } from "../../src/domain/errors.ts";
import type { CorrectionDraft, ExclusionDraft } from "../../src/domain/sla/close/proposal.ts";
import { monthlyUptime } from "../../src/domain/sla/measure/monthly-uptime.ts";
import { commitmentOf } from "../../src/http/api/services.ts";
import { readBoardWords } from "../../src/live/board-words.ts";
import { openBoard } from "../../src/live/live-board.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { findBrokenAudit, listAudit } from "../../src/store/audit.ts";
import { listCredits } from "../../src/store/credits.ts";
import type { Database } from "../../src/store/database.ts";
import { listRevisionProposals } from "../../src/store/proposals.ts";
import { getReport, listReports } from "../../src/store/reports.ts";
import {
  agree,
  closablePlatform,
  goDown,
  june,
  office,
  settled,
  forgetClosings,
} from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";

const at = (text: string) => Date.parse(text);
const day = 86_400_000;
const outage = { start: at("2026-06-10T10:00:00Z"), end: at("2026-06-10T10:10:00Z") };
const draft: CorrectionDraft = {
  ...outage,
  service: "beacon",
  state: "up",
  reason: "The probe stood behind a broken switch.",
  evidence: "Logs of the load balancer",
};
const gold = `target: 99.99
covers: [beacon, lamp]
exclusions: [force_majeure]
fee: 4000.00 DKK
credit: { mode: on_claim, claim: { days_after_cycle: 30 }, bands: [{ below: 99.99, percent: 10 }, { below: 99.9, percent: 25 }] }`;
const asked = { contract: "acme-gold", label: june, author: "Ann" };

function by(author: string, step: Settlement["step"], reason = "Seen.", asAdmin = false): Settlement {
  return { author, step, reason, asAdmin };
}

eachDatabase("what people propose", (database) => {
  let db: Database;
  let checks: Map<string, number>;
  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await goDown(db, checks.get("beacon")!, outage.start, outage.end);
  });

  async function close(): Promise<void> {
    const choices = [{ service: "beacon", incident: null, start: null }];
    const explained = { contract: "acme-gold", label: june, choices, reason: "A switch was exchanged." };
    await explainDifferences(db, office.engine, explained, "Ann", settled);
    await closeCycle(db, office, asked, settled);
  }
  async function monthOf(slug: string) {
    const board = openBoard(await loadReadings(db, 0), await readBoardWords(db, 0), () => 0).at(settled);
    const service = board.services.find((one) => one.slug === slug)!;
    return {
      service,
      month: monthlyUptime(service, commitmentOf(board), settled).find(({ label }) => label === june)!,
    };
  }

  describe("a correction", () => {
    it("counts in no figure before another person approves it, then in every one, and not once it is revoked", async () => {
      await proposeCorrection(db, draft, "Ann", settled);
      expect((await monthOf("beacon")).month.percent).toBe("99.976851");
      await settleCorrection(db, "COR-2026-0001", by("Bo", "approved"), settled);
      const { service, month } = await monthOf("beacon");
      expect(month.percent).toBe("100.000000");
      expect(service.segments).toEqual([]);
      expect(service.measuredSegments).toHaveLength(1);
      expect(service.corrections).toMatchObject([{ id: "COR-2026-0001", author: "Ann", approver: "Bo" }]);
      await settleCorrection(db, "COR-2026-0001", by("Cy", "revoked"), settled);
      expect((await monthOf("beacon")).month.percent).toBe("99.976851");
      expect((await listAudit(db, "COR-2026-0001")).map(({ event }) => event)).toEqual([
        "proposed",
        "approved",
        "revoked",
      ]);
      expect(await findBrokenAudit(db)).toBeNull();
    });

    it("is not approved by whoever proposed it", async () => {
      await proposeCorrection(db, draft, "Ann", settled);
      const own = settleCorrection(db, "COR-2026-0001", by("Ann", "approved"), settled);
      await expect(own).rejects.toThrow(Forbidden);
      await settleCorrection(db, "COR-2026-0001", by("Ann", "rejected"), settled);
    });

    it("is settled once", async () => {
      await proposeCorrection(db, draft, "Ann", settled);
      const twice = await Promise.allSettled([
        settleCorrection(db, "COR-2026-0001", by("Bo", "approved"), settled),
        settleCorrection(db, "COR-2026-0001", by("Cy", "approved"), settled),
      ]);
      expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const unknown = settleCorrection(db, "COR-2026-0002", by("Bo", "approved"), settled);
      await expect(unknown).rejects.toThrow(NotFound);
    });

    it("needs a service that exists and time that is over", async () => {
      const nowhere = proposeCorrection(db, { ...draft, service: "becon" }, "Ann", settled);
      await expect(nowhere).rejects.toThrow(InvalidInput);
      const early = proposeCorrection(db, { ...draft, end: settled + 1 }, "Ann", settled);
      await expect(early).rejects.toThrow(InvalidInput);
    });

    it("needs an admin 90 days after the cycle", async () => {
      const late = at("2026-06-30T22:00:00Z") + 90 * day + 1;
      await proposeCorrection(db, draft, "Ann", late);
      const approved = settleCorrection(db, "COR-2026-0001", by("Bo", "approved"), late);
      await expect(approved).rejects.toThrow(/acme-gold 2026-06: an admin has to approve/);
      await settleCorrection(db, "COR-2026-0001", by("Bo", "approved", "Seen.", true), late);
    });

    it("wins over an earlier one where both are approved, in the order of approval", async () => {
      await proposeCorrection(db, { ...draft, state: "down" }, "Ann", settled);
      await proposeCorrection(db, draft, "Ann", settled + 1);
      await settleCorrection(db, "COR-2026-0002", by("Bo", "approved"), settled + 2);
      await settleCorrection(db, "COR-2026-0001", by("Bo", "approved"), settled + 3);
      expect((await monthOf("beacon")).month.percent).toBe("99.976851");
    });
  });

  describe("an exclusion", () => {
    const force: ExclusionDraft = {
      ...outage,
      kind: "force_majeure",
      contract: "acme-gold",
      services: "*",
      reason: "A flood in the whole city.",
      evidence: "",
    };

    it("takes its time out of the count once another person approved it", async () => {
      await proposeExclusion(db, force, "Ann", settled);
      await expect(settleExclusion(db, "EXC-2026-0001", by("Ann", "approved"), settled)).rejects.toThrow(
        Forbidden,
      );
      await settleExclusion(db, "EXC-2026-0001", by("Bo", "approved"), settled);
      await close();
      expect((await listReports(db)).at(-1)).toMatchObject({ verdict: "met", percent: "100.000000" });
    });

    it("is refused where the contract does not allow its kind, or does not exist", async () => {
      const beta = proposeExclusion(db, { ...force, kind: "beta" }, "Ann", settled);
      await expect(beta).rejects.toThrow(/excludes no time of this kind/);
      await expect(proposeExclusion(db, { ...force, contract: "nobody" }, "Ann", settled)).rejects.toThrow(
        NotFound,
      );
    });
  });

  describe("a report that was issued", () => {
    it("stays as it is when evidence arrives late, and its restatement is proposed once", async () => {
      await close();
      const before = await getReport(db, "acme-gold", june);
      const late = settled + day;
      await goDown(db, checks.get("lamp")!, at("2026-06-20T10:00:00Z"), at("2026-06-20T11:00:00Z"));
      expect(await lookForChanges(db, office.engine, late)).toEqual(["REV-2026-0001"]);
      expect(await lookForChanges(db, office.engine, late)).toEqual([]);
      expect(await getReport(db, "acme-gold", june)).toEqual(before);
      expect(await listRevisionProposals(db)).toMatchObject([
        { contract: "acme-gold", label: june, supersedes: 1, cause: "late_evidence", author: "clock" },
      ]);
    });

    it("is left alone by evidence that says the same again, or that came later", async () => {
      await close();
      await goDown(db, checks.get("beacon")!, outage.start, outage.end);
      await goDown(db, checks.get("lamp")!, at("2026-07-04T10:00:00Z"), at("2026-07-04T11:00:00Z"));
      expect(await lookForChanges(db, office.engine, settled + day)).toEqual([]);
    });

    it("is restated by a correction, with reason, author, approver, and the credit adjusted", async () => {
      await close();
      const late = settled + day;
      const longer = { ...draft, state: "down" as const, end: outage.start + 2 * 3_600_000 };
      await proposeCorrection(db, longer, "Ann", late);
      await settleCorrection(db, "COR-2026-0001", by("Bo", "approved"), late);
      expect(await lookForChanges(db, office.engine, late)).toEqual(["REV-2026-0001"]);
      const approve = { reference: "REV-2026-0001", approver: "Cy" };
      await expect(approveRevision(db, office, approve, late)).rejects.toThrow(/cannot be closed yet/);
      const choices = [{ service: "beacon", incident: null, start: null }];
      const explained = { contract: "acme-gold", label: june, choices, reason: "The same switch." };
      await explainDifferences(db, office.engine, explained, "Ann", late);
      const second = await approveRevision(db, office, approve, late);
      expect(second).toMatchObject({ revision: 2, author: "clock", approver: "Cy", creditMinor: 100_000 });
      expect(await getReport(db, "acme-gold", june, 1)).toMatchObject({ revision: 1, creditMinor: 40_000 });
      expect(await listCredits(db)).toMatchObject([
        { revision: 1, amountMinor: 40_000, state: "eligible" },
        { revision: 2, amountMinor: 60_000, state: "eligible" },
      ]);
      await expect(approveRevision(db, office, approve, late)).rejects.toThrow(/is approved/);
    });

    it("is not restated where nothing has changed, by the same person, or twice at once", async () => {
      const early = { contract: "acme-gold", label: june, cause: "person" as const, reason: "A doubt." };
      await expect(proposeRevision(db, early, "Ann", settled)).rejects.toThrow(/No report of acme-gold/);
      await close();
      await proposeRevision(db, early, "Ann", settled);
      await expect(proposeRevision(db, early, "Bo", settled)).rejects.toThrow(
        /proposes to restate it already/,
      );
      const approve = (approver: string) =>
        approveRevision(db, office, { reference: "REV-2026-0001", approver }, settled);
      await expect(approve("Ann")).rejects.toThrow(Forbidden);
      await expect(approve("Bo")).rejects.toThrow(/says what would be said again/);
      const reject = { reference: "REV-2026-0001", reason: "Nothing to it.", author: "Bo" };
      await rejectRevision(db, reject, settled);
      await expect(rejectRevision(db, reject, settled)).rejects.toThrow(Conflict);
      expect(await listReports(db)).toHaveLength(1);
    });
  });

  describe("a credit", () => {
    const name = { contract: "acme-gold", label: june, revision: 1 };

    it("is claimed in its window, approved and issued, and never again", async () => {
      await close();
      const step = (to: "claimed" | "approved" | "issued") =>
        moveCredit(db, name, { to, reason: "", author: "Ann" }, settled);
      await expect(step("issued")).rejects.toThrow(Conflict);
      await step("claimed");
      await step("approved");
      const line = await step("issued");
      expect(line).toMatchObject({ state: "issued", amountMinor: 40_000, currency: "DKK" });
      expect(line.entries).toHaveLength(4);
      await expect(step("issued")).rejects.toThrow(/is issued; it cannot become issued/);
    });

    it("is not claimed after its window, and rejected only with a reason", async () => {
      await close();
      const [line] = await listCredits(db);
      expect(new Date(line!.claimUntil!).toISOString()).toBe("2026-07-30T22:00:00.000Z");
      const claim = { to: "claimed" as const, reason: "", author: "Ann" };
      await expect(moveCredit(db, name, claim, line!.claimUntil! + 1)).rejects.toThrow(
        /could be claimed until/,
      );
      await moveCredit(db, name, claim, line!.claimUntil!);
      const bare = moveCredit(db, name, { to: "rejected", reason: " ", author: "Bo" }, settled);
      await expect(bare).rejects.toThrow(InvalidInput);
    });

    it("does not exist where nothing was brought", async () => {
      const none = moveCredit(db, name, { to: "void", reason: "Why.", author: "Ann" }, settled);
      await expect(none).rejects.toThrow(NotFound);
    });
  });
});
