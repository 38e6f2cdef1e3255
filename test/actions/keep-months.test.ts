import { sql } from "drizzle-orm";
import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import type { Observation } from "../../probes/protocol.ts";
import { alone } from "../../src/actions/derivation-right.ts";
import { keepMonths } from "../../src/actions/keep-months.ts";
import { proposeCorrection } from "../../src/actions/propose-correction.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { rederiveChecks } from "../../src/actions/rederive-checks.ts";
import { settleCorrection } from "../../src/actions/settle-proposal.ts";
import type { ReadingState } from "../../src/domain/monitoring/timeline.ts";
import type { PlatformSettings } from "../../src/domain/status/platform.ts";
import type { CheckDefinition } from "../../src/domain/monitoring/check-definition.ts";
import { monthTerms } from "../../src/domain/sla/measure/kept-month.ts";
import { keptUptime, monthlyUptime } from "../../src/domain/sla/measure/monthly-uptime.ts";
import { cyclesBetween } from "../../src/domain/time/billing-cycle.ts";
import { commitmentOf } from "../../src/http/api/services.ts";
import { readBoardWords } from "../../src/live/board-words.ts";
import { horizonOf, measuredCycles } from "../../src/live/horizon.ts";
import { openBoard } from "../../src/live/live-board.ts";
import { type LiveReadings, loadReadings, reloadChecks } from "../../src/live/live-readings.ts";
import { putCheckpoints } from "../../src/store/checkpoints.ts";
import type { Database } from "../../src/store/database.ts";
import { putReopenings } from "../../src/store/reopenings.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { listKeptMonths } from "../../src/store/service-months.ts";
import { eachDatabase, onPostgres } from "../support/databases.ts";
import { httpCheck, probeIn, sample, type TestProbe, watch } from "../support/watched.ts";

const hour = 3_600_000;
const day = 24 * hour;
const begun = Date.parse("2026-01-05T00:00:00Z");
const places = ["lisbon", "osaka"] as const;
type Place = (typeof places)[number];

const settings: PlatformSettings = {
  name: "Acme",
  address: null,
  timeZone: "Europe/Copenhagen",
  languages: ["en"],
  commitment: { targetPercent: "99.99", anchorDay: 1 },
};
/** Asked so rarely that months are cheap, and stale after 15 hours. */
const rare: Partial<CheckDefinition> = { locations: [...places], intervalMs: 6 * hour, quorumFail: 1 };

/** Everything that can happen to months that are kept. */
type Happening =
  /** Time passes, and each location sees what it sees, or nothing; what it does not deliver it keeps. */
  | { kind: "days"; days: number; sees: Record<Place, "ok" | "fail" | "nothing">; deliver: Place[] }
  | { kind: "deliver"; place: Place }
  | { kind: "rederive" | "keep" | "archive" | "recount" | "restart" | "kill" | "revoke" }
  | { kind: "correct"; daysAgo: number; days: number; state: ReadingState }
  | { kind: "settings"; anchorDay: number; timeZone: string; targetPercent: string | null };

const sight = fc.constantFrom(...(["ok", "ok", "ok", "fail", "nothing"] as const));
const happenings = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Happening>[]>(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("days" as const),
        days: fc.integer({ min: 1, max: 40 }),
        sees: fc.record({ lisbon: sight, osaka: sight }),
        deliver: fc.subarray([...places]),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("deliver" as const), place: fc.constantFrom(...places) }),
    },
    { weight: 6, arbitrary: fc.constant({ kind: "keep" as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom(...(["rederive", "recount", "restart", "kill", "revoke", "archive"] as const)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("correct" as const),
        daysAgo: fc.integer({ min: 2, max: 90 }),
        days: fc.integer({ min: 1, max: 20 }),
        state: fc.constantFrom<ReadingState>("up", "down", "unknown"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("settings" as const),
        anchorDay: fc.constantFrom(1, 15, 31),
        timeZone: fc.constantFrom("UTC", "Europe/Copenhagen", "America/New_York"),
        targetPercent: fc.constantFrom("99.99", "99", null),
      }),
    },
  ),
  { minLength: 6, maxLength: 16 },
);

/** What can happen to months in a database, and what is then told of them. */
function monthsIn(database: () => Database) {
  let db: Database;
  beforeEach(forgetAll);

  async function forgetAll() {
    db = database();
    await db.execute(
      sql`truncate platforms, batches, batch_packs, samples, readings, outages, checkpoints, rollups, reopenings, probe_keys, probes, check_revisions, checks, services, service_months, locations, corrections, proposal_steps, audit_entries, late_changes restart identity cascade`,
    );
  }

  /** Beacon as a server would watch it, told what happens to it. */
  async function street() {
    await db.insert(platforms).values({ id: 1, settings, managedBy: "file", createdAt: begun });
    const checkId = await watch(db, "beacon", rare, begun);
    const probes = new Map<Place, TestProbe>();
    const spool = new Map<Place, Observation[]>(places.map((place) => [place, []]));
    for (const place of places) {
      probes.set(place, await probeIn(db, place));
    }
    let live: LiveReadings = await loadReadings(db, 0);
    let now = begun;
    let archivedAt: number | null = null;
    let counts = true;
    let correction: string | null = null;

    async function deliver(place: Place): Promise<void> {
      const observations = spool.get(place)!.splice(0);
      if (observations.length > 0) {
        await recordBatch(db, live, await probes.get(place)!.next(observations, now), now);
      }
    }
    async function saveCheckpoints(): Promise<void> {
      const all = [...live.checks.values()];
      await putCheckpoints(
        db,
        all.map((check) => ({ checkId: check.id, ...check.derivation.settled })),
      );
    }
    const happen: { [kind in Happening["kind"]]: (what: Extract<Happening, { kind: kind }>) => unknown } = {
      async days({ days, sees, deliver: delivering }) {
        const until = now + days * day;
        for (const [i, place] of places.entries()) {
          const outcome = sees[place];
          for (
            let at = now + i * hour;
            at < until && outcome !== "nothing" && archivedAt === null;
            at += 6 * hour
          ) {
            spool.get(place)!.push(sample(checkId, at, outcome));
          }
        }
        now = until;
        for (const place of delivering) {
          await deliver(place);
        }
      },
      deliver: ({ place }) => deliver(place),
      async rederive() {
        while ((await rederiveChecks(db, live, alone, now)) !== null);
      },
      keep: () => keepMonths(db, now),
      async archive() {
        archivedAt ??= now;
        await db.execute(sql`update checks set archived_at = coalesce(archived_at, ${now})`);
        await db.execute(sql`update services set archived_at = coalesce(archived_at, ${now})`);
        await reloadChecks(db, live);
      },
      async recount() {
        counts = !counts;
        const definition = JSON.stringify({ ...httpCheck, ...rare, counts });
        await db.execute(sql`
          insert into check_revisions (check_id, effective_at, definition) values (${checkId}, ${now}, ${definition}::jsonb)
          on conflict (check_id, effective_at) do update set definition = excluded.definition`);
        await putReopenings(db, await reloadChecks(db, live));
        live = await loadReadings(db, 0);
      },
      async restart() {
        await saveCheckpoints();
        live = await loadReadings(db, 0);
      },
      async kill() {
        live = await loadReadings(db, 0);
      },
      async correct({ daysAgo, days, state }) {
        if (archivedAt !== null) {
          return;
        }
        const start = now - daysAgo * day;
        const end = Math.min(now - hour, start + days * day);
        const draft = { start, end, service: "beacon", state, reason: "Seen.", evidence: "" };
        const { reference } = await proposeCorrection(db, draft, "Ann", now);
        await settleCorrection(
          db,
          reference,
          { step: "approved", reason: "Seen.", author: "Bo", asAdmin: true },
          now,
        );
        correction = reference;
      },
      async revoke() {
        if (correction !== null) {
          const revoked = { step: "revoked" as const, reason: "Not so.", author: "Bo", asAdmin: true };
          await settleCorrection(db, correction, revoked, now);
          correction = null;
        }
      },
      async settings({ anchorDay, timeZone, targetPercent }) {
        const changed = { ...settings, timeZone, commitment: { anchorDay, targetPercent } };
        await db.update(platforms).set({ settings: changed });
      },
    };
    return {
      happen: (what: Happening) => (happen[what.kind] as (what: Happening) => Promise<unknown>)(what),
      /** Beacon computed from the store alone, and what is kept of it. */
      async told() {
        const words = await readBoardWords(db, 0);
        const since = horizonOf(now, words.settings, measuredCycles);
        const listed = {
          ...{ slug: "beacon", title: "Beacon", description: "", groupSlug: null, createdAt: begun },
          archivedAt,
        };
        const board = openBoard(
          await loadReadings(db, since),
          { ...words, services: [listed] },
          () => since,
        ).at(now);
        const commitment = commitmentOf(board);
        const span = { start: 0, end: now };
        const kept = (await listKeptMonths(db, monthTerms(commitment), span)).get("beacon")!;
        return { service: board.services[0]!, commitment, kept, now };
      },
    };
  }

  async function expectTrue({ told }: Awaited<ReturnType<typeof street>>): Promise<number> {
    const { service, commitment, kept, now } = await told();
    const months = monthlyUptime(service, commitment, now);
    const cycles = cyclesBetween(begun - 62 * day, now, commitment);
    for (const [start, month] of kept.months) {
      const cycle = cycles.find((one) => one.start === start)!;
      expect(keptUptime(month, cycle, commitment)).toEqual(months.find(({ label }) => label === cycle.label));
    }
    expect(monthlyUptime(service, commitment, now, kept.months)).toEqual(months);
    if (kept.firstAt !== null) {
      expect(kept.firstAt).toBe(months[0]!.period.start);
    }
    return kept.months.size;
  }

  return { street, expectTrue, forgetAll, keepNow: (now: number) => keepMonths(db, now) };
}

onPostgres("months that are kept, over any walk", (database) => {
  const { street, expectTrue, forgetAll } = monthsIn(database);

  it(
    "are what is computed anew, after whatever happens in whatever order",
    { timeout: 900_000 },
    async () => {
      let most = 0;
      await fc.assert(
        fc
          .asyncProperty(happenings, async (all) => {
            const beacon = await street();
            for (const what of all) {
              await beacon.happen(what);
              most = Math.max(most, await expectTrue(beacon));
            }
            await beacon.happen({ kind: "rederive" });
            await beacon.happen({ kind: "keep" });
            most = Math.max(most, await expectTrue(beacon));
          })
          .beforeEach(forgetAll),
        // The same walks every time, so that what they came across can be expected.
        { numRuns: 6, seed: 99_990 },
      );
      expect(most).toBeGreaterThan(0);
    },
  );
});

eachDatabase("months that are kept", (database) => {
  const { street, expectTrue, keepNow } = monthsIn(database);

  const seen = { lisbon: "ok", osaka: "ok" } as const;
  const quiet = { lisbon: "nothing", osaka: "nothing" } as const;

  it("are kept once they are over, and settled", async () => {
    const beacon = await street();
    await beacon.happen({ kind: "days", days: 100, sees: seen, deliver: [...places] });
    await beacon.happen({ kind: "keep" });
    const { kept } = await beacon.told();
    expect([...kept.months.keys()].sort()).toEqual(
      ["2025-12-31T23:00Z", "2026-01-31T23:00Z", "2026-02-28T23:00Z"].map(Date.parse),
    );
    expect(kept.firstAt).toBe(Date.parse("2025-12-31T23:00Z"));
  });

  it("are dropped when a silence in them turns out to have been none", async () => {
    const beacon = await street();
    await beacon.happen({ kind: "days", days: 20, sees: seen, deliver: [...places] });
    await beacon.happen({ kind: "days", days: 60, sees: seen, deliver: [] });
    await beacon.happen({ kind: "keep" });
    const before = await beacon.told();
    expect([...before.kept.months.values()].map(({ unknownMs }) => unknownMs > 0)).toEqual([true, true]);
    await beacon.happen({ kind: "deliver", place: "lisbon" });
    await expectTrue(beacon);
    await beacon.happen({ kind: "keep" });
    const after = await beacon.told();
    expect(after.kept.months.get(Date.parse("2026-01-31T23:00Z"))).toMatchObject({ unknownMs: 0 });
  });

  it("are not kept while an outage of theirs lasts", async () => {
    const beacon = await street();
    await beacon.happen({ kind: "days", days: 20, sees: seen, deliver: [...places] });
    await beacon.happen({
      kind: "days",
      days: 30,
      sees: { lisbon: "fail", osaka: "fail" },
      deliver: [...places],
    });
    await beacon.happen({ kind: "keep" });
    expect((await beacon.told()).kept.months.size).toBe(0);
  });

  it("are kept of a service that fell silent", async () => {
    const beacon = await street();
    await beacon.happen({ kind: "days", days: 20, sees: seen, deliver: [...places] });
    await beacon.happen({ kind: "days", days: 60, sees: quiet, deliver: [] });
    await beacon.happen({ kind: "keep" });
    expect((await beacon.told()).kept.months.size).toBe(2);
    expect(await keepNow((await beacon.told()).now)).toEqual([]);
  });
});
