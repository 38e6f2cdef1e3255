import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { importPublicKey, verifyBatch } from "../../probes/batch.ts";
import type { SignedBatch } from "../../probes/protocol.ts";
import { packEvidence } from "../../src/actions/pack-evidence.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { deleteBatchesBefore, findChainHead, listBatches } from "../../src/store/batches.ts";
import { type Database, queryRows } from "../../src/store/database.ts";
import { findProbeKey } from "../../src/store/probe-keys.ts";
import { eachDatabase } from "../support/databases.ts";
import { probeIn, sample, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
const hour = 3_600_000;

eachDatabase("packing evidence", (database) => {
  let db: Database;
  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate batches, batch_packs, samples, readings, outages, checkpoints, rollups, probes, check_revisions, checks, services, locations restart identity cascade`,
    );
  });

  async function deliver(count: number): Promise<SignedBatch[]> {
    const check = await watch(db, "beacon", {}, t0);
    const live = await loadReadings(db, 0);
    const probe = await probeIn(db, "lisbon");
    const delivered: SignedBatch[] = [];
    for (let i = 0; i < count; i++) {
      const at = t0 + i * 600_000;
      const batch = await probe.next([
        sample(check, at),
        sample(check, at + 15_000, i % 4 === 0 ? "fail" : "ok"),
      ]);
      await recordBatch(db, live, batch, at + 20_000);
      delivered.push(batch);
    }
    return delivered;
  }

  it("gives back every batch byte for byte, by the hour, and keeps what is younger than 48 hours loose", async () => {
    const delivered = await deliver(20);
    await packEvidence(db, t0 + 50 * hour);
    expect(
      await queryRows(
        db,
        sql`select first_sequence::int as a, last_sequence::int as b from batch_packs order by 1`,
      ),
    ).toEqual([
      { a: 1, b: 6 },
      { a: 7, b: 12 },
    ]);
    const stored = await Array.fromAsync(listBatches(db, 0, Number.MAX_SAFE_INTEGER));
    expect(stored.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(
      delivered.map(({ bytes }) => Buffer.from(bytes).toString()),
    );
  });

  it("keeps the signature of the last batch of a pack, which vouches for all of it", async () => {
    await deliver(13);
    await packEvidence(db, t0 + 100 * hour);
    const stored = await Array.fromAsync(listBatches(db, 0, Number.MAX_SAFE_INTEGER));
    const publicKey = await findProbeKey(db, "probe-lisbon", 1);
    const key = await importPublicKey(publicKey!.toBase64());
    const signed = stored.filter(({ signature }) => signature !== null);
    expect(signed).toHaveLength(3);
    for (const { bytes, signature } of signed) {
      expect(await verifyBatch({ bytes, signature: signature! }, key)).toBe(true);
    }
    const previous = stored.map(
      ({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { previous: string }).previous,
    );
    expect(previous.slice(1)).toEqual(stored.slice(0, -1).map(({ digest }) => digest));
  });

  it("knows where a chain ends when its last batches were packed before earlier ones", async () => {
    const check = await watch(db, "beacon", {}, t0);
    const live = await loadReadings(db, 0);
    const probe = await probeIn(db, "lisbon");
    const daysBehind = t0 - 100 * hour;
    await recordBatch(db, live, await probe.next([sample(check, t0)]), t0 + 1_000);
    await recordBatch(db, live, await probe.next([sample(check, daysBehind)]), t0 + 2_000);
    const head = await findChainHead(db, "probe-lisbon");
    await packEvidence(db, t0 + hour);
    expect(await queryRows(db, sql`select count(*)::int as n from batch_packs`)).toEqual([{ n: 1 }]);
    expect(await findChainHead(db, "probe-lisbon")).toEqual(head);
    const third = await probe.next([sample(check, t0 + 15_000)]);
    expect(await recordBatch(db, live, third, t0 + 16_000)).toMatchObject({ acknowledged: 3, samples: 1 });
  });

  it("keeps what came lately, whatever clock it was dated by", async () => {
    const check = await watch(db, "beacon", {}, t0);
    const live = await loadReadings(db, 0);
    const probe = await probeIn(db, "lisbon");
    await recordBatch(db, live, await probe.next([sample(check, 1_000)]), t0);
    const head = await findChainHead(db, "probe-lisbon");
    await deleteBatchesBefore(db, t0 - 1_000 * hour);
    expect(await findChainHead(db, "probe-lisbon")).toEqual(head);
    await deleteBatchesBefore(db, t0 + 1);
    expect(await queryRows(db, sql`select count(*)::int as n from batches`)).toEqual([{ n: 0 }]);
  });

  it("lets a chain go on after all of it was packed", async () => {
    const delivered = await deliver(3);
    const head = await findChainHead(db, "probe-lisbon");
    await packEvidence(db, t0 + 100 * hour);
    expect(await queryRows(db, sql`select count(*)::int as n from batches`)).toEqual([{ n: 0 }]);
    expect(await findChainHead(db, "probe-lisbon")).toEqual(head);
    const live = await loadReadings(db, 0);
    expect(await recordBatch(db, live, delivered[1]!, t0 + 101 * hour)).toMatchObject({
      acknowledged: 3,
      samples: 0,
    });
  });

  it("leaves evidence alone that does not form a chain, and says which", async () => {
    await deliver(3);
    await db.execute(sql`update batches set digest = decode('00', 'hex') where sequence = 2`);
    await expect(packEvidence(db, t0 + 100 * hour)).rejects.toMatchObject({ code: "evidence_not_packable" });
    expect(await queryRows(db, sql`select count(*)::int as n from batches`)).toEqual([{ n: 3 }]);
  });
});
