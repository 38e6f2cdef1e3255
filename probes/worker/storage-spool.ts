/**
 * A spool in the storage of a Durable Object: what it has taken outlives the object's eviction and every restart. Each call does its
 * writes in one go, so that all of them are kept or none; nothing leaves the object before they are.
 */

import { SpoolFull } from "../spool.ts";
import type { Outgoing, Parcel, Spool } from "../spool.ts";

/** Batches that no server takes are kept for people, the newest of them. */
const asideKept = 100;

interface ParcelRow extends Record<string, SqlStorageValue> {
  id: number;
  samples: number;
  oldest_at: number;
  bytes: ArrayBuffer;
}

interface OutgoingRow extends Record<string, SqlStorageValue> {
  first: number;
  through: number;
  samples: number;
  sequence: number;
  bytes: ArrayBuffer;
  signature: ArrayBuffer;
}

/** @param maxSamples beyond it, SpoolFull */
export function storageSpool(sql: SqlStorage, maxSamples: number): Spool {
  createTables(sql);
  // A parcel without samples is what is left of the newest one that was released: it keeps its id from being used again.
  const held = sql.exec<{ samples: number; last: number }>(
    "SELECT coalesce(sum(samples), 0) AS samples, coalesce(max(id), 0) AS last FROM parcels",
  );
  let { samples, last } = held.one();
  let outgoing = readOutgoing(sql);
  return {
    lastId: () => last,
    append: async (parcel) => {
      if (samples + parcel.samples > maxSamples) {
        throw new SpoolFull(`${samples} samples are held, at most ${maxSamples} can be`);
      }
      const { id, oldestAt, bytes } = parcel;
      sql.exec("INSERT INTO parcels VALUES (?, ?, ?, ?)", id, parcel.samples, oldestAt, whole(bytes));
      samples += parcel.samples;
      last = id;
    },
    oldest: async (most) => {
      const parcels: Parcel[] = [];
      let sum = 0;
      for (const row of sql.exec<ParcelRow>("SELECT * FROM parcels WHERE samples > 0 ORDER BY id")) {
        sum += row.samples;
        if (sum > most && parcels.length > 0) {
          break;
        }
        const { id, samples, oldest_at: oldestAt, bytes } = row;
        parcels.push({ id, samples, oldestAt, bytes: new Uint8Array(bytes) });
      }
      return parcels;
    },
    outgoing: () => outgoing,
    putOutgoing: async (next) => {
      sql.exec("DELETE FROM outgoing");
      insertBatch(sql, "outgoing", next);
      outgoing = next;
    },
    release: async (through) => {
      const released = sql
        .exec<{ samples: number }>(
          "SELECT coalesce(sum(samples), 0) AS samples FROM parcels WHERE id <= ?",
          through,
        )
        .one();
      sql.exec("DELETE FROM parcels WHERE id < ?", through);
      sql.exec("UPDATE parcels SET samples = 0, bytes = x'' WHERE id = ?", through);
      if (outgoing !== null && outgoing.through <= through) {
        sql.exec("DELETE FROM outgoing");
        outgoing = null;
      }
      samples -= released.samples;
    },
    setAside: async (batch, why) => {
      insertBatch(sql, "aside", batch, why);
      sql.exec(
        "DELETE FROM aside WHERE sequence NOT IN (SELECT sequence FROM aside ORDER BY sequence DESC LIMIT ?)",
        asideKept,
      );
    },
    samples: () => samples,
    oldestAt: () =>
      sql
        .exec<{ oldest_at: number }>("SELECT oldest_at FROM parcels WHERE samples > 0 ORDER BY id LIMIT 1")
        .toArray()[0]?.oldest_at ?? null,
  };
}

function createTables(sql: SqlStorage): void {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS parcels (id INTEGER PRIMARY KEY, samples INTEGER, oldest_at INTEGER, bytes BLOB)",
  );
  const batch =
    "first INTEGER, through INTEGER, samples INTEGER, sequence INTEGER, bytes BLOB, signature BLOB";
  sql.exec(`CREATE TABLE IF NOT EXISTS outgoing (${batch})`);
  sql.exec(`CREATE TABLE IF NOT EXISTS aside (${batch}, why TEXT)`);
}

function insertBatch(sql: SqlStorage, table: "outgoing" | "aside", batch: Outgoing, ...more: string[]): void {
  const { from, through, samples, sequence, signed } = batch;
  const values = [from, through, samples, sequence, whole(signed.bytes), whole(signed.signature), ...more];
  sql.exec(`INSERT INTO ${table} VALUES (${values.map(() => "?").join(", ")})`, ...values);
}

function readOutgoing(sql: SqlStorage): Outgoing | null {
  const row = sql.exec<OutgoingRow>("SELECT * FROM outgoing").toArray()[0];
  if (row === undefined) {
    return null;
  }
  const { first: from, through, samples, sequence, bytes, signature } = row;
  const signed = { bytes: new Uint8Array(bytes), signature: new Uint8Array(signature) };
  return { from, through, samples, sequence, signed };
}

/** The buffer of exactly these bytes. */
function whole(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}
