/** Asks over a WebSocket, opened by fetch: whether it opens, and, if a dialogue is given, whether the messages hold the answer. */

import { closedEarly, judgeMessage, messageBytes } from "../dialogue.ts";
import { ok } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import { ProbeFailure } from "../failure.ts";
import type { Asking, ProbeFunction } from "../prober.ts";
import type { WebsocketTarget } from "../protocol.ts";
import { demandFamily } from "./sockets.ts";
import { failureOfFetch, judgeEdgeStatus } from "./troubles.ts";

/** Probe function of the kind `websocket`. */
export function websocketProbe(resolverUrl: string): ProbeFunction<WebsocketTarget> {
  return async (asking) => {
    const { target } = asking;
    const socket = await open(asking, resolverUrl);
    asking.cancel = () => close(socket);
    try {
      return await talk(socket, target);
    } finally {
      close(socket);
    }
  };
}

async function open(asking: Asking<WebsocketTarget>, resolverUrl: string): Promise<WebSocket> {
  const { target, timings, elapsed, assignment } = asking;
  const url = new URL(target.url.replace(/^ws/, "http"));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  demandFamily(host, assignment.family);
  const aborting = new AbortController();
  asking.cancel = () => aborting.abort();
  const began = elapsed();
  let response: Response;
  try {
    const headers = { ...target.headers, upgrade: "websocket" };
    response = await fetch(url, { headers, redirect: "manual", signal: aborting.signal });
  } catch (error) {
    const secure = url.protocol === "https:";
    const port = Number(url.port || (secure ? 443 : 80));
    throw await failureOfFetch(error, { host, port }, secure, asking, resolverUrl);
  }
  timings.firstByte = elapsed() - began;
  const { status, webSocket } = response;
  if (webSocket === null) {
    response.body?.cancel().catch(() => {});
    const edge = judgeEdgeStatus(status, response.headers.get("server"));
    throw new ProbeFailure(
      edge?.reason ?? "unexpected_status",
      edge?.detail ?? `status ${status}, expected 101`,
    );
  }
  return webSocket;
}

function talk(socket: WebSocket, target: WebsocketTarget): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let last = "";
    socket.addEventListener("message", ({ data }) => {
      last = typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer);
      if (last.length > messageBytes) {
        reject(new ProbeFailure("protocol_error", "a message larger than any that is expected"));
        return;
      }
      const answer = judgeMessage(target, last);
      if (answer !== null) {
        resolve(answer);
      }
    });
    socket.addEventListener("close", ({ code }) => reject(closedEarly(target, code, last)));
    socket.addEventListener("error", () =>
      reject(new ProbeFailure("connection_closed", "the WebSocket broke off before an answer came")),
    );
    socket.accept();
    if (target.send !== undefined) {
      socket.send(target.send);
    }
    if (target.expect === undefined) {
      resolve(ok);
    }
  });
}

function close(socket: WebSocket): void {
  try {
    socket.close(1000);
  } catch {
    // It is closed already, from the other side.
  }
}
