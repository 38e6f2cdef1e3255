/** Asks over a WebSocket: whether it opens, and, if a dialogue is given, whether the first messages hold the expected answer. */

import { Agent as HttpAgent } from "node:http";
import type { Socket } from "node:net";
import { WebSocket } from "ws";
import { closedEarly, judgeMessage, messageBytes } from "../dialogue.ts";
import { ok } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import { ProbeFailure } from "../failure.ts";
import type { Asking } from "../prober.ts";
import type { WebsocketTarget } from "../protocol.ts";
import { openConnection } from "./connection.ts";

/** Probe function of the kind `websocket`. */
export function askWebsocket(asking: Asking<WebsocketTarget>): Promise<Answer> {
  const { target, timings, elapsed } = asking;
  return new Promise((resolve, reject) => {
    const connection = connectionFor(asking);
    const socket = new WebSocket(target.url, {
      headers: target.headers,
      agent: connection.agent,
      perMessageDeflate: false,
      maxPayload: messageBytes,
    });
    let answered = "";
    asking.cancel = () => {
      socket.terminate();
      connection.socket()?.destroy();
    };
    const settle = (answer: Answer) => {
      resolve(answer);
      socket.close(1000);
      // A server that does not close in turn must not keep the connection.
      setTimeout(() => socket.terminate(), 250).unref();
    };
    socket.on("upgrade", () => (timings.firstByte = elapsed() - connection.openedAt()));
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      reject(new ProbeFailure("unexpected_status", `status ${response.statusCode}, expected 101`));
    });
    socket.on("open", () => {
      if (target.send !== undefined) {
        socket.send(target.send);
      }
      if (target.expect === undefined) {
        settle(ok);
      }
    });
    socket.on("message", (message: Buffer) => {
      answered = message.toString("utf8");
      const answer = judgeMessage(target, answered);
      if (answer !== null) {
        settle(answer);
      }
    });
    socket.on("close", (code) => reject(closedEarly(target, code, answered)));
    socket.on("error", (error) => reject(meaningOf(error)));
  });
}

/** One connection, opened as every other kind opens its own, so that phases and failures are the same. */
function connectionFor(asking: Asking<WebsocketTarget>) {
  const { target, timings, elapsed, assignment } = asking;
  const url = new URL(target.url);
  const secure = url.protocol === "wss:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  let socket: Socket | undefined;
  let openedAt = elapsed();
  const agent = new HttpAgent({ keepAlive: false });
  agent.createConnection = (_options, done) => {
    socket = openConnection(
      {
        host,
        port,
        family: assignment.family,
        ...(secure ? { tls: { serverName: host, verify: target.verifyCertificate } } : {}),
      },
      timings,
      elapsed,
      (error, open) => {
        openedAt = elapsed();
        done?.(error, open);
      },
    );
    return undefined;
  };
  // Over TLS too: the connection comes ready.
  Object.assign(agent, { protocol: url.protocol === "wss:" ? "https:" : "http:" });
  return { agent, socket: () => socket, openedAt: () => openedAt };
}

/** ws says what is wrong with an answer in words, sometimes without a code. */
function meaningOf(error: Error): Error {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code.startsWith("WS_ERR_") || /^(Invalid|Unexpected|Server sent)/.test(error.message)) {
    return new ProbeFailure("protocol_error", error.message);
  }
  return error.message === "socket hang up"
    ? new ProbeFailure("connection_closed", "connection closed before the answer was complete")
    : error;
}
