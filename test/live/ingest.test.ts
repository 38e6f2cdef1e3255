import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { openIngest } from "../../src/live/ingest.ts";
import { watchDatabase } from "../../src/live/database-watch.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { checkRevisions } from "../../src/store/tables/watched.ts";
import { type Database, queryRows } from "../../src/store/database.ts";
import { eachDatabase } from "../support/databases.ts";
import { httpCheck, probeIn, sample, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
const second = 1000;

/** A database whose next transactions go wrong as told: the work is not done, or it is and nobody hears of it. */
function unreliable(db: Database, luck: ("refused" | "answer lost" | "fine")[]): Database {
  const lost = Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" });
  return new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== "transaction") {
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      }
      return async (work: Parameters<Database["transaction"]>[0]) => {
        const next = luck.shift() ?? "fine";
        if (next === "refused") {
          throw lost;
        }
        const result = await target.transaction(work);
        if (next === "answer lost") {
          throw lost;
        }
        return result;
      };
    },
  });
}

eachDatabase("the door for batches", (database) => {
  let db: Database;
  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate batches, samples, readings, outages, checkpoints, rollups, probes, check_revisions, checks, services, locations restart identity cascade`,
    );
  });

  async function street(luck: ("refused" | "answer lost" | "fine")[]) {
    const check = await watch(db, "beacon", {}, t0 - 3_600_000);
    const live = await loadReadings(db, 0);
    const said: string[] = [];
    const touched: string[] = [];
    const watched = watchDatabase({
      setAway: (since) => said.push(since === null ? "board: back" : "board: away"),
      lost: () => said.push("lost"),
      back: () => said.push("back"),
    });
    const ingest = openIngest({
      db: unreliable(db, luck),
      live,
      board: { touch: (slugs) => touched.push(...slugs) },
      database: watched,
    });
    return { check, live, ingest, said, touched, probe: await probeIn(db, "lisbon") };
  }

  it("follows a commit whose answer was lost: memory says what the store says", async () => {
    const { check, live, ingest, probe, said, touched } = await street(["fine", "answer lost"]);
    const at = (s: number) => t0 + s * second;
    const first = await probe.next([sample(check, at(0))]);
    const second_ = await probe.next([sample(check, at(15), "fail"), sample(check, at(20), "fail")]);
    const third = await probe.next([sample(check, at(25))]);
    await ingest.record(first, at(1));
    await expect(ingest.record(second_, at(21))).rejects.toThrow("CONNECTION_CLOSED");
    expect(await ingest.record(second_, at(22))).toMatchObject({ acknowledged: 2, samples: 0 });
    await ingest.record(third, at(26));
    expect(touched).toContain("beacon");
    expect(said).toEqual(["board: away", "lost", "board: back", "back"]);
    expect(live.checks.get(check)!.outages).toMatchObject([{ start: at(15), end: at(25) }]);
    const stored = await queryRows(db, sql`select start::float, "end"::float from outages`);
    expect(stored).toEqual([{ start: at(15), end: at(25) }]);
    expect((await loadReadings(db, 0)).checks.get(check)!.derivation.head).toEqual(
      live.checks.get(check)!.derivation.head,
    );
  });

  it("takes a batch again that was not stored, as if nothing had been", async () => {
    const { check, live, ingest, probe } = await street(["refused", "refused"]);
    const batch = await probe.next([sample(check, t0), sample(check, t0 + 15 * second)]);
    await expect(ingest.record(batch, t0 + 16 * second)).rejects.toThrow();
    await expect(ingest.record(batch, t0 + 17 * second)).rejects.toThrow();
    expect(await ingest.record(batch, t0 + 18 * second)).toMatchObject({ acknowledged: 1, samples: 2 });
    expect(live.checks.get(check)!.lastSampleAt).toBe(t0 + 15 * second);
    expect(await queryRows(db, sql`select count(*)::int as n from samples`)).toEqual([{ n: 2 }]);
  });

  it("counts a batch once that another server tells of when this one has the right and has loaded it", async () => {
    const { check, live, ingest, probe } = await street([]);
    await ingest.record(await probe.next([sample(check, t0), sample(check, t0 + second)]), t0 + 2 * second);
    await ingest.follow({ probeId: probe.id, sequence: 1 }, t0 + 3 * second);
    expect([...live.checks.get(check)!.buckets.values()]).toMatchObject([{ count: 2 }]);
  });

  it("loads the memory again that could not be loaded when something may have been missed", async () => {
    const { check, live, ingest, probe } = await street([]);
    const memory = await loadReadings(db, 0);
    const follower = openIngest({
      db: unreliable(db, ["refused"]),
      live: memory,
      board: { touch() {} },
      database: watchDatabase({ setAway() {}, lost() {}, back() {} }),
      right: null,
    });
    await ingest.record(
      await probe.next([sample(check, t0, "fail"), sample(check, t0 + second, "fail")]),
      t0,
    );
    await expect(follower.refresh()).rejects.toThrow();
    await ingest.record(await probe.next([sample(check, t0 + 15 * second)]), t0 + 16 * second);
    await follower.follow({ probeId: probe.id, sequence: 2 }, t0 + 16 * second);
    expect(memory.checks.get(check)!.outages).toEqual(live.checks.get(check)!.outages);
  });

  it("a check that another server made is derived from its first sample on", async () => {
    const { live, ingest, probe } = await street([]);
    const made = await watch(db, "made-elsewhere", {}, t0);
    const batch = await probe.next([sample(made, t0), sample(made, t0 + 15 * second)]);
    expect(await ingest.record(batch, t0 + 16 * second)).toMatchObject({ setAside: 0 });
    expect(live.checks.get(made)).toMatchObject({ observedFrom: t0, lastSampleAt: t0 + 15 * second });
  });

  it("a check that nobody knows is kept as evidence, whatever its number, and leaves no other trace", async () => {
    const { check, ingest, probe } = await street([]);
    const batch = await probe.next([sample(check, t0), sample(77, t0), sample(2 ** 40, t0)]);
    expect(await ingest.record(batch, t0 + second)).toMatchObject({ acknowledged: 1, setAside: 2 });
    expect(await queryRows(db, sql`select check_id from samples`)).toEqual([{ check_id: check }]);
  });

  it("derives again what was judged by rules that held no longer when it was seen", async () => {
    const { check, live, ingest, probe } = await street([]);
    const at = (s: number) => t0 + s * second;
    const fails = [
      sample(check, at(15), "fail"),
      sample(check, at(20), "fail"),
      sample(check, at(25), "fail"),
    ];
    await ingest.record(await probe.next([sample(check, at(0)), ...fails, sample(check, at(30))]), at(31));
    expect(live.checks.get(check)!.outages).toHaveLength(1);
    await db
      .insert(checkRevisions)
      .values({ checkId: check, effectiveAt: at(10), definition: { ...httpCheck, confirmDown: 5 } });
    await ingest.reloadChecks(at(40));
    await ingest.catchUp(at(41));
    expect(live.checks.get(check)!.outages).toEqual([]);
    expect(await queryRows(db, sql`select * from outages`)).toEqual([]);
    expect(await queryRows(db, sql`select * from reopenings`)).toEqual([]);
  });

  it("passes over a batch that cannot be derived from, and derives from the others", async () => {
    const { check, live, probe } = await street([]);
    const passed: number[] = [];
    const database = { failed: () => false, succeeded() {} };
    const elsewhere = openIngest({ db, live, board: { touch() {} }, database, right: null });
    for (const s of [0, 15, 30]) {
      await elsewhere.record(await probe.next([sample(check, t0 + s * second)]), t0 + (s + 1) * second);
    }
    await db.execute(sql`update batches set compressed = 'rubbish'::bytea where sequence = 2`);
    const here = openIngest({
      ...{ db, live, board: { touch() {} }, database },
      passedOver: ({ sequence }) => passed.push(sequence),
    });
    await here.catchUp(t0 + 60 * second);
    expect(passed).toEqual([2]);
    expect(await queryRows(db, sql`select sequence::int from underived_batches`)).toEqual([{ sequence: 2 }]);
    expect(await queryRows(db, sql`select at::float from samples order by at`)).toEqual([
      { at: t0 },
      { at: t0 + 30 * second },
    ]);
  });

  it("a refusal of the batch itself says nothing about the database", async () => {
    const { check, ingest, probe, said } = await street([]);
    await probe.next([sample(check, t0)]);
    const skipped = await probe.next([sample(check, t0 + second)]);
    await expect(ingest.record(skipped, t0 + 2 * second)).rejects.toMatchObject({ code: "sequence_gap" });
    expect(said).toEqual([]);
  });
});

describe("whether the database can be used", () => {
  const wrapped = (code: string) =>
    new Error("Failed query", { cause: Object.assign(new Error(code), { code }) });

  it("one without room is away until something was stored, however well it answers", () => {
    const said: unknown[] = [];
    const watched = watchDatabase({
      setAway: (since) => said.push(since),
      lost: (reason) => said.push(reason),
      back: (ms) => said.push(ms),
    });
    expect(watched.failed(wrapped("53100"), 1_000)).toBe(true);
    watched.succeeded(2_000, false);
    expect(watched.failed(wrapped("53100"), 3_000)).toBe(true);
    expect(watched.isAway()).toBe(true);
    watched.succeeded(4_000, true);
    expect(said).toEqual([1_000, "53100", null, 3_000]);
  });

  it.each(["ECONNREFUSED", "CONNECTION_CLOSED", "57P01", "57P03", "08006"])("%s is nobody there", (code) => {
    const watched = watchDatabase({ setAway() {}, lost() {}, back() {} });
    expect(watched.failed(wrapped(code), 0)).toBe(true);
    watched.succeeded(1, false);
    expect(watched.isAway()).toBe(false);
  });

  it.each(["23505", "42P01", "28P01"])("%s is something else", (code) => {
    const watched = watchDatabase({ setAway() {}, lost() {}, back() {} });
    expect(watched.failed(wrapped(code), 0)).toBe(false);
  });
});
