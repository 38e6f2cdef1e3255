/** The thread of the local probe: a probe whose way to the server is a message to the thread that started it (local.ts). */

import { parentPort, workerData } from "node:worker_threads";
import { machineClock } from "../clock.ts";
import { startProbe } from "../probe.ts";
import type { SignedBatch } from "../protocol.ts";
import { kindsOf } from "./kinds.ts";
import type { FromProbe, ProbeStart, ToProbe } from "./local.ts";

// A target that fails is no fault of the program, yet undici makes an error of every closed connection: collecting their stacks
// costs a quarter of the time. The place where a fault was thrown stays.
Error.stackTraceLimit = 1;

const port = parentPort!;
const { probeId, location, privateKey, assignments, selfCheck = [], calls } = workerData as ProbeStart;

const send = (message: FromProbe) => port.postMessage(message);

interface Waiting {
  resolve: (answer: ToProbe) => void;
  reject: (error: Error) => void;
}

const waiting = new Map<number, Waiting>();
let turns = 0;

/** Asks the thread of the server, and waits for the answer of that turn. */
function ask<Kind extends ToProbe["kind"]>(
  question: (turn: number) => FromProbe,
): Promise<Extract<ToProbe, { kind: Kind }>> {
  return new Promise<ToProbe>((resolve, reject) => {
    const turn = ++turns;
    waiting.set(turn, { resolve, reject });
    send(question(turn));
  }) as Promise<Extract<ToProbe, { kind: Kind }>>;
}

/** The machine is the same: there is no line to spare. */
const longestRetryMs = 4_000;

const probe = startProbe({
  probe: probeId,
  location,
  privateKey,
  assignments,
  selfCheck,
  kinds: kindsOf(calls),
  clock: machineClock,
  random: Math.random,
  onProblem: (problem) => send({ kind: "problem", problem }),
  longestRetryMs,
  readChain: async () => (await ask<"chain">((turn) => ({ kind: "read_chain", turn }))).end,
  deliver: (signed: SignedBatch) => ask<"delivered">((turn) => ({ kind: "deliver", turn, signed })),
});

port.on("message", (message: ToProbe) => {
  switch (message.kind) {
    case "assignments":
      probe.setAssignments(message.list);
      break;
    case "self_check":
      probe.setSelfCheck(message.targets);
      break;
    case "checked_in":
      calls.set(message.check, { at: message.at, result: message.result });
      probe.askSoon(message.check);
      break;
    case "delivered":
    case "chain":
      waiting.get(message.turn)?.resolve(message);
      waiting.delete(message.turn);
      break;
    case "refused":
      waiting.get(message.turn)?.reject(Object.assign(new Error(message.message), { code: message.code }));
      waiting.delete(message.turn);
      break;
    case "statistics":
      send({ kind: "statistics", turn: message.turn, statistics: probe.statistics() });
      break;
    case "stop":
      void probe.stop(message.withinMs).then(() => {
        send({ kind: "stopped" });
        port.close();
      });
      break;
  }
});
