/**
 * A probe on a machine of its own: joins a server, keeps its assignments, asks, spools to disk, delivers, and says how it is. Everything
 * it has to keep lies in one folder. Whoever starts it (cli/probe-run.ts) brings settings and ways to tell people.
 */

import { mkdir } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { type Clock, machineClock } from "../clock.ts";
import { trackClockSkew } from "../clock-skew.ts";
import type { DeliveryProblem } from "../delivery.ts";
import type { ProbeTable } from "../prober.ts";
import type { CheckKind } from "../protocol.ts";
import { consequenceOf, messageOf } from "../refusals.ts";
import { remoteServer, type Way } from "../remote.ts";
import { type PollProblem, type RemoteProbeStatistics, startRemoteProbe } from "../remote-probe.ts";
import { type ProbeAlert, watchUntaken } from "../untaken-watch.ts";
import { lockFolder } from "./folder-lock.ts";
import { icmpAvailable } from "./icmp.ts";
import { openIdentity } from "./identity.ts";
import { join, ProbeNotReady } from "./joining.ts";
import { kindsOf } from "./kinds.ts";
import { readRemembered, remembering } from "./remembered.ts";
import { endRotationRequest, isRotationRequested, rotateKey } from "./rotation.ts";
import type { Damage } from "./segments.ts";
import { openDiskSpool } from "./spool.ts";

export type NodeProbeProblem =
  | DeliveryProblem
  | PollProblem
  | Damage
  | { kind: "join_failed"; attempts: number; message: string }
  | { kind: "assignments_not_kept"; message: string }
  | { kind: "rotation_failed"; message: string };

/** What happens in a probe's life besides problems. */
export type NodeProbeNews =
  | { kind: "joined"; probe: string; location: string; warnings: string[] }
  | { kind: "assigned"; checks: number }
  | { kind: "network"; lostSince: number | null }
  | { kind: "clock"; skewMs: number }
  | { kind: "key_rotated"; fromSequence: number };

export interface NodeProbeOptions {
  /** Address of the server; null = the one this folder's probe has joined. */
  server: string | null;
  /** `fnp_…`; needed for joining only. */
  invitation: string | null;
  folder: string;
  /** Nobody has taken a batch for so long: people are told. */
  alertAfterMs: number;
  alert: (alert: ProbeAlert) => void;
  onProblem: (problem: NodeProbeProblem) => void;
  onNews: (news: NodeProbeNews) => void;
  /** The probe was revoked: it asks nothing more, and what it holds stays in the folder. */
  onRevoked: () => void;
  /** Gives joining up. */
  signal?: AbortSignal;
  /** Bounds of the spool (spool.ts). */
  spool?: { maxBytes?: number; maxSamples?: number };
  clock?: Clock;
  random?: () => number;
}

export interface NodeProbe {
  probe: string;
  location: string;
  server: string;
  kinds: CheckKind[];
  /** Samples that waited from before. */
  heldBefore: number;
  statistics(): RemoteProbeStatistics;
  /** Ends in order: what is collected goes to the disk, and to the server if it answers in time. True = all was taken. */
  stop(withinMs: number): Promise<boolean>;
}

const lookEveryMs = 1_000;
const rotationRetryMs = 10_000;
/** From here on a clock is wrong enough to be told. */
const clockOffMs = 2_000;

/**
 * @throws ProbeNotReady what is missing to start
 * @throws FolderTaken another process runs on the folder
 * @throws RefusedByServer the server does not let it join
 */
export async function startNodeProbe(options: NodeProbeOptions): Promise<NodeProbe> {
  const { folder } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  try {
    return await startLocked(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startLocked(
  options: NodeProbeOptions,
  lock: { release(): Promise<void> },
): Promise<NodeProbe> {
  const { folder, clock = machineClock, random = Math.random, onProblem, onNews, signal } = options;
  const identity = await openIdentity(folder);
  const address = options.server ?? identity.registered()?.server;
  if (address === undefined) {
    throw new ProbeNotReady("no server is named (FOURNINES_SERVER), and this probe has joined none yet");
  }
  const skew = trackClockSkew(clock);
  const way: Way = { server: address, clock, skew };
  const table = await kindsHere();
  const kinds = Object.keys(table) as CheckKind[];
  const warnings = await join(identity, way, {
    invitation: options.invitation,
    kinds,
    random,
    onFailure: (attempts, message) => onProblem({ kind: "join_failed", attempts, message }),
    ...(signal === undefined ? {} : { signal }),
  });
  const { probe: name, location } = identity.registered()!;
  if (warnings !== null) {
    onNews({ kind: "joined", probe: name, location, warnings });
  }

  const server = remoteServer(way, { probe: name, privateKey: () => identity.requestKey() });
  const spool = await openDiskSpool({
    folder: joinPath(folder, "spool"),
    onDamage: onProblem,
    ...options.spool,
  });
  const heldBefore = spool.samples();
  let trouble: string | null = null;
  let revoked = false;
  let stopping = false;

  const memory = remembering(folder, (message) => onProblem({ kind: "assignments_not_kept", message }));
  const remote = startRemoteProbe({
    probe: name,
    location,
    engine: "node",
    privateKey: (sequence) => identity.keyFor(sequence),
    server,
    kinds: table,
    clock,
    skew,
    random,
    spool,
    // The disk has bounds of its own.
    maxSamples: Number.MAX_SAFE_INTEGER,
    remembered: await readRemembered(folder),
    remember(asked) {
      memory.remember(asked);
      onNews({ kind: "assigned", checks: asked.list.assignments.length });
    },
    onNetwork: (lostSince) => onNews({ kind: "network", lostSince }),
    onProblem(problem) {
      if (problem.kind === "delivery_failed") {
        trouble = problem.message;
      } else if (problem.kind === "delivery_resumed") {
        trouble = null;
      } else if (problem.kind === "probe_revoked") {
        endRevoked(problem.message);
      } else if (problem.kind === "poll_failed" && consequenceOf(problem) === "revoked") {
        endRevoked(problem.message);
      }
      onProblem(problem);
    },
  });

  const watch = watchUntaken({
    probe: name,
    location,
    server: address,
    alertAfterMs: options.alertAfterMs,
    alert: options.alert,
  });
  let callOffLook = clock.after(lookEveryMs, look);
  let clockTold = false;
  let rotatedAt = -Infinity;

  function look(): void {
    callOffLook = clock.after(lookEveryMs, look);
    watch.look(remote.statistics().delivery, trouble, clock.now());
    lookAtClock();
    void rotateIfAsked();
  }

  function lookAtClock(): void {
    const skewMs = skew.now();
    const isOff = Math.abs(skewMs ?? 0) > clockOffMs;
    if (isOff !== clockTold) {
      clockTold = isOff;
      onNews({ kind: "clock", skewMs: skewMs! });
    }
  }

  /** Somebody asked for a new key, or it is not known yet whether the server has the one that was offered. */
  async function rotateIfAsked(): Promise<void> {
    if (clock.elapsed() - rotatedAt < rotationRetryMs) {
      return;
    }
    const isAsked = identity.next() !== null || (await isRotationRequested(folder));
    if (!isAsked || stopping || clock.elapsed() - rotatedAt < rotationRetryMs) {
      return;
    }
    rotatedAt = clock.elapsed();
    try {
      const fromSequence = await remote.probe.betweenBatches((next) => rotateKey(identity, server, next));
      await endRotationRequest(folder);
      onNews({ kind: "key_rotated", fromSequence });
    } catch (error) {
      onProblem({ kind: "rotation_failed", message: messageOf(error) });
    }
  }

  function endRevoked(message: string): void {
    if (revoked) {
      return;
    }
    revoked = true;
    remote.probe.setAssignments([]);
    callOffLook();
    const { held } = remote.statistics().delivery;
    options.alert({
      kind: "probe_revoked",
      title: `Probe ${name} was revoked`,
      lines: [
        `The server at ${address} takes nothing more of the probe ${name} in ${location}: ${message}.`,
        `It has stopped asking. ${held} samples that were never delivered stay in its folder.`,
      ],
      at: clock.now(),
    });
    options.onRevoked();
  }

  return {
    probe: name,
    location,
    server: address,
    kinds,
    heldBefore,
    statistics: () => remote.statistics(),
    async stop(withinMs) {
      stopping = true;
      callOffLook();
      const all = await remote.stop(withinMs);
      await memory.settled();
      await spool.close();
      await lock.release();
      return all;
    },
  };
}

/** What this machine can ask. Jobs call a server, never a probe elsewhere. */
async function kindsHere(): Promise<ProbeTable> {
  const { "check-in": _, icmp, ...others } = kindsOf(new Map());
  return icmp !== undefined && (await icmpAvailable()) ? { ...others, icmp } : others;
}
