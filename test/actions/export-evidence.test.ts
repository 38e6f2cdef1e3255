import { beforeEach, expect, it } from "vitest";
import { packEvidence } from "../../src/actions/pack-evidence.ts";
import { monthlyUptime } from "../../src/domain/sla/measure/monthly-uptime.ts";
import { commitmentFrom } from "../../src/domain/sla/measure/commitment.ts";
import type { Database } from "../../src/store/database.ts";
import { deleteBatchesBefore } from "../../src/store/batches.ts";
import { eachDatabase } from "../support/databases.ts";
import {
  changed,
  day,
  evidenceWorld,
  forgetEvidence,
  hour,
  minute,
  type Seen,
  verifyLines,
} from "../support/evidence.ts";

const t0 = Date.UTC(2026, 9, 30, 12);
const commitment = commitmentFrom({ targetPercent: "99.99", anchorDay: 1, timeZone: "Europe/Copenhagen" });

eachDatabase("exporting evidence", (database) => {
  let db: Database;
  beforeEach(async () => {
    db = database();
    await forgetEvidence(db);
  });

  it("gives a file from which alone the outages and months of the page follow, packed or not", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    const [from, to] = [t0, t0 + 14 * hour];
    const seen: Seen = [
      { from: t0 + hour, to: t0 + hour + 2 * minute, outcome: "fail" },
      { from: t0 + 3 * hour, to: t0 + 3 * hour + 7 * minute, outcome: "nothing" },
      { from: t0 + 5 * hour, to: t0 + 6 * hour, outcome: "fail" },
      { from: t0 + 7 * hour, to: t0 + 7 * hour + 15_000, outcome: "fail" },
      { from: t0 + 13 * hour, to: t0 + 13 * hour + 30 * minute, outcome: "slow" },
    ];
    await lisbon.watch(from, to, seen, { everyMs: 20 * minute });
    const lines = await world.export({ from: t0 - day }, to);
    const loose = await verifyLines(lines);
    expect(loose.faults).toEqual([]);
    expect(loose).toMatchObject({ verified: true, differences: [], undecided: [] });
    expect(loose.told.outages).toMatchObject([
      { check: "web", start: t0 + hour, end: t0 + hour + 2 * minute, observedMs: 2 * minute },
      { check: "web", start: t0 + 5 * hour, end: t0 + 6 * hour },
    ]);
    const board = world.board(to);
    const page = monthlyUptime(board.services[0]!, commitment, to);
    expect(
      loose.told.months.map(({ month, percent, downMs, unknownMs }) => ({
        month,
        percent,
        downMs,
        unknownMs,
      })),
    ).toEqual(
      page.map(({ label, percent, countedDownMs, unknownMs }) => ({
        month: label,
        percent,
        downMs: countedDownMs,
        unknownMs,
      })),
    );
    await packEvidence(db, t0 + 2 * day + 4 * hour);
    const packed = await world.export({ from: t0 - day, to }, to);
    expect(packed.some((line) => line.includes('"signature":null'))).toBe(true);
    const again = await verifyLines(packed);
    expect(again).toMatchObject({ verified: true, differences: [], faults: [] });
    expect(again.told).toEqual(loose.told);
  });

  it("reaches back over an outage that lasts when the time begins, and on until its last round is judged", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, t0 + 12 * hour, [
      { from: t0 + 2 * hour, to: t0 + 4 * hour, outcome: "fail" },
      { from: t0 + 6 * hour - 15_000, to: t0 + 6 * hour + 5 * minute, outcome: "fail" },
    ]);
    const lines = await world.export({ from: t0 + 3 * hour, to: t0 + 6 * hour }, t0 + 12 * hour);
    const verdict = await verifyLines(lines);
    expect(verdict).toMatchObject({ verified: true, differences: [], undecided: [] });
    expect(verdict.told.outages).toMatchObject([
      { start: t0 + 2 * hour, end: t0 + 4 * hour },
      { start: t0 + 6 * hour - 15_000, end: null, observedMs: 15_000 },
    ]);
    // Not all of it: the first hours are not needed.
    const first = lines.filter((line) => line.startsWith('{"type":"batch"'))[0]!;
    expect((JSON.parse(first) as { sequence: number }).sequence).toBeGreaterThan(3);
  });

  it("holds what two locations agreed on, late batches, a rotated key and a revoked probe", async () => {
    const world = await evidenceWorld(db, t0 - hour, { locations: ["lisbon", "osaka"] });
    const lisbon = await world.probe("lisbon");
    const osaka = await world.probe("osaka");
    const outage = { from: t0 + hour, to: t0 + hour + 10 * minute, outcome: "fail" as const };
    await lisbon.watch(t0, t0 + 2 * hour, [outage]);
    // Osaka was cut off and delivers hours later; one of its own failures nobody else saw.
    await osaka.watch(t0, t0 + hour, [{ from: t0 + 5 * minute, to: t0 + 8 * minute, outcome: "fail" }]);
    await osaka.watch(t0 + hour, t0 + 2 * hour, [outage], { lateMs: 5 * hour });
    await world.settle(t0 + 8 * hour);
    await lisbon.rotate(t0 + 2 * hour);
    await lisbon.watch(t0 + 2 * hour, t0 + 3 * hour);
    await osaka.watch(t0 + 2 * hour, t0 + 3 * hour);
    await osaka.revoke(t0 + 3 * hour + minute, "replaced");
    const second = await world.probe("osaka", "osaka-2");
    await second.watch(t0 + 3 * hour, t0 + 4 * hour);
    await lisbon.watch(t0 + 3 * hour, t0 + 4 * hour);
    await world.settle(t0 + 9 * hour);
    const verdict = await verifyLines(await world.export({ from: t0, to: t0 + 4 * hour }, t0 + 9 * hour));
    expect(verdict).toMatchObject({ verified: true, differences: [], faults: [] });
    expect(verdict.told.outages).toMatchObject([{ start: outage.from, end: outage.to }]);
    expect(verdict.chains.map(({ probe, batches }) => [probe, batches])).toEqual([
      ["lisbon-1", { first: 1, last: 24 }],
      ["osaka-1", { first: 1, last: 18 }],
      ["osaka-2", { first: 1, last: 6 }],
    ]);
  });

  it("tells what a probe could not hold and what a wrong clock said as not seen", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, t0 + hour);
    await lisbon.deliver([], t0 + hour + minute, { refused: 12 });
    await lisbon.watch(t0 + hour + 10 * minute, t0 + hour + 30 * minute, [], { header: { skewMs: 90_000 } });
    await lisbon.watch(t0 + hour + 30 * minute, t0 + 2 * hour, [], { header: { skewMs: -5_000 } });
    const verdict = await verifyLines(await world.export({ from: t0 }, t0 + 2 * hour));
    expect(verdict).toMatchObject({ verified: true, differences: [] });
    expect(verdict.gaps).toMatchObject([
      { kind: "refused_samples", batches: { first: 7, last: 7 } },
      { kind: "clock", batches: { first: 8, last: 9 } },
    ]);
    expect(verdict.told.months.at(-1)!.unknownMs).toBeGreaterThan(25 * minute);
  });

  it("says what is no longer kept, and counts it as unknown", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, t0 + 4 * hour);
    await deleteBatchesBefore(db, t0 + 2 * hour + minute);
    const verdict = await verifyLines(await world.export({ from: t0 }, t0 + 4 * hour));
    expect(verdict.faults).toEqual([]);
    expect(verdict.gaps).toMatchObject([{ kind: "begins_late", batches: { first: 1, last: 12 } }]);
    expect(verdict.told.months.at(-1)!.unknownMs).toBeGreaterThanOrEqual(2 * hour);
    // The page knows it still, so the file does not prove all that the page says.
    expect(verdict.verified).toBe(false);
    expect(verdict.differences!.join()).toContain("unknownMs");
  });

  it("is refused for a service that is not there and for a time that has not begun", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    await expect(world.export({ from: t0 + day }, t0)).rejects.toMatchObject({ code: "evidence_period" });
    const { exportEvidence } = await import("../../src/actions/export-evidence.ts");
    await expect(exportEvidence(world.deps(t0), { serviceSlug: "lamp", from: 0 })).rejects.toMatchObject({
      code: "service_not_found",
    });
  });

  it("tells where the server says otherwise than its evidence", async () => {
    const world = await evidenceWorld(db, t0 - hour);
    const lisbon = await world.probe("lisbon");
    await lisbon.watch(t0, t0 + 2 * hour, [{ from: t0 + hour, to: t0 + hour + minute, outcome: "fail" }]);
    const lines = await world.export({ from: t0 }, t0 + 2 * hour);
    const lying = changed(lines, "statement", (line) => ({ ...line, outages: [] }));
    const verdict = await verifyLines(lying);
    expect(verdict.verified).toBe(false);
    expect(verdict.differences!.join("\n")).toContain("in the evidence, not told by the server");
  });
});
