/**
 * Judges a dialogue in plain text as it comes in: the answer of a TCP service, the messages of a WebSocket. Null while what counts
 * may still come. The same on every platform.
 */

import { judgeText, ok } from "./expectations.ts";
import type { Answer } from "./expectations.ts";
import { ProbeFailure } from "./failure.ts";
import type { WebsocketTarget } from "./protocol.ts";

/** Only so much of a TCP answer is looked at, and a WebSocket message larger than this is not waited for. */
export const answerBytes = 4_096;
export const messageBytes = 65_536;

/** Everything received so far, at most `answerBytes` of it. Good as soon as it matches, wrong when there is no more room. */
export function judgeReceived(expect: string, received: Uint8Array): Answer | null {
  const wrong = judgeText(expect, asText(received));
  return wrong === undefined ? ok : received.length >= answerBytes ? wrong : null;
}

/** The far side has said all it will say. */
export function judgeReceivedWhole(expect: string, received: Uint8Array): Answer {
  if (received.length === 0) {
    throw new ProbeFailure("connection_closed", "connection closed without an answer");
  }
  return judgeText(expect, asText(received)) ?? ok;
}

/** One message. Without a question of ours, a greeting may come before the message that counts. */
export function judgeMessage(target: WebsocketTarget, message: string): Answer | null {
  if (target.expect === undefined) {
    return null;
  }
  const wrong = judgeText(target.expect, message);
  return wrong === undefined ? ok : target.send === undefined ? null : wrong;
}

/** Why a WebSocket that closed before the right message is a failure; `last` is the last message, if one came. */
export function closedEarly(target: WebsocketTarget, code: number, last: string): ProbeFailure {
  return last === ""
    ? new ProbeFailure("connection_closed", `closed with code ${code} before an answer came`)
    : new ProbeFailure("unexpected_answer", judgeText(target.expect ?? "", last)?.detail ?? "no answer");
}

function asText(received: Uint8Array): string {
  return new TextDecoder().decode(received);
}
