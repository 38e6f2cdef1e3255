/** Asks over plain TCP: whether a connection opens, and, if a dialogue is given, whether the answer is the expected one. */

import { answerBytes, judgeReceived, judgeReceivedWhole } from "../dialogue.ts";
import { ok } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import type { Asking } from "../prober.ts";
import type { TcpTarget } from "../protocol.ts";
import { openConnection } from "./connection.ts";

/** Probe function of the kind `tcp`. */
export function askTcp(asking: Asking<TcpTarget>): Promise<Answer> {
  const { target, timings, elapsed, assignment } = asking;
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let since = 0;
    const socket = openConnection(
      { host: target.host, port: target.port, family: assignment.family },
      timings,
      elapsed,
      (error) => {
        if (error !== null) {
          reject(error);
          return;
        }
        since = elapsed();
        if (target.send !== undefined) {
          socket.write(target.send);
        }
        if (target.expect === undefined) {
          settle(ok);
        } else {
          listen(target.expect);
        }
      },
    );
    asking.cancel = () => socket.destroy();

    function listen(expect: string): void {
      socket.on("data", (chunk: Buffer) => {
        timings.firstByte ??= elapsed() - since;
        received = Buffer.concat([received, chunk.subarray(0, answerBytes - received.length)]);
        const answer = judgeReceived(expect, received);
        if (answer !== null) {
          settle(answer);
        }
      });
      socket.on("error", reject);
      socket.on("end", () => {
        try {
          resolve(judgeReceivedWhole(expect, received));
        } catch (wrong) {
          reject(wrong as Error);
        }
        socket.destroy();
      });
    }

    function settle(answer: Answer): void {
      resolve(answer);
      socket.destroy();
    }
  });
}
