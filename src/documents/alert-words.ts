/**
 * An alert in plain words, in the language of those who read the channel: one line, and what one needs to know to act. No secret is in
 * them: facts hold none. One JSON file a language in views/locales/alerts; figures and times are spelled as in reports.
 */
import da from "../../views/locales/alerts/da.json" with { type: "json" };
import en from "../../views/locales/alerts/en.json" with { type: "json" };
import fr from "../../views/locales/alerts/fr.json" with { type: "json" };
import nb from "../../views/locales/alerts/nb.json" with { type: "json" };
import type { AlertEvent, AlertFacts, AlertKind } from "../domain/alerting/alert.ts";
import { clockUnusableMs } from "../domain/alerting/troubles.ts";
import { troubleReason } from "../domain/monitoring/trouble.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { reportLanguage } from "./report-language.ts";

export type AlertWord = keyof typeof en;
type Parameters = Readonly<Record<string, string | number>>;

const texts: Record<CustomerLanguage, Record<AlertWord, string>> = { en, da, nb, fr };

/** What a certificate warns of where nothing more is known. */
const expiresSoon = "the certificate expires soon";

/** What is said of an alert. */
export interface SaidAlert {
  kind: AlertKind;
  facts: AlertFacts;
  openedAt: Instant;
  /** When it was over; null: it is open. */
  closedAt: Instant | null;
  /** Name of whoever has taken it; null: nobody, or nobody knows the name. */
  takenBy: string | null;
  /** How often it began to call anew. */
  round: number;
}

export interface AlertWords {
  subject: string;
  /** Sentences. */
  lines: string[];
}

/** For whom it is said. */
export interface AlertReaders {
  language: CustomerLanguage;
  /** Zone of the platform: instants are told in it. */
  timeZone: string;
}

/** The text of a key in a language, `{name}` replaced by the parameter. */
export function sayAlert(language: CustomerLanguage, key: AlertWord, parameters: Parameters = {}): string {
  return texts[language][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(parameters[name] ?? whole),
  );
}

/** The line and the sentences of a part of its life. */
export function alertWords(alert: SaidAlert, event: AlertEvent, readers: AlertReaders): AlertWords {
  const { language } = readers;
  const told = new Telling(alert, readers);
  const opened = told.opening();
  switch (event) {
    case "opened":
      return alert.round === 0
        ? opened
        : { subject: sayAlert(language, "again", { subject: opened.subject }), lines: opened.lines };
    case "escalated": {
      const since = told.moment(alert.openedAt);
      const subject = sayAlert(language, "escalated", { subject: opened.subject });
      return { subject, lines: [...opened.lines, sayAlert(language, "escalated.line", { since })] };
    }
    case "acknowledged": {
      const { takenBy: name } = alert;
      const who =
        name === null
          ? sayAlert(language, "acknowledged.somebody")
          : sayAlert(language, "acknowledged.line", { name });
      const subject = sayAlert(language, "acknowledged", { subject: opened.subject });
      return { subject, lines: [who, ...opened.lines] };
    }
    case "closed":
      return told.closing();
  }
}

/** What a test says: that it works, and that nobody has to do anything. */
export function testWords(
  { title, platform }: { title: string; platform: string },
  language: CustomerLanguage,
): { subject: string; text: string } {
  return {
    subject: sayAlert(language, "test.subject", { title }),
    text: sayAlert(language, "test.text", { title, platform }),
  };
}

class Telling {
  readonly #alert: SaidAlert;
  readonly #readers: AlertReaders;
  /** Facts as they stand in sentences. */
  readonly #values: Record<string, string | number>;

  constructor(alert: SaidAlert, readers: AlertReaders) {
    this.#alert = alert;
    this.#readers = readers;
    this.#values = { ...this.#plainFacts(), since: this.moment(Number(alert.facts.since ?? alert.openedAt)) };
  }

  opening(): AlertWords {
    const { kind } = this.#alert;
    const { channel } = this.#alert.facts;
    const isPerson = kind === "channel_failing" && String(channel).startsWith("person:");
    return {
      subject: this.#say(isPerson ? "channel_failing.person" : `${kind}.subject`),
      lines: this.#sentences(),
    };
  }

  closing(): AlertWords {
    const { kind, facts, openedAt, closedAt } = this.#alert;
    const isPerson = kind === "channel_failing" && String(facts.channel).startsWith("person:");
    const hasGrown = facts.outgrown_by !== undefined;
    const subject = this.#say(
      isPerson ? "channel_failing.closedPerson" : hasGrown ? "budget_spent.outgrown" : `${kind}.closed`,
    );
    const end = closedAt ?? openedAt;
    const start = Math.min(Number(facts.since ?? openedAt), end);
    const lasted = this.#say("lasted", {
      ...{ from: this.moment(start), to: this.moment(end) },
      duration: this.#duration(end - start),
    });
    return { subject, lines: [`${subject}.`, lasted] };
  }

  /** "3 July 2026, 08:15:20". */
  moment(at: Instant): string {
    const { language, timeZone } = this.#readers;
    return reportLanguage(language).moment(isoInstant(at), timeZone);
  }

  #sentences(): string[] {
    const { kind, facts } = this.#alert;
    switch (kind) {
      case "service_down":
      case "check_failing":
        return [this.#say(`${kind}.line`), ...this.#trouble()];
      case "certificate_expiring":
        return [
          this.#say("certificate_expiring.line", {
            state: this.#reason(String(facts.trouble ?? expiresSoon)),
          }),
          this.#say("certificate_expiring.advice"),
        ];
      case "probe_silent":
        return [
          this.#say("probe_silent.line"),
          ...(facts.checks === null ? [] : [this.#say("probe_silent.checks")]),
          this.#say("probe_silent.advice"),
        ];
      case "probe_clock": {
        const skewMs = Number(facts.skew_ms);
        const isUsable = Math.abs(skewMs) <= clockUnusableMs;
        return [
          this.#say(skewMs > 0 ? "probe_clock.ahead" : "probe_clock.behind", {
            skew: reportLanguage(this.#readers.language).duration(Math.abs(skewMs)),
          }),
          this.#say(isUsable ? "probe_clock.usable" : "probe_clock.unusable"),
        ];
      }
      case "batches_refused":
        return [
          this.#say("batches_refused.line", { last: this.moment(Number(facts.last_at)) }),
          this.#say(facts.probe === null ? "batches_refused.nobody" : "batches_refused.probe"),
        ];
      case "budget_spent":
        return [this.#say("budget_spent.line"), this.#leftOver("budget_spent.left")];
      case "budget_projected":
        return [this.#say("budget_projected.line"), this.#say("budget_projected.rate")];
      case "budget_burning":
        return [this.#say("budget_burning.line"), this.#leftOver("budget_burning.left")];
      case "maintenance_unexplained":
      case "maintenance_ending":
      case "maintenance_overrun":
        return [
          this.#say(`${kind}.line`),
          this.#say(`${kind}.advice`),
          ...(facts.planner === null ? [] : [this.#say("maintenance.planner")]),
        ];
      case "probe_network_lost":
      case "probe_spool_full":
      case "evidence_gap":
      case "derivation_behind":
      case "mail_undelivered":
      case "channel_failing":
      case "promise_unmonitored":
      case "service_unrouted":
      case "request_opened":
      case "response_due":
      case "request_escalated":
        return [this.#say(`${kind}.line`), this.#say(`${kind}.advice`)];
    }
  }

  #trouble(): string[] {
    const { trouble } = this.#alert.facts;
    return typeof trouble === "string" ? [this.#say("trouble", { trouble: this.#reason(trouble) })] : [];
  }

  /** What was seen, in these readers' language; as it stands where it is no word of ours. */
  #reason(words: string): string {
    const [, plain = words, detail = ""] = /^(.*?)( \(.*\))?$/s.exec(words) ?? [];
    const reason = troubleReason(plain);
    return reason === undefined ? words : `${this.#say(`reason.${reason}`)}${detail}`;
  }

  #leftOver(left: "budget_spent.left" | "budget_burning.left"): string {
    const leftMs = Number(this.#alert.facts.left_ms);
    return leftMs >= 0 ? this.#say(left) : this.#say("budget_spent.over", { over: this.#duration(-leftMs) });
  }

  /** Durations spelled out, by the name without its unit; instants as moments; the month of a cycle by its name. */
  #plainFacts(): Record<string, string | number> {
    const language = reportLanguage(this.#readers.language);
    return Object.fromEntries(
      Object.entries(this.#alert.facts).flatMap(([name, value]): [string, string | number][] => {
        if (value === null) {
          return [];
        }
        if (name.endsWith("_ms")) {
          return [[name.slice(0, -3), this.#duration(Number(value))]];
        }
        switch (name) {
          case "end":
          case "begins":
          case "ends":
            return [[name, language.minute(isoInstant(Number(value)), this.#readers.timeZone)]];
          case "label":
            return [[name, language.month(`${value}-15T12:00:00Z`, "UTC")]];
          case "target":
          case "burn":
            return [[name, language.number(String(value))]];
          default:
            return [[name, value]];
        }
      }),
    );
  }

  /** To the second, as whoever reads it wants to act. */
  #duration(ms: number): string {
    return reportLanguage(this.#readers.language).duration(Math.max(0, Math.floor(ms / 1000)) * 1000);
  }

  #say(key: AlertWord, more: Parameters = {}): string {
    return sayAlert(this.#readers.language, key, { ...this.#values, ...more });
  }
}
