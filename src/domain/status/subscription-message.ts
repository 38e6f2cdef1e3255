/**
 * A message to somebody who subscribed: the question whether they want it, a word to those who have it already, or what was announced
 * since the last one. How long it is tried, and when again. After subscriptions and digests, before channels.
 */
import type { Instant } from "../time/interval.ts";

/** `confirmation` asks; `reminder` says to whoever signs up again that they are subscribed; `news` tells what was announced. */
export const subscriptionMessageKinds = ["confirmation", "reminder", "news"] as const;
export type SubscriptionMessageKind = (typeof subscriptionMessageKinds)[number];

export const messageStates = ["waiting", "sent", "failed", "withdrawn"] as const;
export type MessageState = (typeof messageStates)[number];

/** What has become of a message; at most one of the instants is set. */
export function messageState({
  sentAt,
  failedAt,
  withdrawnAt,
}: Record<"sentAt" | "failedAt" | "withdrawnAt", Instant | null>): MessageState {
  if (sentAt !== null) {
    return "sent";
  }
  return failedAt !== null ? "failed" : withdrawnAt !== null ? "withdrawn" : "waiting";
}

/** News of the day before yesterday helps nobody; a question is asked as long as its answer is waited for. */
const triedForMs = 2 * 86_400_000;

/** Whether a message that was not taken now is given up: it was tried for long enough. */
export function isMessageGivenUp(triedSince: Instant, now: Instant): boolean {
  return now - triedSince >= triedForMs;
}
