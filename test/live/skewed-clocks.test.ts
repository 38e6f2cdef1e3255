import { expect, it } from "vitest";
import type { Observation } from "../../probes/protocol.ts";
import { alone } from "../../src/actions/derivation-right.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { rederiveChecks } from "../../src/actions/rederive-checks.ts";
import { outageInterval } from "../../src/domain/monitoring/outage.ts";
import { openIngest } from "../../src/live/ingest.ts";
import { type LiveReadings, loadReadings } from "../../src/live/live-readings.ts";
import { listOutagesSince } from "../../src/store/outages.ts";
import { eachDatabase } from "../support/databases.ts";
import { probeIn, sample, type TestProbe, watch } from "../support/watched.ts";

const second = 1000;
const minute = 60 * second;
const t0 = Date.UTC(2026, 2, 10, 12);

const every15s = (check: number, from: number, count: number, outcome: Observation["outcome"] = "ok") =>
  Array.from({ length: count }, (_, i) => sample(check, from + i * 15 * second, outcome));

eachDatabase("a probe whose clock is wrong", (database) => {
  let turn = 0;

  async function watched() {
    const location = `place-${++turn}`;
    const check = await watch(database(), `beacon-${turn}`, { locations: [location] }, t0 - minute);
    return { check, probe: await probeIn(database(), location) };
  }

  async function record(live: LiveReadings, probe: TestProbe, observations: Observation[], skewMs?: number) {
    const closedAt = observations.at(-1)!.at;
    await recordBatch(database(), live, await probe.next(observations, closedAt, skewMs), t0 + 30 * minute);
  }

  const outagesOf = async (check: number) => await listOutagesSince(database(), 0, [check]);

  it("widens the bounds of the outages that it saw, and nothing else", async () => {
    const { check, probe } = await watched();
    const live = await loadReadings(database(), 0);
    await record(live, probe, every15s(check, t0, 4), 2_000);
    await record(live, probe, every15s(check, t0 + minute, 4, "fail"), -7_000);
    await record(live, probe, every15s(check, t0 + 2 * minute, 4));
    const [outage] = await outagesOf(check);
    expect(outage).toMatchObject({ start: t0 + minute, end: t0 + 2 * minute, uncertaintyMs: 7_000 });
    const length = (figure: "lower" | "observed" | "upper") => {
      const { start, end } = outageInterval(outage!, figure, { start: t0, end: t0 + 30 * minute });
      return (end - start) / second;
    };
    expect([length("lower"), length("observed"), length("upper")]).toEqual([31, 60, 89]);
  });

  it("is told the same by a server that was started anew, from a checkpoint or from none", async () => {
    const { check, probe } = await watched();
    const live = await loadReadings(database(), 0);
    await record(live, probe, every15s(check, t0, 4), 7_000);
    await record(live, probe, every15s(check, t0 + minute, 2, "fail"), 3_000);
    const stateIn = (readings: LiveReadings) => readings.checks.get(check)!.derivation.head.state;
    expect(stateIn(await loadReadings(database(), 0))).toEqual(stateIn(live));
    const ingest = openIngest({
      db: database(),
      live,
      board: { touch() {} },
      database: { failed: () => false, succeeded() {} },
    });
    await ingest.saveCheckpoints(t0 + 30 * minute);
    const restarted = await loadReadings(database(), 0);
    expect(stateIn(restarted)).toEqual(stateIn(live));
    await record(restarted, probe, every15s(check, t0 + 90 * second, 2));
    expect(await outagesOf(check)).toMatchObject([{ start: t0 + minute, uncertaintyMs: 7_000 }]);
  });

  it("makes the same outages when its batches came late as when they came in order", async () => {
    const batches = (check: number): [Observation[], number?][] => [
      [every15s(check, t0, 4), 9_000],
      [every15s(check, t0 + minute, 4, "fail"), 5_000],
      [every15s(check, t0 + 2 * minute, 4)],
    ];
    const inOrder = await watched();
    const late = await watched();
    const live = await loadReadings(database(), 0);
    for (const [observations, skewMs] of batches(inOrder.check)) {
      await record(live, inOrder.probe, observations, skewMs);
    }
    for (const [observations, skewMs] of batches(late.check).toReversed()) {
      await record(live, late.probe, observations, skewMs);
    }
    while ((await rederiveChecks(database(), live, alone, t0 + 31 * minute)) !== null) {
      // Until nothing is open any more.
    }
    const bare = async (check: number) => (await outagesOf(check)).map(({ checkId: _, ...outage }) => outage);
    expect(await bare(late.check)).toEqual(await bare(inOrder.check));
    expect(await bare(late.check)).toMatchObject([{ uncertaintyMs: 9_000 }]);
  });

  it("says nothing at all beyond a minute: its samples are kept, and derived from by nobody", async () => {
    const { check, probe } = await watched();
    const live = await loadReadings(database(), 0);
    await record(live, probe, every15s(check, t0, 4, "fail"), 60_001);
    expect(await outagesOf(check)).toEqual([]);
    expect(live.checks.get(check)!.lastSampleAt).toBeNull();
  });
});
