import { beforeEach, expect, it } from "vitest";
import { closeCycle } from "../../src/actions/close-cycle.ts";
import { draftCycle } from "../../src/actions/draft-cycle.ts";
import { explainDifferences } from "../../src/actions/explain-differences.ts";
import { planMaintenance } from "../../src/actions/plan-maintenance.ts";
import { proposeCorrection } from "../../src/actions/propose-correction.ts";
import { proposeExclusion } from "../../src/actions/propose-exclusion.ts";
import { proposeRevision } from "../../src/actions/propose-revision.ts";
import { onlyContract, readGround } from "../../src/actions/read-ground.ts";
import { settleCorrection, settleExclusion } from "../../src/actions/settle-proposal.ts";
import { approveRevision } from "../../src/actions/settle-revision.ts";
import { type Overlay, whatIf } from "../../src/actions/what-if.ts";
import { listCredits } from "../../src/store/credits.ts";
import type { Database } from "../../src/store/database.ts";
import {
  agree,
  closablePlatform,
  forgetClosings,
  goDown,
  june,
  office,
  settled,
} from "../support/closing.ts";
import { contractOf } from "../support/contracts.ts";
import { eachDatabase } from "../support/databases.ts";

const at = (text: string) => Date.parse(text);
const gold = `target: 99.99
covers: [beacon, lamp]
fee: 4000.00 DKK
exclusions: [force_majeure]
maintenance: { exclude: true, notice: 48h, checks: { longest: 30m, notice: 72h } }
credit: { mode: automatic, clawback: true, bands: [{ below: 99.99, percent: 10 }, { below: 99.9, percent: 25 }] }`;
const engine = office.engine;

eachDatabase("what if", (database) => {
  let db: Database;
  let checks: Map<string, number>;
  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await agree(db, "acme-silver", "target: 99.9\ncovers: [lamp]");
  });

  const down = (service: string, start: string, end: string) =>
    goDown(db, checks.get(service)!, at(start), at(end));

  /** The cycle as it really is. */
  const really = async (contract: string, now: number) => {
    const ground = await readGround(db, june, { contract });
    const { report } = await draftCycle(db, ground, onlyContract(ground), engine, now);
    const { verdict, percent, credit_minor: creditMinor, currency } = report.result;
    return {
      verdict,
      percent,
      creditMinor,
      currency,
      budgetLeftMs: report.parts[0]!.budget?.left_ms ?? null,
    };
  };

  const correction: Overlay & { kind: "correction" } = {
    kind: "correction",
    service: "beacon",
    start: at("2026-06-10T10:00:00Z"),
    end: at("2026-06-10T10:10:00Z"),
    state: "up",
  };

  it("a correction were approved: every month it reaches, as it is before and as it then really becomes", async () => {
    await down("beacon", "2026-06-10T10:00:00Z", "2026-06-10T10:10:00Z");
    const [month, ...others] = await whatIf(db, engine, correction, settled);
    expect(others).toEqual([]);
    expect(month).toMatchObject({
      ...{ contract: "acme-gold", label: june, state: "closing", adjustmentMinor: null, window: null },
      before: { verdict: "breached", creditMinor: 40_000, budgetLeftMs: -340_800 },
      after: { verdict: "met", percent: "100.000000", creditMinor: 0 },
    });
    expect(month!.before).toEqual(await really("acme-gold", settled));
    const { kind: _, ...draft } = correction;
    const { reference } = await proposeCorrection(
      db,
      { ...draft, reason: "No.", evidence: "" },
      "Ann",
      settled,
    );
    const step = { step: "approved" as const, reason: "", author: "Bo", asAdmin: false };
    await settleCorrection(db, reference, step, settled);
    expect(month!.after).toEqual(await really("acme-gold", settled));
  });

  it("it reached two contracts, both are told; nothing is stored", async () => {
    const overlay = { ...correction, service: "lamp", state: "down" as const };
    const months = await whatIf(db, engine, overlay, settled);
    expect(months.map(({ contract, after }) => [contract, after.verdict])).toEqual([
      ["acme-gold", "breached"],
      ["acme-silver", "met"],
    ]);
    expect(await whatIf(db, engine, overlay, settled)).toEqual(months);
    expect((await really("acme-gold", settled)).verdict).toBe("met");
  });

  it("a final cycle were restated: what would be taken back is what then is", async () => {
    await down("beacon", "2026-06-10T10:00:00Z", "2026-06-10T10:10:00Z");
    const asked = { contract: "acme-gold", label: june };
    const choices = [{ service: "beacon", incident: null, start: null }];
    await explainDifferences(db, engine, { ...asked, choices, reason: "Known." }, "Ann", settled);
    await closeCycle(db, office, { ...asked, author: "Ann" }, settled);
    const [month] = await whatIf(db, engine, correction, settled);
    expect(month).toMatchObject({ state: "final", adjustmentMinor: -40_000 });
    const { kind: _, ...draft } = correction;
    const proposed = await proposeCorrection(db, { ...draft, reason: "No.", evidence: "" }, "Ann", settled);
    const step = { step: "approved" as const, reason: "", author: "Bo", asAdmin: false };
    await settleCorrection(db, proposed.reference, step, settled);
    const wanted = { ...asked, cause: "correction" as const, reason: "It was up." };
    const { reference } = await proposeRevision(db, wanted, "Ann", settled);
    await approveRevision(db, office, { reference, approver: "Bo" }, settled);
    const line = (await listCredits(db)).find(({ revision }) => revision === 2);
    expect(line!.amountMinor).toBe(month!.adjustmentMinor);
  });

  it("an exclusion were approved: only contracts that allow its kind are reached", async () => {
    await down("lamp", "2026-06-10T10:00:00Z", "2026-06-10T11:00:00Z");
    const [start, end] = [at("2026-06-10T10:00:00Z"), at("2026-06-10T11:00:00Z")];
    const reach = { contract: null, services: "*" as const, start, end };
    const overlay: Overlay = { kind: "exclusion", excludes: "force_majeure", ...reach };
    const months = await whatIf(db, engine, overlay, settled);
    expect(months.map(({ contract, after }) => [contract, after.verdict])).toEqual([["acme-gold", "met"]]);
    const draft = { kind: "force_majeure" as const, ...reach, reason: "A storm.", evidence: "" };
    const { reference } = await proposeExclusion(db, draft, "Ann", settled);
    const step = { step: "approved" as const, reason: "", author: "Bo", asAdmin: false };
    await settleExclusion(db, reference, step, settled);
    expect(months[0]!.after).toEqual(await really("acme-gold", settled));
  });

  it.each([
    ["long before", "2026-06-01T00:00:00Z", "excluded", "on_track", []],
    ["two days before", "2026-06-15T20:00:00Z", "excluded", "on_track", ["too_late"]],
    ["an hour before", "2026-06-17T19:00:00Z", "notice", "breached", ["too_late"]],
  ])(
    "maintenance were announced %s: whether it counts, what it breaks, and as it then really becomes",
    async (_, announced, verdict, becomes, codes) => {
      const now = at(announced);
      const [start, end] = [at("2026-06-17T20:00:00Z"), at("2026-06-17T20:25:00Z")];
      const overlay: Overlay = { kind: "maintenance", services: ["beacon"], isDown: true, start, end };
      const months = await whatIf(db, engine, overlay, now);
      expect(months).toHaveLength(1);
      const [{ state, after, window }] = months as [(typeof months)[number]];
      expect([state, after.verdict, window!.verdict]).toEqual(["provisional", becomes, verdict]);
      expect(window!.warnings.map(({ code }) => code)).toEqual(codes);
      const plan = { title: "Work", message: "We work.", serviceSlugs: ["beacon"] };
      await planMaintenance(
        db,
        { ...plan, plannedStart: start, plannedEnd: end },
        "Ann",
        now,
        "It cannot wait.",
      );
      await down("beacon", "2026-06-17T20:00:00Z", "2026-06-17T20:25:00Z");
      expect(after).toEqual(await really("acme-gold", end));
    },
  );

  it("maintenance did no harm, it changes nothing", async () => {
    const [start, end] = [at("2026-06-17T20:00:00Z"), at("2026-06-17T21:00:00Z")];
    const overlay: Overlay = { kind: "maintenance", services: ["beacon"], isDown: false, start, end };
    const [month] = await whatIf(db, engine, overlay, at("2026-06-10T00:00:00Z"));
    expect(month!.after).toEqual(month!.before);
    expect(month!.window!.warnings.map(({ code }) => code)).toEqual(["too_long"]);
  });

  it("other terms had held: each month under both, and what is no contract yet beside nothing", async () => {
    await down("beacon", "2026-06-10T10:00:00Z", "2026-06-10T10:10:00Z");
    const { particulars, versions } = contractOf("target: 99.9\ncovers: [beacon]\nfee: 1000.00 EUR");
    const changed = { slug: "acme-gold", particulars, versions };
    const months = await whatIf(db, engine, { kind: "contract", wanted: changed, since: "2026-05" }, settled);
    expect(months.map(({ label, before, after }) => [label, before?.verdict, after.verdict])).toEqual([
      ["2026-05", "met", "met"],
      ["2026-06", "breached", "met"],
      ["2026-07", "on_track", "on_track"],
    ]);
    const fresh = { ...changed, slug: "acme-bronze" };
    const [first] = await whatIf(db, engine, { kind: "contract", wanted: fresh, since: june }, settled);
    expect(first).toMatchObject({ contract: "acme-bronze", label: june, before: null });
    await agree(db, "acme-bronze", "target: 99.9\ncovers: [beacon]\nfee: 1000.00 EUR");
    expect(first!.after).toEqual(await really("acme-bronze", settled));
  });

  it("reaches only the months in which work lies that comes again, and only contracts that it touches", async () => {
    const day = (text: string) => ({ start: at(`${text}T01:00:00Z`), end: at(`${text}T02:00:00Z`) });
    const yearly = { ...day("2026-08-05"), further: [day("2027-08-05")] };
    const overlay = { kind: "maintenance" as const, services: ["lamp"], isDown: true, ...yearly };
    const months = await whatIf(db, engine, overlay, settled);
    expect(months.map(({ contract, label }) => `${contract} ${label}`)).toEqual([
      ...["acme-gold 2026-08", "acme-gold 2027-08", "acme-silver 2026-08", "acme-silver 2027-08"],
    ]);
    // The contract's promise on length is broken in each of its months by the window that lies in it.
    const long = { ...overlay, ...day("2026-08-05"), further: [{ ...day("2027-08-05") }] };
    const broken = (await whatIf(db, engine, { ...long, end: long.start + 600_000 }, settled)).filter(
      ({ contract }) => contract === "acme-gold",
    );
    expect(
      broken.map(({ hasBegun, window }) => [hasBegun, window!.warnings.map(({ code }) => code)]),
    ).toEqual([
      [false, []],
      [false, ["too_long"]],
    ]);
    const beacon = await whatIf(db, engine, { ...overlay, services: ["beacon"], further: [] }, settled);
    expect(beacon.map(({ contract, label }) => `${contract} ${label}`)).toEqual(["acme-gold 2026-08"]);
  });

  it("is refused for time that lies ahead, a service that is none, and a window without end", async () => {
    const refused = async (overlay: Overlay) => {
      const error = await whatIf(db, engine, overlay, settled).catch((thrown: unknown) => thrown);
      return (error as { fields: { pointer: string }[] }).fields.map(({ pointer }) => pointer);
    };
    const ahead = { start: settled + 1, end: settled + 2 };
    expect(await refused({ ...correction, ...ahead })).toEqual(["/end"]);
    expect(await refused({ ...correction, service: "harbour" })).toEqual(["/service"]);
    const window = { kind: "maintenance" as const, services: ["beacon"], isDown: true };
    expect(await refused({ ...window, start: settled + 2, end: settled + 1 })).toEqual(["/planned_end"]);
    expect(await refused({ ...window, ...ahead, services: ["harbour"] })).toEqual(["/services/0"]);
  });
});
