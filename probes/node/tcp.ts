/** Asks over plain TCP: whether a connection opens, and, if a dialogue is given, whether the answer is the expected one. */

import { judgeText, ok } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import { ProbeFailure } from "../failure.ts";
import type { Asking } from "../prober.ts";
import type { TcpTarget } from "../protocol.ts";
import { openConnection } from "./connection.ts";

/** Only so much of an answer is looked at. */
const answerBytes = 4_096;

/** Probe function of the kind `tcp`. */
export function askTcp(asking: Asking<TcpTarget>): Promise<Answer> {
  const { target, timings, elapsed, assignment } = asking;
  return new Promise((resolve, reject) => {
    let text = "";
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
        text += chunk.toString("latin1").slice(0, answerBytes - text.length);
        const wrong = judgeText(expect, utf8(text));
        if (wrong === undefined) {
          settle(ok);
        } else if (text.length >= answerBytes) {
          settle(wrong);
        }
      });
      socket.on("error", reject);
      // The far side has said all it will say.
      socket.on("end", () => {
        if (text === "") {
          reject(new ProbeFailure("connection_closed", "connection closed without an answer"));
        } else {
          settle(judgeText(expect, utf8(text)) ?? ok);
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

/** Bytes are collected as latin1, so that a character cut in two between chunks is whole again here. */
function utf8(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}
