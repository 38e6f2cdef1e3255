/**
 * An alert in plain words: one line, and what one needs to know to act. No secret is in them: facts hold none. English, until people
 * have a language of their own.
 */
import { printDuration } from "../time/duration.ts";
import type { Instant } from "../time/interval.ts";
import type { AlertEvent, AlertFacts, AlertKind } from "./alert.ts";
import { clockUnusableMs } from "./troubles.ts";

export interface AlertWords {
  subject: string;
  text: string;
}

/** What is said of an alert. */
export interface ToldAlert {
  kind: AlertKind;
  facts: AlertFacts;
  openedAt: Instant;
  closedAt: Instant | null;
}

/** @param baseUrl address of the page, without a slash at the end */
export function alertWords(alert: ToldAlert, event: AlertEvent, baseUrl: string): AlertWords {
  const { subject, lines } = wordsOf(alert, event);
  const address = `${baseUrl}${pathOf(alert)}`;
  return { subject, text: [...lines, "", address].join("\n") };
}

function wordsOf(alert: ToldAlert, event: AlertEvent): Words {
  switch (event) {
    case "opened":
      return opening(alert);
    case "escalated": {
      const { subject, lines } = opening(alert);
      return { subject: `Still open: ${subject}`, lines };
    }
    case "acknowledged": {
      const { subject, lines } = opening(alert);
      return { subject: `Taken: ${subject}`, lines: ["Somebody has taken this on.", ...lines] };
    }
    case "closed":
      return closing(alert);
  }
}

/** Where to look. */
function pathOf({ kind, facts: { service } }: ToldAlert): string {
  if (kind === "mail_undelivered") {
    return "/console/mail?state=failed";
  }
  return typeof service === "string" ? `/services/${service}` : "";
}

interface Words {
  subject: string;
  lines: string[];
}

function opening({ kind, facts, openedAt }: ToldAlert): Words {
  const since = instantWords(facts.since ?? openedAt);
  const probe = `Probe ${facts.probe} in ${facts.location}`;
  switch (kind) {
    case "service_down":
      return {
        subject: `${facts.title} is down`,
        lines: [`${facts.title} has been down since ${since}.`, ...because(facts)],
      };
    case "check_failing":
      return {
        subject: `${facts.title}: ${facts.check} needs attention`,
        lines: [
          `The check ${facts.check} of ${facts.title} fails or warns since ${since}. It does not decide the state of the service.`,
          ...because(facts),
        ],
      };
    case "probe_silent":
      return {
        subject: `No word from probe ${facts.probe} in ${facts.location}`,
        lines: [
          `${probe} has delivered nothing since ${since}${facts.checks === null ? "" : `, though it has ${facts.checks} checks to ask`}.`,
          "What nobody else sees from there is not measured meanwhile. If the probe is gone for good, revoke it.",
        ],
      };
    case "probe_network_lost":
      return {
        subject: `Probe ${facts.probe} in ${facts.location} has lost its network`,
        lines: [
          `${probe} says that its own network is lost, by its clock since ${since}: none of its reference targets answers.`,
          "Its samples say nothing of your services until it is back.",
        ],
      };
    case "probe_clock": {
      const skewMs = Number(facts.skew_ms);
      const effect =
        Math.abs(skewMs) > clockUnusableMs
          ? "Its samples are kept as evidence, but nothing is derived from them until the clock is right."
          : "Its samples are used, and the bounds of outages are wider by as much until the clock is right.";
      return {
        subject: `The clock of probe ${facts.probe} in ${facts.location} is wrong`,
        lines: [
          `The clock of ${probe.replace("Probe", "probe")} is ${printDuration(Math.abs(skewMs))} ${skewMs > 0 ? "ahead" : "behind"}.`,
          effect,
        ],
      };
    }
    case "probe_spool_full":
      return {
        subject: `Probe ${facts.probe} in ${facts.location} cannot hold more samples`,
        lines: [
          `${probe} has had no room for ${facts.refused} samples while it could not deliver; it holds ${facts.held}.`,
          "What it cannot hold will be missing in the evidence and counts as not measured.",
        ],
      };
    case "batches_refused":
      return {
        subject: `Batches of samples are refused: ${facts.code}`,
        lines: [
          `${facts.count} batches were refused with ${facts.code}, the last at ${instantWords(facts.last_at ?? openedAt)}.`,
          facts.probe === null ? "They named no probe." : `The last one named probe ${facts.probe}.`,
        ],
      };
    case "evidence_gap":
      return {
        subject: `Evidence of probe ${facts.probe} is missing`,
        lines: [
          `The chain of probe ${facts.probe} lacks the batches ${facts.from} to ${facts.through}, which were there before.`,
          "What they said counts as not measured for whoever verifies the evidence.",
        ],
      };
    case "derivation_behind":
      return {
        subject: "Samples arrive and are not taken into account",
        lines: [
          `Batches have been waiting since ${since}: no server derives from them, or the one that does is too slow.`,
          "Nothing is lost; the page and all figures are behind.",
        ],
      };
    case "mail_undelivered":
      return {
        subject: "Mail could not be delivered",
        lines: [
          `Mails that were given up: ${facts.count}, the first at ${since}. They were refused, or could not be handed over for five days.`,
          "Look at why, and send them again or withdraw them: until then they are not tried any more.",
        ],
      };
  }
}

function closing({ kind, facts, openedAt, closedAt }: ToldAlert): Words {
  const end = closedAt ?? openedAt;
  const from = Number(facts.since ?? openedAt);
  const lasted = `From ${instantWords(from)} to ${instantWords(end)}, ${printDuration(wholeSeconds(end - from))}.`;
  const subjects: Record<AlertKind, string> = {
    service_down: `${facts.title} is no longer down`,
    check_failing: `${facts.title}: ${facts.check} is well again`,
    probe_silent: `Probe ${facts.probe} in ${facts.location} delivers again`,
    probe_network_lost: `Probe ${facts.probe} in ${facts.location} has its network back`,
    probe_clock: `The clock of probe ${facts.probe} in ${facts.location} is right again`,
    probe_spool_full: `Probe ${facts.probe} in ${facts.location} has room for samples again`,
    batches_refused: `No more batches are refused: ${facts.code}`,
    evidence_gap: `Evidence of probe ${facts.probe} is complete again`,
    derivation_behind: "All samples are taken into account again",
    mail_undelivered: "No mail is given up any more",
  };
  return { subject: subjects[kind], lines: [`${subjects[kind]}.`, lasted] };
}

function because({ trouble }: AlertFacts): string[] {
  return typeof trouble === "string" ? [`What was seen last: ${trouble}.`] : [];
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000)) * 1000;
}

/** "2026-07-03 08:15:20 UTC". */
function instantWords(at: string | number): string {
  return `${new Date(Number(at)).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
