/**
 * A way to tell people outside of the product that something needs them: one type, one file a channel. After actions have decided
 * what is told; used by servers, and by probe processes for what only they can see.
 */
import type { AlertEvent, AlertSeverity } from "../domain/alerting/alert.ts";
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
  /** The same as the text, for those who read mail as a page. */
  html?: string;
  /** What is shown in that page, by which name it refers to it (RFC 2392); absent: nothing. */
  pictures?: readonly { name: string; type: string; content: Uint8Array; inline: string }[];
  /** What it belongs together with in a mail reader: the same for all mails about one thing, and for nothing else. */
  thread?: string;
  /** Where an answer to a mail is taken; absent: nobody reads them. */
  replyTo?: string;
  /** Where to read more, or to answer, where it tells of no alert; absent: nowhere. */
  links?: readonly Link[];
  /** The alert that it tells of; absent: it stands alone. */
  alert?: ToldAlert;
}

/** A step in the life of an alert, for services that show it in parts, and those that keep one thing open as long as it is. */
export interface ToldAlert {
  /** The same for every message of one alert, and for no other alert anywhere: `status.acme.example/alerts/7`. */
  key: string;
  event: AlertEvent;
  severity: AlertSeverity;
  openedAt: Instant;
  /** Null: it is open. */
  closedAt: Instant | null;
  /** Name of the platform. */
  source: string;
  /** Sentences below the subject. */
  lines: readonly string[];
  /** Where to look. */
  page: Link;
  /** Where the alert itself is told: who was called, who has it, what comes next; absent: nowhere. */
  story?: Link;
  /** Where to say that somebody has taken it, in one tap; null: it is over, or taken. */
  acknowledge: Link | null;
}

export interface Link {
  word: string;
  address: string;
}

/** What stands below the subject: the sentences of an alert, without its links; of what stands alone its whole text. */
export function saidIn(text: string, alert: ToldAlert | undefined): string {
  return alert === undefined ? text : alert.lines.join("\n");
}

/** All the links of an alert, what can be done first. */
export function linksOf({ acknowledge, page, story }: ToldAlert): Link[] {
  return [acknowledge ?? [], page, story ?? []].flat();
}

export interface Channel {
  /** Which of the configured channels it is: `mail`, `ops-chat`. */
  name: string;
  /** Where it leads, for the log; never a secret. */
  leadsTo: string;
  /** Whether what it leads to keeps an alert open until it is told of its end; absent: it shows messages. */
  keepsAlerts?: boolean;
  /**
   * Tells it once, within 30 s.
   *
   * @param now the clock of this attempt
   * @returns what was answered, in a few words
   * @throws ChannelFailure when it was not taken: try again later with the same message
   */
  send(message: Message, now: Instant): Promise<string>;
  close(): void;
}

/** A message was not taken. The words say why, and name no address with a secret in it. */
export class ChannelFailure extends Error {
  /** Whether it would never be taken, however often it is tried. */
  readonly isFinal: boolean;
  /** How long the receiver wants to be left alone; null: it did not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, isFinal = false, retryAfterMs: number | null = null) {
    super(message);
    this.name = "ChannelFailure";
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
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

/**
 * A wait between four and six fifths of its length, so that what failed together is not tried again together. The same key gives the same
 * wait: whoever looks can tell when the next attempt is due, and tests need no luck.
 */
export function jittered(ms: number, key: string): number {
  // FNV-1a, 32 bits: spreads well enough, and is the same everywhere.
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return Math.round(ms * (0.8 + (0.4 * hash) / 0xffffffff));
}

/** Plain words of whatever a channel's library threw. */
export function channelFailure(error: unknown): ChannelFailure {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ChannelFailure) {
      return cause;
    }
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
