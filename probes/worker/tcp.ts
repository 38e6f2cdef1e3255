/** Asks over a socket of a Worker: whether a connection opens, and, if a dialogue is given, whether the answer is the expected one. */

import { answerBytes, judgeReceived, judgeReceivedWhole } from "../dialogue.ts";
import { ok } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import type { ProbeFunction } from "../prober.ts";
import type { TcpTarget } from "../protocol.ts";
import { closed, demandFamily, openSocket } from "./sockets.ts";
import { failureOfSocket } from "./troubles.ts";

/** Probe function of the kind `tcp`. The phase `connect` includes the lookup of a name. */
export function tcpProbe(resolverUrl: string): ProbeFunction<TcpTarget> {
  return async (asking) => {
    const { target, timings, elapsed, assignment } = asking;
    demandFamily(target.host, assignment.family);
    const began = elapsed();
    const socket = openSocket(target, false);
    asking.cancel = () => closed(socket);
    try {
      await socket.opened;
    } catch {
      throw await failureOfSocket(target, false, asking, resolverUrl);
    }
    const since = elapsed();
    timings.connect = since - began;
    try {
      if (target.send !== undefined) {
        await socket.writable.getWriter().write(new TextEncoder().encode(target.send));
      }
      return target.expect === undefined
        ? ok
        : await listen(socket, target.expect, () => (timings.firstByte ??= elapsed() - since));
    } finally {
      closed(socket);
    }
  };
}

async function listen(socket: Socket, expect: string, heard: () => void): Promise<Answer> {
  const reader = socket.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const received = new Uint8Array(answerBytes);
  for (let size = 0; ;) {
    const { value, done } = await reader.read();
    if (done) {
      return judgeReceivedWhole(expect, received.subarray(0, size));
    }
    heard();
    const more = value.subarray(0, answerBytes - size);
    received.set(more, size);
    size += more.length;
    const answer = judgeReceived(expect, received.subarray(0, size));
    if (answer !== null) {
      return answer;
    }
  }
}
