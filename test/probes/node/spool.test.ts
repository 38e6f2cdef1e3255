/** What the spool has taken is there again, wherever the process was killed and whatever the disk did. */

import { execFileSync, spawn } from "node:child_process";
import { copyFile, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FolderTaken, lockFolder } from "../../../probes/node/folder-lock.ts";
import type { Damage } from "../../../probes/node/segments.ts";
import { type DiskSpoolOptions, openDiskSpool } from "../../../probes/node/spool.ts";
import { SpoolFull } from "../../../probes/spool.ts";
import type { Outgoing, Parcel } from "../../../probes/spool.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fournines-spool-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const parcel = (id: number, size = 40): Parcel => ({
  id,
  samples: 1 + (id % 5),
  oldestAt: 1_780_000_000_000 + id,
  bytes: new Uint8Array(size).map((_, i) => id * 31 + i),
});

const outgoing = (from: number, through: number): Outgoing => ({
  from,
  through,
  samples: through - from + 1,
  sequence: through,
  signed: { bytes: new Uint8Array(100).fill(through), signature: new Uint8Array(64).fill(from) },
});

async function opened(more: Partial<DiskSpoolOptions> = {}) {
  const damage: Damage[] = [];
  const spool = await openDiskSpool({ folder, onDamage: (one) => damage.push(one), ...more });
  return { spool, damage };
}

/** A folder with so many parcels, closed. */
async function filled(many: number, more: Partial<DiskSpoolOptions> = {}): Promise<void> {
  const { spool } = await opened(more);
  for (let id = 1; id <= many; id++) {
    await spool.append(parcel(id));
  }
  await spool.close();
}

async function segments(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".segment")).sort();
}

describe("after a restart", () => {
  it("holds what it has taken, in order and byte by byte", async () => {
    await filled(20);
    const { spool, damage } = await opened();
    expect(await spool.oldest(1_000)).toEqual(Array.from({ length: 20 }, (_, i) => parcel(i + 1)));
    expect([spool.lastId(), spool.oldestAt(), spool.outgoing()]).toEqual([20, parcel(1).oldestAt, null]);
    expect(spool.samples()).toBe(
      Array.from({ length: 20 }, (_, i) => parcel(i + 1).samples).reduce((a, b) => a + b),
    );
    expect(damage).toEqual([]);
    await spool.close();
  });

  it("sends again, byte by byte, what was on its way, and nothing that was acknowledged before it", async () => {
    await filled(6);
    const first = (await opened()).spool;
    await first.putOutgoing(outgoing(1, 2));
    await first.release(2);
    await first.putOutgoing(outgoing(3, 5));
    await first.close();
    const { spool } = await opened();
    expect(spool.outgoing()).toEqual(outgoing(3, 5));
    expect((await spool.oldest(1_000)).map(({ id }) => id)).toEqual([3, 4, 5, 6]);
    await spool.release(5);
    expect(spool.outgoing()).toBeNull();
    expect((await spool.oldest(1_000)).map(({ id }) => id)).toEqual([6]);
    await spool.close();
  });

  it("never uses a number again, also when nothing waits any more", async () => {
    await filled(3);
    const first = (await opened()).spool;
    await first.putOutgoing(outgoing(1, 3));
    await first.release(3);
    await first.close();
    const { spool } = await opened();
    expect([spool.lastId(), spool.samples(), spool.outgoing()]).toEqual([3, 0, null]);
    await spool.append(parcel(4));
    expect((await spool.oldest(1)).map(({ id }) => id)).toEqual([4]);
    await spool.close();
  });
});

describe("killed at any byte", () => {
  it("of a parcel: those before it are there, and the next one finds its place", async () => {
    await filled(4);
    const [name] = await segments();
    const whole = await readFile(join(folder, name!));
    const recordBytes = whole.length / 4;
    for (let cut = 0; cut <= whole.length; cut += cut % recordBytes < 30 ? 1 : 7) {
      await rm(folder, { recursive: true });
      await filled(0);
      await writeFile(join(folder, name!), whole.subarray(0, cut));
      const { spool, damage } = await opened();
      const kept = Math.floor(cut / recordBytes);
      expect((await spool.oldest(1_000)).map(({ id }) => id)).toEqual([1, 2, 3, 4].slice(0, kept));
      expect(damage).toEqual([]);
      await spool.append(parcel(spool.lastId() + 1));
      await spool.close();
      const again = (await opened()).spool;
      expect((await again.oldest(1_000)).at(-1)!.id).toBe(kept + 1);
      await again.close();
    }
  });

  it("of the batch on its way: it is the new one or the one before, never half of one", async () => {
    await filled(9);
    const { spool } = await opened();
    await spool.putOutgoing(outgoing(1, 3));
    await spool.release(3);
    await spool.close();
    const before = [await readFile(join(folder, "outgoing.0")), await readFile(join(folder, "outgoing.1"))];
    const later = (await opened()).spool;
    await later.putOutgoing(outgoing(4, 6));
    await later.close();
    const after = [await readFile(join(folder, "outgoing.0")), await readFile(join(folder, "outgoing.1"))];
    const slot = before[0]!.equals(after[0]!) ? 1 : 0;
    for (const cut of [0, 1, 4, 20, 27, 28, 60, 100, 180, 230, 231, 232, 233, 400]) {
      const torn = Buffer.concat([after[slot]!.subarray(0, cut), before[slot]!.subarray(cut)]);
      await writeFile(join(folder, `outgoing.${slot}`), torn);
      const reopened = (await opened()).spool;
      const found = reopened.outgoing();
      expect(found).toEqual(torn.equals(after[slot]!) ? outgoing(4, 6) : outgoing(1, 3));
      await reopened.close();
    }
  });

  it("a process that is killed while it writes has everything that it said it had", async () => {
    const script = `
      import { openDiskSpool } from ${JSON.stringify(new URL("../../../probes/node/spool.ts", import.meta.url).href)};
      const spool = await openDiskSpool({ folder: ${JSON.stringify(folder)}, onDamage() {} });
      for (let id = 1; ; id++) {
        await spool.append({ id, samples: 1, oldestAt: id, bytes: new Uint8Array(200).fill(id) });
        process.stdout.write(id + "\\n");
      }`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    await expect.poll(() => said.split("\n").length).toBeGreaterThan(50);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("close", resolve));
    const last = Math.max(...said.split("\n").map(Number));
    const { spool, damage } = await opened();
    expect(damage).toEqual([]);
    const held = (await spool.oldest(1_000_000)).map(({ id }) => id);
    expect(held).toEqual(Array.from({ length: held.length }, (_, i) => i + 1));
    expect(held.length).toBeGreaterThanOrEqual(last);
    await spool.close();
  });
});

describe("a disk that forgets", () => {
  it("any byte that changed costs the parcel it stood in, is told, and nothing else", async () => {
    await filled(5);
    const [name] = await segments();
    const path = join(folder, name!);
    const { size } = await stat(path);
    await copyFile(path, join(folder, "whole"));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: size - 1 }), async (at) => {
        const bytes = await readFile(join(folder, "whole"));
        bytes[at]! ^= 0x5a;
        await writeFile(path, bytes);
        const { spool, damage } = await opened();
        const hit = Math.floor(at / (size / 5)) + 1;
        expect((await spool.oldest(1_000)).map(({ id }) => id)).toEqual(
          [1, 2, 3, 4, 5].filter((id) => id !== hit),
        );
        // Broken at the very end, it looks like what was being written when the process ended.
        expect(damage.length).toBe(hit === 5 ? 0 : 1);
        await spool.close();
      }),
      { numRuns: 60 },
    );
  });

  it("a parcel that breaks while the spool is open is told and passed over", async () => {
    await filled(3);
    const { spool, damage } = await opened();
    const [name] = await segments();
    const file = await open(join(folder, name!), "r+");
    await file.write(Buffer.from([255]), 0, 1, 60);
    await file.close();
    expect((await spool.oldest(1)).map(({ id }) => id)).toEqual([2]);
    expect(damage).toMatchObject([{ kind: "damaged", samples: parcel(1).samples }]);
    await spool.close();
  });
});

describe("its bounds", () => {
  it("in bytes: the oldest stay, what is new is refused, and room comes back with what is released", async () => {
    const { spool } = await opened({ maxBytes: 4_000 });
    let id = 0;
    await expect(async () => {
      for (;;) {
        await spool.append(parcel(++id));
      }
    }).rejects.toThrow(SpoolFull);
    const held = id - 1;
    expect(held).toBeGreaterThan(20);
    expect((await spool.oldest(1_000)).map((one) => one.id)).toEqual(
      Array.from({ length: held }, (_, i) => i + 1),
    );
    await spool.release(held - 5);
    await spool.append(parcel(id));
    expect((await spool.oldest(1_000)).at(-1)!.id).toBe(id);
    await spool.close();
  });

  it("in samples", async () => {
    const { spool } = await opened({ maxSamples: 9 });
    await spool.append({ ...parcel(1), samples: 5 });
    await spool.append({ ...parcel(2), samples: 4 });
    await expect(spool.append({ ...parcel(3), samples: 1 })).rejects.toThrow(SpoolFull);
    await spool.release(1);
    await spool.append({ ...parcel(3), samples: 5 });
    expect(spool.samples()).toBe(9);
    await spool.close();
  });

  it("files go away as a whole once nothing in them waits", async () => {
    await filled(100, { maxBytes: 16_000 });
    const before = (await segments()).length;
    expect(before).toBeGreaterThan(3);
    const { spool } = await opened({ maxBytes: 16_000 });
    await spool.release(99);
    expect(await segments()).toHaveLength(1);
    expect((await spool.oldest(1_000)).map(({ id }) => id)).toEqual([100]);
    await spool.close();
  });

  it("as many parcels as have so many samples together, one at least", async () => {
    await filled(10);
    const { spool } = await opened();
    const samplesOf = async (most: number) => (await spool.oldest(most)).map(({ samples }) => samples);
    expect(await samplesOf(0)).toEqual([2]);
    expect(await samplesOf(9)).toEqual([2, 3, 4]);
    expect(await samplesOf(10)).toEqual([2, 3, 4]);
    await spool.close();
  });
});

it("a batch that nobody takes is kept apart, with the reason", async () => {
  const { spool } = await opened();
  await spool.setAside(outgoing(1, 3), "malformed batch: order");
  const story = JSON.parse(await readFile(join(folder, "set-aside", "3.json"), "utf8")) as object;
  expect(story).toMatchObject({ why: "malformed batch: order", sequence: 3, samples: 3 });
  expect(await readFile(join(folder, "set-aside", "3.batch"))).toEqual(
    Buffer.from(outgoing(1, 3).signed.bytes),
  );
  await spool.close();
});

it.runIf(process.platform === "linux")(
  "a disk that is full takes nothing, breaks nothing, still lets what is there be sent, and takes more once there is room",
  async () => {
    const script = `
      import { execFileSync } from "node:child_process";
      import { openDiskSpool } from ${JSON.stringify(new URL("../../../probes/node/spool.ts", import.meta.url).href)};
      const limit = (bytes) => execFileSync("prlimit", ["--pid", String(process.pid), "--fsize=" + bytes + ":"]);
      const spool = await openDiskSpool({ folder: ${JSON.stringify(folder)}, onDamage() {} });
      const parcel = (id) => ({ id, samples: 1, oldestAt: id, bytes: new Uint8Array(200_000).fill(id) });
      const said = [];
      await spool.append(parcel(1));
      limit(300_000);
      for (let i = 0; i < 2; i++) {
        await spool.append(parcel(2)).catch((error) => said.push(error.code));
      }
      await spool.putOutgoing({ from: 1, through: 1, samples: 1, sequence: 1,
        signed: { bytes: new Uint8Array(1_000), signature: new Uint8Array(64) } });
      limit("unlimited");
      await spool.append(parcel(2));
      console.log(JSON.stringify(said));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
    });
    expect(JSON.parse(output)).toEqual(["EFBIG", "EFBIG"]);
    const { spool, damage } = await opened();
    expect((await spool.oldest(1_000)).map(({ id, bytes }) => [id, bytes.length])).toEqual([
      [1, 200_000],
      [2, 200_000],
    ]);
    expect([spool.outgoing()?.through, damage]).toEqual([1, []]);
    await spool.close();
  },
);

describe("the folder's lock", () => {
  it("keeps a second holder off, also one in another process, and is free again when the first ends", async () => {
    const script = `
      import { lockFolder } from ${JSON.stringify(new URL("../../../probes/node/folder-lock.ts", import.meta.url).href)};
      await lockFolder(${JSON.stringify(folder)});
      console.log("locked");
      setInterval(() => {}, 1_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await expect(lockFolder(folder)).rejects.toThrow(FolderTaken);
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("close", resolve));
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(FolderTaken);
    await lock.release();
    await (await lockFolder(folder)).release();
  });
});

it("an empty file left by a crash between making it and writing to it is no trouble", async () => {
  await filled(2);
  await writeFile(join(folder, "0000000000000003.segment"), "");
  const { spool, damage } = await opened();
  await spool.append(parcel(3));
  await spool.close();
  await truncate(join(folder, (await segments()).at(-1)!), 0);
  expect((await (await opened()).spool.oldest(100)).map(({ id }) => id)).toEqual([1, 2]);
  expect(damage).toEqual([]);
});
