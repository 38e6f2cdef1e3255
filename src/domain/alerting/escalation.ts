/**
 * Whom an alert calls, and what follows when nobody answers: steps, each with a delay and those it calls (policy rules 63 and 64). Which
 * steps are due follows from what is stored, so that a server that was away goes on where another one stopped.
 */
import type { Instant } from "../time/interval.ts";

export interface EscalationStep {
  /** How long after the alert began to call; when it is for what is not over: after it first called. */
  afterMs: number;
  /** What makes the step needless: that somebody acknowledged, or only that it is over. */
  unless: "acknowledged" | "over";
  /** Whom it calls: `channel:ops-chat`, `rota:platform`, `person:p_…` or by mail address, `management`. */
  tell: string[];
}

export interface Escalation {
  slug: string;
  title: string;
  /** In order of their delay; at least one. */
  steps: EscalationStep[];
  /** How often the steps begin again while nobody acknowledges, each time so long after the last of them; absent: never. */
  repeat?: { times: number; pauseMs: number };
}

/** Where a call goes. */
export interface Reached {
  /** Name of a channel, or `person:ID` for a person's own mail. */
  channel: string;
  /** The step's word for it, `rota:platform`; null: it named the channel itself. */
  target: string | null;
  /** Id of the person it is meant for; null: whoever reads the channel. */
  person: string | null;
}

/** A step that was taken, as it stands in the history of the alert. */
export interface TakenStep {
  round: number;
  /** From 0; steps that begin again are counted on. */
  step: number;
  /** What would have made it needless; absent: it was not put down. */
  unless?: EscalationStep["unless"];
  at: Instant;
  /** Whether it reached anybody. */
  reached: boolean;
}

/** What of an alert decides about its steps. */
export interface Calling {
  callingSince: Instant;
  round: number;
  isAcknowledged: boolean;
}

/** A step to take now, with those whom it calls: each once; none: nobody is there to be called. */
export interface StepToTake {
  step: number;
  reached: Reached[];
}

/**
 * An escalation with every step that it may come to in a round: those that an acknowledgement makes needless again and again, as often as they
 * begin again. What is for what is not over is told once.
 */
export function withRepeats(escalation: Escalation): Escalation {
  const { steps, repeat } = escalation;
  const toAnswer = steps.filter(({ unless }) => unless === "acknowledged");
  if (repeat === undefined || toAnswer.length === 0) {
    return escalation;
  }
  const roundMs = toAnswer.at(-1)!.afterMs + repeat.pauseMs;
  const again = Array.from({ length: repeat.times }, (_, i) =>
    toAnswer.map((one) => ({ ...one, afterMs: one.afterMs + (i + 1) * roundMs })),
  );
  return { ...escalation, steps: [...steps, ...again.flat()] };
}

/**
 * The steps to take now, in order. A step that reaches nobody makes the next one due at once; when the last one has reached nobody either,
 * the call goes where the configuration says, or waits for the first who can be reached: no alert is lost in a gap of a rota.
 *
 * @param reach whom a target leads to now
 * @param fallback channels of the configuration
 */
export function stepsToTake(
  { steps }: Escalation,
  calling: Calling,
  taken: readonly TakenStep[],
  reach: (target: string) => Reached[],
  fallback: readonly Reached[],
  now: Instant,
): StepToTake[] {
  const all = [...taken];
  const toTake: StepToTake[] = [];
  const last = lastToAnswer(steps);
  steps.forEach(({ tell }, step) => {
    const due = dueAt(steps, step, calling, all);
    if (due === null || due > now) {
      return;
    }
    let reached = once(tell.flatMap(reach));
    if (reached.length === 0 && step === last) {
      reached = once(hasReached(all, calling.round) ? [] : fallback);
    }
    const isKnown = all.some((one) => one.step === step && one.round === calling.round);
    if (reached.length > 0 || !isKnown) {
      toTake.push({ step, reached });
      all.push({ step, round: calling.round, at: now, reached: reached.length > 0 });
    }
  });
  return toTake;
}

/** The step that comes next if nothing changes, and when; null: none does. */
export function nextStep(
  { steps }: Escalation,
  calling: Calling,
  taken: readonly TakenStep[],
): { step: number; at: Instant } | null {
  return steps.reduce<{ step: number; at: Instant } | null>((first, _, step) => {
    const at = dueAt(steps, step, calling, taken);
    return at !== null && (first === null || at < first.at) ? { step, at } : first;
  }, null);
}

/** When a step is due; null: it was taken, or is not needed. */
function dueAt(
  steps: readonly EscalationStep[],
  step: number,
  { callingSince, round, isAcknowledged }: Calling,
  taken: readonly TakenStep[],
): Instant | null {
  const { unless, afterMs } = steps[step]!;
  if (unless === "over") {
    // Whoever acknowledges and gives it back does not keep it from management.
    const firstAt = Math.min(callingSince, ...taken.map(({ at }) => at));
    const isTold = taken.some((one) => one.step === step && one.unless !== "acknowledged");
    return isTold ? null : firstAt + afterMs;
  }
  if (isAcknowledged || isTaken(steps, step, round, taken)) {
    return null;
  }
  const above = steps.slice(0, step).findLastIndex((one) => one.unless === "acknowledged");
  const before = taken.find((one) => one.step === above && one.round === round);
  return before !== undefined && !before.reached ? before.at : callingSince + afterMs;
}

/** The last step is not taken before somebody was reached. */
function isTaken(
  steps: readonly EscalationStep[],
  step: number,
  round: number,
  taken: readonly TakenStep[],
): boolean {
  const ofRound = taken.filter((one) => one.round === round);
  const own = ofRound.filter((one) => one.step === step);
  const waits = step === lastToAnswer(steps) && !hasReached(ofRound, round);
  return own.some(({ reached }) => reached) || (own.length > 0 && !waits);
}

/** The last step that an acknowledgement makes needless. */
function lastToAnswer(steps: readonly EscalationStep[]): number {
  return steps.findLastIndex(({ unless }) => unless === "acknowledged");
}

function hasReached(taken: readonly TakenStep[], round: number): boolean {
  return taken.some((one) => one.round === round && one.reached);
}

/** Nobody is called twice by one step, however many of its targets lead there. */
function once(reached: readonly Reached[]): Reached[] {
  return reached.filter(({ channel }, i) => reached.findIndex((one) => one.channel === channel) === i);
}
