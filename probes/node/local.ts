/**
 * The probe that comes with the server. It runs on a thread of its own, so that nothing the server does disturbs its timing;
 * only sealed batches cross over, the same bytes a remote probe would send.
 */

import { Worker } from "node:worker_threads";
import type { DeliveryProblem } from "../delivery.ts";
import type { ProbeStatistics } from "../probe.ts";
import type { Assignment, SignedBatch, Target } from "../protocol.ts";
import type { ChainEnd } from "../sealing.ts";
import type { Calls } from "./check-in.ts";

export interface LocalProbeOptions {
  /** Name of the probe and of the place where it stands. */
  probeId: string;
  location: string;
  /** Ed25519, for signing. */
  privateKey: CryptoKey;
  /** Where the server's record of this probe ends. Must not answer while a batch of it is being stored. */
  readChain: () => Promise<ChainEnd>;
  assignments: readonly Assignment[];
  /** Targets that nobody here owns (probes/self-check.ts); default: none. */
  selfCheck?: readonly Target[];
  /** Called on this thread, one at a time, in chain order; rejecting means: again later. */
  deliver: (signed: SignedBatch) => Promise<{ acknowledged: number }>;
  onProblem: (problem: LocalProbeProblem) => void;
}

export type LocalProbeProblem = DeliveryProblem | { kind: "probe_restarted"; message: string };

export interface LocalProbe {
  setAssignments(list: readonly Assignment[]): void;
  setSelfCheck(targets: readonly Target[]): void;
  /** A job has called; its check is judged at once. */
  checkedIn(check: number, at: number, result: "ok" | "fail"): void;
  statistics(): Promise<ProbeStatistics>;
  /** Delivers the last batch and ends, within 4 s. */
  stop(): Promise<void>;
}

/** From this thread to the probe's. */
export type ToProbe =
  | { kind: "assignments"; list: readonly Assignment[] }
  | { kind: "self_check"; targets: readonly Target[] }
  | { kind: "checked_in"; check: number; at: number; result: "ok" | "fail" }
  | { kind: "delivered"; turn: number; acknowledged: number }
  | { kind: "chain"; turn: number; end: ChainEnd }
  | { kind: "refused"; turn: number; message: string; code: unknown }
  | { kind: "statistics"; turn: number }
  | { kind: "stop"; withinMs: number };

/** From the probe's thread to this one. */
export type FromProbe =
  | { kind: "deliver"; turn: number; signed: SignedBatch }
  | { kind: "read_chain"; turn: number }
  | { kind: "problem"; problem: DeliveryProblem }
  | { kind: "statistics"; turn: number; statistics: ProbeStatistics }
  | { kind: "stopped" };

/** What the probe's thread starts with. */
export interface ProbeStart extends Pick<
  LocalProbeOptions,
  "probeId" | "location" | "privateKey" | "assignments" | "selfCheck"
> {
  calls: Calls;
}

const stopWithinMs = 3_500;
const restartAfterMs = 1_000;

export function startLocalProbe(options: LocalProbeOptions): LocalProbe {
  let { assignments, selfCheck = [] } = options;
  let stopping = false;
  let turn = 0;
  const asked = new Map<number, (statistics: ProbeStatistics) => void>();
  /** The latest call of each job: a thread that is started anew has not heard of it. */
  const calls: Calls = new Map();
  let ended = () => {};
  let stopped: Promise<void> | undefined;
  let restart: NodeJS.Timeout | undefined;
  let runs = false;
  let worker = start();

  function start(): Worker {
    const { probeId, location, privateKey } = options;
    const workerData: ProbeStart = { probeId, location, privateKey, assignments, selfCheck, calls };
    runs = true;
    const started = new Worker(new URL("./local-worker.ts", import.meta.url), {
      workerData,
      name: "fournines-probe",
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 6 },
    });
    started.on("message", (message: FromProbe) => void receive(started, message));
    let failure: Error | undefined;
    started.on("error", (error) => (failure = error as Error));
    started.on("exit", (code) => {
      runs = false;
      if (stopping) {
        ended();
        return;
      }
      // Samples it had not delivered are lost, and the time they covered is unknown: that has to be said.
      options.onProblem({ kind: "probe_restarted", message: failure?.message ?? `ended with ${code}` });
      restart = setTimeout(() => (worker = start()), restartAfterMs);
    });
    return started;
  }

  async function receive(from: Worker, message: FromProbe): Promise<void> {
    switch (message.kind) {
      case "deliver":
        from.postMessage(
          await answer(message.turn, async () => ({
            kind: "delivered",
            turn: message.turn,
            acknowledged: (await options.deliver(message.signed)).acknowledged,
          })),
        );
        break;
      case "read_chain":
        from.postMessage(
          await answer(message.turn, async () => ({
            kind: "chain",
            turn: message.turn,
            end: await options.readChain(),
          })),
        );
        break;
      case "problem":
        options.onProblem(message.problem);
        break;
      case "statistics":
        asked.get(message.turn)?.(message.statistics);
        asked.delete(message.turn);
        break;
      case "stopped":
        ended();
        break;
    }
  }

  async function answer(turnOfProbe: number, ask: () => Promise<ToProbe>): Promise<ToProbe> {
    try {
      return await ask();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: "refused", turn: turnOfProbe, message, code: (error as { code?: unknown }).code };
    }
  }

  async function stop(): Promise<void> {
    stopping = true;
    clearTimeout(restart);
    if (!runs) {
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      ended = resolve;
      timer = setTimeout(resolve, stopWithinMs + 300);
      send({ kind: "stop", withinMs: stopWithinMs });
    });
    clearTimeout(timer);
    await worker.terminate();
  }

  const send = (message: ToProbe) => worker.postMessage(message);

  return {
    setAssignments(list) {
      assignments = list;
      send({ kind: "assignments", list });
    },
    setSelfCheck(targets) {
      selfCheck = targets;
      send({ kind: "self_check", targets });
    },
    checkedIn(check, at, result) {
      calls.set(check, { at, result });
      send({ kind: "checked_in", check, at, result });
    },
    statistics() {
      return new Promise((resolve) => {
        asked.set(++turn, resolve);
        send({ kind: "statistics", turn });
      });
    },
    stop: () => (stopped ??= stop()),
  };
}
