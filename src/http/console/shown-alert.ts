/** An alert as pages of the console show it: in the reader's language, how it stands, since when, and what it speaks for. */
import { alertWords } from "../../documents/alert-words.ts";
import { alertStanding, type AlertStanding, serviceOf } from "../../domain/alerting/standing-alert.ts";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import type { Alert } from "../../store/alerts.ts";
import type { MemberCount } from "../../store/told-alerts.ts";
import { type Markup, shortTimeMarkup } from "../pages/markup.ts";
import type { AlertNames } from "./alert-names.ts";
import type { ConsoleContext } from "./room.ts";

export interface ShownAlert {
  id: number;
  address: string;
  title: string;
  /** Sentences that say more. */
  lines: string[];
  severity: Alert["severity"];
  severityWord: string;
  standing: AlertStanding;
  standingWord: string;
  /** Since when, or when it was over. */
  at: Markup;
  /** "and 12 others, 3 of which still stand"; "": it speaks for itself alone. */
  others: string;
  /** Whether its own trouble has ended, while that of others has not. */
  hasEnded: boolean;
  isFlapping: boolean;
  mayAcknowledge: boolean;
  mayGiveBack: boolean;
  /** Slug of the service it is about; null: it is about none. */
  service: string | null;
}

/** @param members of it; absent: it has none */
export function shownAlert(
  alert: Alert,
  members: MemberCount | undefined,
  names: AlertNames,
  context: ConsoleContext,
): ShownAlert {
  const { language, base, timeZone, scopes } = context;
  const { say } = language;
  const standing = alertStanding(alert);
  const code = customerLanguages.find((one) => one === language.code) ?? "en";
  const said = {
    ...alert,
    facts: names.inFacts(alert.facts),
    closedAt: alert.overAt,
    takenBy: null,
    round: 0,
  };
  const { subject, lines } = alertWords(said, "opened", { language: code, timeZone });
  const mayWrite = scopes.has("write:alerts");
  return {
    id: alert.id,
    address: `${base}/alerts/${alert.id}`,
    title: subject,
    lines,
    severity: alert.severity,
    severityWord: say(`console.alerts.severity.${alert.severity}`),
    standing,
    standingWord: standingInWords(alert, standing, names, context),
    at: shortTimeMarkup(alert.overAt ?? alert.openedAt, context),
    others:
      members === undefined
        ? ""
        : say("console.alerts.others", { n: members.all, standing: members.standing }),
    hasEnded: alert.closedAt !== null && alert.overAt === null,
    isFlapping: alert.flappingSince !== null,
    mayAcknowledge: mayWrite && standing === "calling",
    mayGiveBack: mayWrite && standing === "acknowledged",
    service: serviceOf(alert),
  };
}

/** How it stands, in words: by whom it was taken, what it is held back behind, what mutes it. */
function standingInWords(
  alert: Alert,
  standing: AlertStanding,
  names: AlertNames,
  context: ConsoleContext,
): string {
  const { say } = context.language;
  switch (standing) {
    case "acknowledged":
      return say("console.alerts.standing.acknowledged", { by: alert.acknowledgedBy ?? "" });
    case "held_back":
      return say("console.alerts.standing.held_back", { behind: names.ofSubject(alert.heldBackBy ?? "") });
    case "muted":
      return mutedInWords(alert.mutedBy ?? "", names, context);
    case "over":
    case "member":
    case "calling":
      return say(`console.alerts.standing.${standing}`);
  }
}

/** "hours office" → "waits for the hours of Our office". */
export function mutedInWords(
  mutedBy: string,
  names: AlertNames,
  { language: { say } }: ConsoleContext,
): string {
  const [sort = "", name = ""] = mutedBy.split(" ");
  return sort === "silence"
    ? say("console.alerts.muted.silence", { name })
    : sort === "maintenance"
      ? say("console.alerts.muted.maintenance", { name })
      : say("console.alerts.muted.hours", { name: names.ofCalendar(name) });
}
