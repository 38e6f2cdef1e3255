/**
 * A request: what a customer reported or asked, under a reference of its own (policy rules 8, 34, 82), and every step that followed. Its
 * answers, pauses and priorities run the clocks of the contract (response-clock.ts). Words here are between a customer and us, never public.
 */
import { Conflict, type Fault, InvalidInput } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import type { ClockHistory } from "./response-clock.ts";

/** How it came to us. */
export const requestChannels = ["mail", "api", "form", "portal", "phone"] as const;
export type RequestChannel = (typeof requestChannels)[number];

/** How it stands: nobody has answered; answered and not solved; waiting for the customer; solved. */
export const requestStates = ["new", "open", "waiting", "resolved"] as const;
export type RequestState = (typeof requestStates)[number];

export const requestStepKinds = [
  "opened",
  /** A person wrote to the customer. */
  "answered",
  /** The customer wrote again. */
  "heard",
  /** Among ourselves. */
  "noted",
  "prioritised",
  "paused",
  "resumed",
  "linked",
  "unlinked",
  "assigned",
  "released",
  "escalated",
  "resolved",
  "reopened",
] as const;
export type RequestStepKind = (typeof requestStepKinds)[number];

/** One step. */
export interface RequestStep {
  /** From 1. */
  number: number;
  kind: RequestStepKind;
  at: Instant;
  author: string;
  /** Words that belong to it: an answer, a reason; "": none. */
  text: string;
  /** What it is about: a priority, the reference of an incident, a contract, a release, to whom; "": nothing. */
  value: string;
}

export interface SupportRequest {
  reference: string;
  channel: RequestChannel;
  subject: string;
  /** Slugs; null: nobody has said whose it is. */
  customer: string | null;
  contract: string | null;
  /** Slug of the service it is about; null: none was named. */
  service: string | null;
  /** Who reported it (`r_…`); null: somebody who is known by the author of the first step. */
  reporter: string | null;
  /** Code of the language it is answered in. */
  language: string;
  priority: string | null;
  openedAt: Instant;
  answeredAt: Instant | null;
  /** Since when its clocks stand still; null: they run. */
  pausedAt: Instant | null;
  resolvedAt: Instant | null;
  /** Reference of the incident behind it. */
  incident: string | null;
  /** The release it is solved with, where the promise is one and no time (policy rule 62): words and address. */
  release: string | null;
  /** In order; at least one. */
  steps: RequestStep[];
}

/** What somebody reports, read and tidied. */
export interface ReportedTrouble {
  subject: string;
  message: string;
}

/** What is to be done with a request. */
export type RequestChange =
  | { kind: "answered"; text: string; isSolved?: boolean; thenWaits?: boolean }
  | { kind: "heard"; text: string }
  | { kind: "noted"; text: string }
  | { kind: "prioritised"; priority: string; text: string }
  | { kind: "paused"; text: string }
  | { kind: "resumed"; text: string }
  | { kind: "linked"; incident: string }
  | { kind: "unlinked" }
  | { kind: "assigned"; customer: string; contract: string | null; priority: string | null }
  | { kind: "released"; release: string }
  | { kind: "escalated"; to: string; text: string }
  | { kind: "resolved"; text: string }
  | { kind: "reopened"; text: string };

export const subjectLimit = 200;
export const wordsLimit = 20_000;

/** Faults of what somebody reports, at `subject` and `message`. */
export function reportFaults({ subject, message }: ReportedTrouble): Fault[] {
  return [...subjectFaults(subject, "/subject"), ...wordsFaults(message, "/message", true)];
}

function subjectFaults(subject: string, pointer: string): Fault[] {
  if (subject.trim() === "") {
    return [{ pointer, detail: "Say in a few words what it is about." }];
  }
  return [...subject].length > subjectLimit || /[\p{Cc}\u2028\u2029]/u.test(subject)
    ? [{ pointer, detail: `One line of at most ${subjectLimit} characters.` }]
    : strayFaults(subject, pointer);
}

/** Faults of words between people: plain text, bounded. */
export function wordsFaults(text: string, pointer: string, isNeeded: boolean): Fault[] {
  if (text.trim() === "") {
    return isNeeded ? [{ pointer, detail: "Words are needed." }] : [];
  }
  if ([...text].length > wordsLimit) {
    return [{ pointer, detail: `At most ${wordsLimit} characters.` }];
  }
  return /[^\P{Cc}\n\r\t]/u.test(text)
    ? [{ pointer, detail: "Plain text without control characters." }]
    : strayFaults(text, pointer);
}

function strayFaults(text: string, pointer: string): Fault[] {
  return !text.isWellFormed() || /[\u202a-\u202e\u2066-\u2069]/.test(text)
    ? [{ pointer, detail: "Valid Unicode without marks that reorder text." }]
    : [];
}

/** How a request stands. */
export function requestState({
  answeredAt,
  pausedAt,
  resolvedAt,
}: Pick<SupportRequest, "answeredAt" | "pausedAt" | "resolvedAt">): RequestState {
  if (resolvedAt !== null) {
    return "resolved";
  }
  return pausedAt !== null ? "waiting" : answeredAt === null ? "new" : "open";
}

/**
 * The request after a change. Steps never go back in time, though the clock of another server be ahead.
 *
 * @throws InvalidInput invalid_request_change with faults at `text`, `priority`, `release`
 * @throws Conflict request_resolved, request_not_resolved, request_paused, request_not_paused, request_not_linked
 */
export function changeRequest(
  request: SupportRequest,
  change: RequestChange,
  author: string,
  now: Instant,
): SupportRequest {
  refuseFaulty(change);
  refuseOutOfPlace(request, change);
  const last = request.steps.at(-1)!;
  const at = Math.max(now, last.at);
  const step: RequestStep = { number: last.number + 1, kind: change.kind, at, author, text: "", value: "" };
  const after = { ...request };
  switch (change.kind) {
    case "answered":
      step.text = tidy(change.text);
      after.answeredAt ??= at;
      after.steps = [...request.steps, step];
      if (change.isSolved === true) {
        return changeRequest(after, { kind: "resolved", text: "" }, author, at);
      }
      return change.thenWaits === true && request.pausedAt === null
        ? changeRequest(after, { kind: "paused", text: "" }, author, at)
        : after;
    case "heard": {
      step.text = tidy(change.text);
      after.steps = [...request.steps, step];
      // What was waited for has come; what was solved is not, for whoever writes again.
      if (request.resolvedAt !== null) {
        return changeRequest(after, { kind: "reopened", text: "" }, author, at);
      }
      return request.pausedAt === null
        ? after
        : changeRequest(after, { kind: "resumed", text: "" }, author, at);
    }
    case "noted":
      step.text = tidy(change.text);
      break;
    case "prioritised":
      [step.text, step.value] = [tidy(change.text), change.priority];
      after.priority = change.priority;
      break;
    case "paused":
      step.text = tidy(change.text);
      after.pausedAt = at;
      break;
    case "resumed":
      step.text = tidy(change.text);
      after.pausedAt = null;
      break;
    case "linked":
      step.value = after.incident = change.incident;
      break;
    case "unlinked":
      [step.value, after.incident] = [request.incident ?? "", null];
      break;
    case "assigned":
      step.value = [change.customer, change.contract].filter((one) => one !== null).join(" / ");
      [after.customer, after.contract] = [change.customer, change.contract];
      after.steps = [...request.steps, step];
      return change.priority === request.priority || change.priority === null
        ? after
        : changeRequest(after, { kind: "prioritised", priority: change.priority, text: "" }, author, at);
    case "released":
      step.value = after.release = tidy(change.release);
      break;
    case "escalated":
      [step.text, step.value] = [tidy(change.text), change.to];
      break;
    case "resolved":
      step.text = tidy(change.text);
      [after.resolvedAt, after.pausedAt] = [at, null];
      break;
    case "reopened":
      step.text = tidy(change.text);
      after.resolvedAt = null;
      break;
  }
  after.steps = [...request.steps, step];
  return after;
}

function refuseFaulty(change: RequestChange): void {
  const needed = ["answered", "heard", "noted"].includes(change.kind);
  const faults = [
    ...("text" in change ? wordsFaults(change.text, "/text", needed) : []),
    ...(change.kind === "released" ? subjectFaults(change.release, "/release") : []),
  ];
  if (faults.length > 0) {
    throw new InvalidInput("invalid_request_change", "This cannot be recorded like this.", faults);
  }
}

function refuseOutOfPlace(request: SupportRequest, { kind }: RequestChange): void {
  const { resolvedAt, pausedAt, incident, reference } = request;
  if (resolvedAt !== null && ["prioritised", "paused", "resumed", "resolved", "escalated"].includes(kind)) {
    throw new Conflict("request_resolved", `${reference} is solved: open it again first.`);
  }
  if (resolvedAt === null && kind === "reopened") {
    throw new Conflict("request_not_resolved", `${reference} is not solved.`);
  }
  if (pausedAt !== null && kind === "paused") {
    throw new Conflict("request_paused", `The clocks of ${reference} stand still already.`);
  }
  if (pausedAt === null && kind === "resumed") {
    throw new Conflict("request_not_paused", `The clocks of ${reference} run already.`);
  }
  if (incident === null && kind === "unlinked") {
    throw new Conflict("request_not_linked", `${reference} is linked to no incident.`);
  }
}

/** The request as it stood at an instant, after it was opened: what happened then and later is left out. */
export function requestAsOf(request: SupportRequest, at: Instant): SupportRequest {
  const steps = request.steps.filter((step, i) => i === 0 || step.at < at);
  const last = (...kinds: RequestStepKind[]) => steps.findLast(({ kind }) => kinds.includes(kind));
  const resolved = last("resolved", "reopened");
  const paused = last("paused", "resumed", "resolved");
  return {
    ...request,
    steps,
    answeredAt: steps.find(({ kind }) => kind === "answered")?.at ?? null,
    resolvedAt: resolved?.kind === "resolved" ? resolved.at : null,
    pausedAt: paused?.kind === "paused" ? paused.at : null,
  };
}

/** What its clocks are read from. Where it was solved and opened again, they stood still in between. */
export function clockHistoryOf({
  openedAt,
  answeredAt,
  resolvedAt,
  steps,
}: Pick<SupportRequest, "openedAt" | "answeredAt" | "resolvedAt" | "steps">): ClockHistory {
  const opening = steps.find(({ kind }) => kind === "opened");
  const pauses: { start: Instant; end: Instant | null }[] = [];
  for (const { kind, at } of steps) {
    const running = pauses.at(-1)?.end === null ? pauses.at(-1)! : undefined;
    if ((kind === "paused" || kind === "resolved") && running === undefined) {
      pauses.push({ start: at, end: null });
    } else if ((kind === "resumed" || kind === "reopened") && running !== undefined) {
      running.end = at;
    }
  }
  // What is solved now has come to its end; it does not wait.
  if (resolvedAt !== null && pauses.at(-1)?.end === null) {
    const last = pauses.pop()!;
    if (last.start < resolvedAt) {
      pauses.push({ start: last.start, end: resolvedAt });
    }
  }
  return {
    openedAt,
    priorities: [
      { at: openedAt, priority: opening === undefined || opening.value === "" ? null : opening.value },
      ...steps.filter(({ kind }) => kind === "prioritised").map(({ at, value }) => ({ at, priority: value })),
    ],
    pauses,
    answeredAt,
    resolvedAt,
  };
}

function tidy(text: string): string {
  return text.replace(/\r\n?/g, "\n").trim();
}
