/**
 * One server over PostgreSQL takes what ten probes deliver: 11,000 checks, each asked from three of ten locations, every 3 s, which is
 * 11,000 samples a second in signed batches over HTTP, a tenth more than it is to take. Batches are made beforehand, so that only the server and its database work.
 * `BENCH_INGEST_SECONDS` makes the run longer (memory shows whether it is flat).
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import {
  digestOf,
  encodeBatch,
  exportPublicKey,
  generateKeys,
  noPrevious,
  signBatch,
} from "../../probes/batch.ts";
import { checkKinds, protocolVersion, type SignedBatch } from "../../probes/protocol.ts";
import { queryRows } from "../../src/store/database.ts";
import { insertProbe } from "../../src/store/probes.ts";
import { type Figure, progress } from "./figure.ts";
import { type RunningFournines, startFournines } from "./peers/fournines.ts";
import { usageOf } from "./processes.ts";

const probes = 10;
const locationsOfACheck = 3;
const checks = Number(process.env.BENCH_INGEST_CHECKS ?? 11_000);
const intervalMs = 3_000;
const batchMs = intervalMs / 2;
const seconds = Number(process.env.BENCH_INGEST_SECONDS ?? 60);
const samplesASecond = (checks * locationsOfACheck * 1_000) / intervalMs;

export async function ingest(folder: string): Promise<Figure[]> {
  const server = await startFournines("PostgreSQL", join(folder, "ingest"), platform());
  try {
    const ids = await checkIds(server);
    const begin = Date.now() + 5_000 + ids.length;
    const senders = await Promise.all(
      Array.from({ length: probes }, (_, i) => prepare(server, i, ids, begin)),
    );
    progress(
      `ingest: ${ids.length} checks, ${senders[0]!.length} batches of each of ${probes} probes are ready`,
    );
    return await deliver(server, senders, begin);
  } finally {
    await server.stop();
    await server.leave();
  }
}

async function deliver(
  server: RunningFournines,
  senders: readonly (readonly SignedBatch[])[],
  begin: number,
): Promise<Figure[]> {
  const lags: number[] = [];
  const sizes: number[] = [];
  await pause(Math.max(0, begin - Date.now()));
  const before = { server: usageOf([server.server().pid]), all: usageOf(server.pids()) };
  const watching = setInterval(() => sizes.push(usageOf([server.server().pid]).rssBytes / 2 ** 20), 1_000);
  await Promise.all(
    senders.map(async (batches) => {
      for (const [i, batch] of batches.entries()) {
        const due = begin + (i + 1) * batchMs;
        await pause(Math.max(0, due - Date.now()));
        await send(server.url, batch);
        lags.push(Date.now() - due);
      }
    }),
  );
  const tookSeconds = (Date.now() - begin) / 1_000;
  clearInterval(watching);
  const after = { server: usageOf([server.server().pid]), all: usageOf(server.pids()) };
  const samples = await stored(server);
  const per1000 = (cpuSeconds: number) => (cpuSeconds / samples) * 1_000;
  const own = after.server.cpuSeconds - before.server.cpuSeconds;
  const whole = after.all.cpuSeconds - before.all.cpuSeconds;
  lags.sort((a, b) => a - b);
  const late = sizes.slice(Math.floor(sizes.length / 2));
  return [
    {
      name: `samples a second taken and derived from, ${checks.toLocaleString("en")} checks from ${locationsOfACheck} of ${probes} locations`,
      unit: "samples/s",
      better: "higher",
      target: samplesASecond >= 11_000 ? 10_000 : null,
      ours: { "fournines/PostgreSQL": samples / tookSeconds },
      peers: {},
      note: `offered ${samplesASecond}; acknowledged after ${lags[Math.floor(lags.length / 2)]} ms (median), ${lags.at(-1)} ms (last); memory ${Math.round(Math.max(...sizes))} MB at most, ${Math.round(late[0] ?? 0)} → ${Math.round(late.at(-1) ?? 0)} over the second half`,
    },
    {
      name: "CPU of taking 1,000 samples, the server alone",
      unit: "CPU-s",
      better: "lower",
      target: 0.1,
      ours: { "fournines/PostgreSQL": per1000(own) },
      peers: { "with the database": per1000(whole) },
      note: `one core would take ${Math.round(1_000 / per1000(own)).toLocaleString("en")} a second`,
    },
  ];
}

async function stored(server: RunningFournines): Promise<number> {
  const database = await server.open();
  const [row] = await queryRows<{ n: number }>(
    database.db,
    sql`select (select count(*) from samples where at >= 0)::int as n`,
  );
  await database.close();
  return row!.n;
}

async function send(url: string, { bytes, signature }: SignedBatch): Promise<void> {
  const response = await fetch(`${url}/api/v1/batches`, {
    method: "POST",
    body: bytes,
    headers: {
      "Content-Type": "application/octet-stream",
      "Fournines-Signature": signature.toBase64(),
      "Fournines-Sent-At": String(Date.now()),
    },
  });
  if (response.status !== 200) {
    throw new Error(`a batch was refused: ${await response.text()}`);
  }
  await response.arrayBuffer();
}

/** Makes a probe known, and all its batches: a sample of every one of its checks each interval, spread over it. */
async function prepare(
  server: RunningFournines,
  index: number,
  ids: readonly number[],
  begin: number,
): Promise<SignedBatch[]> {
  const { privateKey, publicKey } = await generateKeys();
  const probe = `bench-${index}`;
  const database = await server.open();
  const [location] = await queryRows<{ id: number }>(
    database.db,
    sql`select id from locations where slug = ${`place-${index}`}`,
  );
  await insertProbe(database.db, {
    id: probe,
    locationId: location!.id,
    publicKey: Uint8Array.fromBase64(await exportPublicKey(publicKey)),
    engine: "node",
    kinds: [...checkKinds],
    createdAt: 0,
  });
  await database.close();
  const own = ids.filter((_, i) => locationsOf(i).includes(index));
  const batches: SignedBatch[] = [];
  let previous = noPrevious;
  for (let sequence = 1; sequence * batchMs <= seconds * 1_000; sequence++) {
    const from = begin + (sequence - 1) * batchMs;
    const half = own.filter((_, i) => i % 2 === sequence % 2);
    const observations = half.map((check, i) => ({
      check,
      at: Math.floor(from + (i * batchMs) / half.length),
      outcome: "ok" as const,
      timings: {
        lookup: 1.2,
        connect: 11,
        tls: 24,
        firstByte: 30 + ((i * 7 + sequence) % 50),
        total: 68 + ((i * 7 + sequence) % 50),
      },
    }));
    const header = { version: protocolVersion, probe, location: `place-${index}`, sequence, previous };
    const bytes = encodeBatch({ ...header, closedAt: from + batchMs }, observations);
    previous = await digestOf(bytes);
    batches.push(await signBatch(bytes, privateKey));
  }
  return batches;
}

function locationsOf(check: number): number[] {
  return Array.from({ length: locationsOfACheck }, (_, i) => (check + i * 3) % probes);
}

async function checkIds(server: RunningFournines): Promise<number[]> {
  const database = await server.open();
  const rows = await queryRows<{ id: number }>(
    database.db,
    sql`select checks.id from checks join services on services.id = service_id order by services.position`,
  );
  await database.close();
  return rows.map(({ id }) => id);
}

function platform(): string {
  const places = Array.from({ length: probes }, (_, i) => `  place-${i}: { title: Place ${i} }`);
  const services = Array.from({ length: checks }, (_, i) => {
    const asked = locationsOf(i).map((place) => `place-${place}`);
    return `  service-${i}: { checks: { web: { http: "http://127.0.0.1:9/", locations: [${asked.join(", ")}] } } }`;
  });
  return [
    "platform: { name: Bench }",
    `defaults: { interval: ${intervalMs / 1_000}s, timeout: 2s }`,
    "locations:",
    ...places,
    "services:",
    ...services,
    "",
  ].join("\n");
}
