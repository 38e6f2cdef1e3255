/** The thread of the local probe: a probe whose way to the server is a message to the thread that started it (local.ts). */

import { parentPort, workerData } from "node:worker_threads";
import { startProbe } from "../probe.ts";
import type { SignedBatch } from "../protocol.ts";
import { machineClock } from "./clock.ts";
import type { Calls } from "./check-in.ts";
import { kindsOf } from "./kinds.ts";
import type { FromProbe, ProbeStart, ToProbe } from "./local.ts";

// A target that fails is no fault of the program, yet undici makes an error of every closed connection: collecting their stacks
// costs a quarter of the time. The place where a fault was thrown stays.
Error.stackTraceLimit = 1;

const port = parentPort!;
const { probeId, location, privateKey, chain, assignments } = workerData as ProbeStart;

const send = (message: FromProbe) => port.postMessage(message);

interface Waiting {
  resolve: (answer: { acknowledged: number }) => void;
  reject: (error: Error) => void;
}

const waiting = new Map<number, Waiting>();
let turns = 0;

const calls: Calls = new Map();

const probe = startProbe({
  probe: probeId,
  location,
  privateKey,
  chain,
  assignments,
  kinds: kindsOf(calls),
  clock: machineClock,
  random: Math.random,
  onProblem: (problem) => send({ kind: "problem", problem }),
  deliver: (signed: SignedBatch) =>
    new Promise((resolve, reject) => {
      const turn = ++turns;
      waiting.set(turn, { resolve, reject });
      send({ kind: "deliver", turn, signed });
    }),
});

port.on("message", (message: ToProbe) => {
  switch (message.kind) {
    case "assignments":
      probe.setAssignments(message.list);
      break;
    case "checked_in":
      calls.set(message.check, { at: message.at, result: message.result });
      probe.askSoon(message.check);
      break;
    case "delivered":
      waiting.get(message.turn)?.resolve({ acknowledged: message.acknowledged });
      waiting.delete(message.turn);
      break;
    case "not_delivered":
      waiting.get(message.turn)?.reject(new Error(message.message));
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
