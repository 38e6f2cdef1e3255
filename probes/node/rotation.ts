/**
 * Changing a probe's key, so that neither a crash nor a lost answer leaves the two sides with different ones: the new key is kept before
 * the server hears of it, and offered again, the same, until it is known whether the server has it.
 */

import { access, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machineClock } from "../clock.ts";
import { trackClockSkew } from "../clock-skew.ts";
import { type RemoteServer, remoteServer } from "../remote.ts";
import { FolderTaken, lockFolder } from "./folder-lock.ts";
import { openIdentity, type ProbeIdentity } from "./identity.ts";
import { ProbeNotReady } from "./joining.ts";
import { openDiskSpool } from "./spool.ts";

/**
 * Must run between two batches.
 *
 * @param first the first sequence that was never sent
 * @returns the first batch that the new key signs
 * @throws RefusedByServer, ServerAway: the key in force still signs; to be tried again
 */
export async function rotateKey(
  identity: ProbeIdentity,
  server: Pick<RemoteServer, "putKey">,
  first: number,
): Promise<number> {
  const { probe } = identity.registered()!;
  const offer = async (isTooLate: boolean) => {
    const { from, publicKey, endorsement } = await identity.prepareNext(first, isTooLate);
    await server.putKey({ probe, fromSequence: from, publicKey }, endorsement);
  };
  try {
    await offer(false);
  } catch (error) {
    // Offered earlier, never heard of by the server, which has gone on with the old key since.
    if ((error as { code?: unknown }).code !== "sequence_taken") {
      throw error;
    }
    await offer(true);
  }
  await identity.adoptNext();
  return identity.validFrom();
}

/** A file in the folder that asks the process running there for a new key. */
const requestOf = (folder: string) => join(folder, "rotate-key");

export async function isRotationRequested(folder: string): Promise<boolean> {
  try {
    await access(requestOf(folder));
    return true;
  } catch {
    return false;
  }
}

export async function endRotationRequest(folder: string): Promise<void> {
  await unlink(requestOf(folder)).catch(() => {});
}

const askedEveryMs = 250;

/**
 * Changes the key of the probe in a folder: by the process that runs there, or here if there is none.
 *
 * @returns the first batch that the new key signs
 * @throws ProbeNotReady there is no probe, or the one that runs could not change its key yet: it goes on trying
 * @throws RefusedByServer, ServerAway
 */
export async function rotateInFolder(folder: string, withinMs = 30_000): Promise<number> {
  const registered = await readRegistered(folder);
  let lock: { release(): Promise<void> };
  try {
    lock = await lockFolder(folder);
  } catch (error) {
    if (error instanceof FolderTaken) {
      return askRunning(folder, withinMs);
    }
    throw error;
  }
  try {
    const identity = await openIdentity(folder);
    const way = { server: registered.server, clock: machineClock, skew: trackClockSkew(machineClock) };
    const server = remoteServer(way, {
      probe: registered.probe,
      privateKey: () => identity.requestKey(),
    });
    const spool = await openDiskSpool({ folder: join(folder, "spool"), onDamage: () => {} });
    const { sequence } = await server.readChain();
    const first = Math.max(sequence, spool.outgoing()?.sequence ?? 0) + 1;
    await spool.close();
    return await rotateKey(identity, server, first);
  } finally {
    await lock.release();
  }
}

async function askRunning(folder: string, withinMs: number): Promise<number> {
  await writeFile(requestOf(folder), "");
  for (let waited = 0; waited < withinMs; waited += askedEveryMs) {
    await sleep(askedEveryMs);
    if (!(await isRotationRequested(folder))) {
      return (await openIdentity(folder)).validFrom();
    }
  }
  throw new ProbeNotReady("the probe that runs there has not changed its key yet: it goes on trying");
}

async function readRegistered(folder: string): Promise<{ server: string; probe: string }> {
  const isThere = await access(join(folder, "identity.json")).then(
    () => true,
    () => false,
  );
  const registered = isThere ? (await openIdentity(folder)).registered() : null;
  if (registered === null) {
    throw new ProbeNotReady(`there is no probe in ${folder} that has joined a server`);
  }
  return registered;
}
