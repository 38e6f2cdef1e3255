/**
 * A silence: from when until when certain alerts call nobody, by whom and why. It never loses an alert: what it mutes is opened, kept and
 * shown, and calls as soon as the silence is over, should it still stand.
 */
import { type Fault, InvalidInput } from "../errors.ts";
import type { Instant, Interval } from "../time/interval.ts";
import type { AlertKind } from "./alert.ts";
import { isNamed } from "./route.ts";
import type { AlertSubject } from "./standing-alert.ts";

export interface AlertSilence extends Interval {
  id: number;
  /** What it mutes, by slug or name; an empty list: all of that sort. */
  services: string[];
  groups: string[];
  kinds: AlertKind[];
  reason: string;
  author: string;
  createdAt: Instant;
  liftedBy: string | null;
  /** When it was ended before its time; null: it was not. */
  liftedAt: Instant | null;
}

export type SilenceWish = Pick<AlertSilence, "services" | "groups" | "kinds" | "start" | "end" | "reason">;

/** A longer one would outlive its reason, and nobody would know why nobody is called. */
export const longestSilenceMs = 31 * 86_400_000;
const longestReason = 500;

/** How a silence stands: to come, holding, over by itself, lifted by somebody. */
export type SilenceState = "coming" | "holding" | "over" | "lifted";

export function silenceState({ start, end, liftedAt }: AlertSilence, now: Instant): SilenceState {
  if (liftedAt !== null && liftedAt < end) {
    return "lifted";
  }
  return now < start ? "coming" : now < end ? "holding" : "over";
}

/** The silence that mutes such an alert at an instant; of several the one that ends last, so that nothing flickers between them. */
export function silenceFor(
  silences: readonly AlertSilence[],
  subject: AlertSubject,
  at: Instant,
): AlertSilence | undefined {
  return silences
    .filter((one) => silenceState(one, at) === "holding" && mutes(one, subject))
    .toSorted((a, b) => b.end - a.end || a.id - b.id)[0];
}

/** Whether it is for such an alert, at its time. */
export function mutes(silence: SilenceWish, { service, group, kind }: AlertSubject): boolean {
  return isNamed(silence.services, service) && isNamed(silence.groups, group) && isNamed(silence.kinds, kind);
}

/**
 * @returns the wish with tidy words
 * @throws InvalidInput silence, naming every fault
 */
export function checkedSilence(wish: SilenceWish, now: Instant): SilenceWish {
  const reason = wish.reason.trim();
  const faults: Fault[] = [];
  if (wish.services.length + wish.groups.length + wish.kinds.length === 0) {
    faults.push({
      pointer: "/services",
      detail: "A silence of everything would hide everything: say what it mutes.",
    });
  }
  if (reason === "") {
    faults.push({ pointer: "/reason", detail: "Say why, for whoever wonders at night." });
  } else if ([...reason].length > longestReason) {
    faults.push({ pointer: "/reason", detail: `A reason has at most ${longestReason} characters.` });
  }
  if (wish.end <= wish.start) {
    faults.push({ pointer: "/end", detail: "It has to end after it begins." });
  } else if (wish.end <= now) {
    faults.push({ pointer: "/end", detail: "It would be over already: nothing is muted afterwards." });
  } else if (wish.end - wish.start > longestSilenceMs) {
    faults.push({
      pointer: "/end",
      detail: "A silence lasts 31 days at most; it can be followed by another one.",
    });
  }
  if (faults.length > 0) {
    throw new InvalidInput("silence", "This silence cannot be kept so.", faults);
  }
  return { ...wish, reason };
}
