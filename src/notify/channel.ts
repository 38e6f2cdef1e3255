/**
 * A way to tell people outside of the product that something needs them: one type, one file a channel. After actions have decided
 * what is told; used by servers, and by probe processes for what only they can see.
 */
import type { Instant } from "../domain/time/interval.ts";

/** One thing that is told, once, in words for people and facts for machines; neither holds a secret. */
export interface Message {
  /** The same at every attempt to tell the same thing, so that a receiver knows a repetition. */
  id: string;
  /** What it is, for machines: `alert.opened`. */
  type: string;
  /** When what it tells of happened. */
  at: Instant;
  /** One line. */
  subject: string;
  /** Plain text, lines separated by "\n". */
  text: string;
  facts: Record<string, string | number | null>;
}

export interface Channel {
  /** Which of the configured channels it is: `mail`, `webhook`. */
  name: string;
  /** Where it leads, for the log; never a secret. */
  leadsTo: string;
  /**
   * Tells it once, within 30 s.
   *
   * @param now the clock of this attempt
   * @throws ChannelFailure when it was not taken: try again later with the same message
   */
  send(message: Message, now: Instant): Promise<void>;
  close(): void;
}

/** A message was not taken. The words say why, and name no address with a secret in it. */
export class ChannelFailure extends Error {
  /** Whether it would never be taken, however often it is tried. */
  readonly isFinal: boolean;

  constructor(message: string, isFinal = false) {
    super(message);
    this.name = "ChannelFailure";
    this.isFinal = isFinal;
  }
}

const firstRetryMs = 5_000;
const longestRetryMs = 300_000;

/** How long to wait after so many failed attempts (at least 1): 5 s, doubled each time, five minutes at most. */
export function retryAfterMs(attempts: number): number {
  return retryWithin(attempts, longestRetryMs);
}

/** The same, up to another longest wait. */
export function retryWithin(attempts: number, longestMs: number): number {
  return Math.min(firstRetryMs * 2 ** Math.min(attempts - 1, 16), longestMs);
}

/** Plain words of whatever a channel's library threw. */
export function channelFailure(error: unknown): ChannelFailure {
  if (error instanceof ChannelFailure) {
    return error;
  }
  const { code, responseCode } = codesOf(error);
  const answered = responseCode === undefined ? "" : `, it answered ${responseCode}`;
  return new ChannelFailure(`it could not be delivered (${code ?? "unknown reason"}${answered})`);
}

/** Codes alone: messages of libraries repeat addresses, and what a receiver answered. */
function codesOf(error: unknown): { code?: string; responseCode?: number } {
  for (let cause = error; typeof cause === "object" && cause !== null;) {
    const { code, responseCode, name, cause: next } = cause as Record<string, unknown>;
    const found = typeof code === "string" ? code : name === "TimeoutError" ? "no answer in time" : undefined;
    if (found !== undefined) {
      return { code: found, ...(typeof responseCode === "number" ? { responseCode } : {}) };
    }
    cause = next;
  }
  return {};
}
