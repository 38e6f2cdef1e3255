/** The history of an alert as lines: what happened, and under each call whom it went to and whether it arrived. */
import type { AlertHistoryEntry } from "../../domain/alerting/alert-history.ts";
import type { Reached } from "../../domain/alerting/escalation.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Alert } from "../../store/alerts.ts";
import type { AlertTelling } from "../../store/told-alerts.ts";
import { type Markup, sayMarkup, shortTimeMarkup } from "../pages/markup.ts";
import type { AlertNames } from "./alert-names.ts";
import type { ConsoleContext } from "./room.ts";
import { mutedInWords } from "./shown-alert.ts";

/** One line of a history. */
export interface TimelineEntry {
  at: Markup;
  words: string;
  /** Where it leads; null: nowhere. */
  address: string | null;
  tellings: ShownTelling[];
}

export interface ShownTelling {
  /** "Anna, on anna-phone". */
  who: string;
  /** "told at 08:15", "not yet: the connection was refused; tried 3 times". */
  became: Markup;
  mood: "told" | "waiting" | "failed" | "withdrawn";
}

/** @param history oldest first; @returns lines, newest first */
export function alertTimeline(
  history: readonly AlertHistoryEntry[],
  tellings: readonly AlertTelling[],
  { overAt }: Alert,
  names: AlertNames,
  context: ConsoleContext,
): TimelineEntry[] {
  return history
    .filter(({ event, at }) => !(event === "ended" && at === overAt))
    .map((entry) => ({
      at: shortTimeMarkup(entry.at, context),
      words: wordsOf(entry, names, context),
      address: addressOf(entry, context),
      tellings: tellings
        .filter((telling) => belongsTo(telling, entry))
        .map((telling) => shownTelling(telling, names, context)),
    }))
    .reverse();
}

/** Whom or what a channel reaches: a person by name, and by which channel; or the channel alone. */
export function channelInWords(
  { channel: name, person, target }: Pick<Reached, "channel" | "person" | "target">,
  names: AlertNames,
  { language: { say } }: ConsoleContext,
): string {
  const rota = target?.startsWith("rota:") === true ? target.slice("rota:".length) : null;
  const own = name === `person:${person}`;
  const channel = names.ofChannel(name);
  const who =
    person === null
      ? channel
      : own
        ? say("console.alerts.byMail", { person })
        : say("console.alerts.byChannel", { person, channel });
  return rota === null ? who : say("console.alerts.onDuty", { who, rota: names.ofRota(rota) });
}

/** Which event of the history put a telling down. */
function belongsTo(telling: AlertTelling, { event, at, facts }: AlertHistoryEntry): boolean {
  switch (telling.event) {
    case "opened":
    case "escalated":
      return event === "called" && facts.round === telling.round && facts.step === telling.step;
    case "acknowledged":
      return event === "acknowledged" && telling.dueAt === at;
    case "closed":
      return event === "over";
  }
}

function shownTelling(telling: AlertTelling, names: AlertNames, context: ConsoleContext): ShownTelling {
  const { language } = context;
  const who = channelInWords(telling, names, context);
  const { toldAt, withdrawnAt, givenUpAt, failure, attempts, nextAt } = telling;
  const at = (instant: Instant) => ({ at: shortTimeMarkup(instant, context) });
  if (toldAt !== null) {
    return { who, became: sayMarkup(language, "console.alerts.told", at(toldAt)), mood: "told" };
  }
  if (givenUpAt !== null) {
    const became = sayMarkup(language, "console.alerts.givenUp", { ...at(givenUpAt), why: failure ?? "" });
    return { who, became, mood: "failed" };
  }
  if (withdrawnAt !== null) {
    return {
      who,
      became: sayMarkup(language, "console.alerts.withdrawn", at(withdrawnAt)),
      mood: "withdrawn",
    };
  }
  return failure === null
    ? { who, became: sayMarkup(language, "console.alerts.toBeTold"), mood: "waiting" }
    : {
        who,
        became: sayMarkup(language, "console.alerts.notYet", { ...at(nextAt), why: failure, n: attempts }),
        mood: "failed",
      };
}

function wordsOf(
  { event, author, facts }: AlertHistoryEntry,
  names: AlertNames,
  context: ConsoleContext,
): string {
  const { say } = context.language;
  const by = author ?? "";
  switch (event) {
    case "held_back":
      return say("console.alerts.event.held_back", { behind: names.ofSubject(String(facts.behind)) });
    case "muted":
      return mutedInWords(String(facts.by), names, context);
    case "flapping":
      return say("console.alerts.event.flapping", { n: Number(facts.openings) });
    case "called":
    case "nobody_called":
      return say(`console.alerts.event.${event}`, { n: Number(facts.step) + 1 });
    case "acknowledged":
    case "unacknowledged":
      return say(`console.alerts.event.${event}`, { by });
    case "rerouted":
      return say("console.alerts.event.rerouted", { to: String(facts.to) });
    case "lapsed":
      return say("console.alerts.event.lapsed", { by: String(facts.by ?? "") });
    case "joined":
      return say(facts.member === undefined ? "console.alerts.event.joined" : "console.alerts.event.took");
    case "opened":
    case "released":
    case "left":
    case "unmuted":
    case "ended":
    case "over":
      return say(`console.alerts.event.${event}`);
  }
}

function addressOf({ event, facts }: AlertHistoryEntry, { base }: ConsoleContext): string | null {
  const other = facts.member ?? facts.speaker;
  if (event === "muted" && String(facts.by).startsWith("silence ")) {
    return `${base}/silences`;
  }
  return other == null ? null : `${base}/alerts/${other}`;
}
