/** The spool in a Durable Object's storage, in workerd with its storage on disk, over restarts. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Outgoing, Parcel } from "../../../probes/spool.ts";
import { bundleOf, startWorkerd } from "./workerd.ts";
import type { Bundle } from "./workerd.ts";

let built: Bundle;
let folder: string;
let workerd: Miniflare;

async function start(): Promise<void> {
  workerd = await startWorkerd(built, {
    durableObjects: { SPOOL: { className: "SpoolObject", useSQLite: true } },
    durableObjectsPersist: folder,
  });
}

async function restart(): Promise<void> {
  await workerd.dispose();
  await start();
}

async function call(name: string, ...args: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ name, args }, (_, part: unknown) =>
    part instanceof Uint8Array ? { base64: part.toBase64() } : part,
  );
  const response = await workerd.dispatchFetch("http://spool/", { method: "POST", body });
  const answer = JSON.parse(await response.text(), (_, part: { base64?: string } | null) =>
    typeof part?.base64 === "string" ? Uint8Array.fromBase64(part.base64) : part,
  ) as { value?: unknown; error?: string };
  if (answer.error !== undefined) {
    throw new Error(answer.error);
  }
  return answer.value;
}

const parcel = (id: number, samples = 10): Parcel => ({
  id,
  samples,
  oldestAt: id * 1_000,
  // A view into a larger buffer: only its own bytes are kept.
  bytes: new Uint8Array([9, id, 200, 9]).subarray(1, 3),
});

const outgoing = (sequence: number, from: number, through: number): Outgoing => ({
  from,
  through,
  samples: 10,
  sequence,
  signed: { bytes: new Uint8Array([sequence]), signature: new Uint8Array([sequence, 7]) },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fournines-spool-"));
  built = await bundleOf("test/probes/worker/spool-worker.ts");
  await start();
});

afterAll(async () => {
  await workerd.dispose();
  await rm(folder, { recursive: true, force: true });
});

it("holds what it has taken over a restart, in order and byte by byte", async () => {
  for (const id of [1, 2, 3]) {
    await call("append", parcel(id));
  }
  await restart();
  expect(await call("oldest", 1_000)).toEqual([parcel(1), parcel(2), parcel(3)].map(plain));
  expect(await call("samples")).toBe(30);
  expect(await call("oldestAt")).toBe(1_000);
  expect(await call("lastId")).toBe(3);
});

it("gives as many parcels as have so many samples together, one at least", async () => {
  expect(await call("oldest", 25)).toHaveLength(2);
  expect(await call("oldest", 1)).toHaveLength(1);
});

it("sends again, byte by byte, what was on its way", async () => {
  await call("putOutgoing", outgoing(4, 1, 1));
  await call("putOutgoing", outgoing(5, 1, 2));
  await restart();
  expect(await call("outgoing")).toEqual(outgoing(5, 1, 2));
});

it("forgets what was acknowledged, and the batch that was made of it", async () => {
  await call("release", 2);
  await restart();
  expect(await call("oldest", 1_000)).toEqual([plain(parcel(3))]);
  expect(await call("outgoing")).toBeNull();
  expect(await call("samples")).toBe(10);
});

it("keeps the batch on its way when only what came before it was acknowledged", async () => {
  await call("append", parcel(4));
  await call("putOutgoing", outgoing(6, 4, 4));
  await call("release", 3);
  expect(await call("outgoing")).toEqual(outgoing(6, 4, 4));
});

it("never uses a number again, also when nothing waits any more", async () => {
  await call("release", 4);
  expect(await call("oldest", 1_000)).toEqual([]);
  expect(await call("oldestAt")).toBeNull();
  await restart();
  expect(await call("lastId")).toBe(4);
  expect(await call("samples")).toBe(0);
});

it("refuses what is new when it is full, and has room again for what is released", async () => {
  await call("append", parcel(5, 990));
  await expect(call("append", parcel(6, 11))).rejects.toThrow("SpoolFull");
  expect(await call("samples")).toBe(990);
  await call("append", parcel(6, 10));
  await call("release", 5);
  await call("append", parcel(7, 900));
  expect(await call("samples")).toBe(910);
});

it("keeps a batch that nobody takes apart, out of the way of the others", async () => {
  await call("setAside", outgoing(9, 6, 6), "malformed_batch");
  await call("release", 6);
  expect(await call("samples")).toBe(900);
});

/** As it comes back: the bytes in a buffer of their own. */
function plain(one: Parcel): Parcel {
  return { ...one, bytes: one.bytes.slice() };
}
