/**
 * An alert: something that needs a person, from when until when. From what stands and what is already open to what is opened, closed,
 * held back and told; one open alert for a key, so that the same trouble is told once. Nothing here changes a measurement.
 */
import type { Instant } from "../time/interval.ts";

export const alertKinds = [
  "service_down",
  "check_failing",
  "probe_silent",
  "probe_network_lost",
  "probe_clock",
  "probe_spool_full",
  "batches_refused",
  "evidence_gap",
  "derivation_behind",
  "mail_undelivered",
  "channel_failing",
  "certificate_expiring",
  "budget_spent",
  "budget_projected",
  "budget_burning",
  "promise_unmonitored",
  "service_unrouted",
  "request_opened",
  "response_due",
  "request_escalated",
  "maintenance_unexplained",
  "maintenance_ending",
  "maintenance_overrun",
] as const;
export type AlertKind = (typeof alertKinds)[number];

const severities: Readonly<Record<AlertKind, AlertSeverity>> = {
  service_down: "critical",
  check_failing: "warning",
  probe_silent: "warning",
  probe_network_lost: "warning",
  probe_clock: "warning",
  probe_spool_full: "warning",
  batches_refused: "warning",
  evidence_gap: "warning",
  derivation_behind: "critical",
  mail_undelivered: "warning",
  // Whoever was to be told by it does not hear of anything else either.
  channel_failing: "critical",
  certificate_expiring: "warning",
  budget_spent: "info",
  budget_projected: "warning",
  budget_burning: "warning",
  promise_unmonitored: "warning",
  service_unrouted: "warning",
  request_opened: "warning",
  response_due: "warning",
  request_escalated: "critical",
  maintenance_unexplained: "warning",
  maintenance_ending: "info",
  maintenance_overrun: "warning",
};

/** From this share of a budget on, its being spent is more than good to know. */
const graveSharePercent = 75;

/** How much of a hurry alerts of a kind are. */
export function severityOf(kind: AlertKind, facts: AlertFacts = {}): AlertSeverity {
  return kind === "budget_spent" && Number(facts.percent) >= graveSharePercent ? "warning" : severities[kind];
}

/** What is told of an alert: that it began to call (anew, from round 1 on), a later step of its escalation, that somebody took it, its end. */
export type AlertEvent = "opened" | "escalated" | "acknowledged" | "closed";

/** How much of a hurry it is: somebody has to act now, within the working day, or only to know. */
export const alertSeverities = ["critical", "warning", "info"] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

/** What its words are made of; instants as epoch ms. */
export type AlertFacts = Record<string, string | number | null>;

/** A trouble that stands, or of which nothing can be said at the moment. */
export interface Trouble {
  kind: AlertKind;
  /** What it is about: a service, a probe, a reason. */
  subject: string;
  facts: AlertFacts;
  /** False: it cannot be seen now whether it stands; what is open stays open, nothing is opened. */
  certain: boolean;
  /** Keys of troubles that explain it while they stand. */
  behind: readonly string[];
  /** Keys of troubles that could explain it, should they turn out to stand too. */
  parents: readonly string[];
  /** What it may have in common with others that began with it: `check gateway/web`, `location lisbon`; absent: nothing. */
  causes?: readonly string[];
}

/** An alert that is open. */
export interface OpenAlert {
  id: number;
  key: string;
  kind: AlertKind;
  facts: AlertFacts;
  openedAt: Instant;
  heldBackBy: string | null;
}

/** What follows for the alerts. */
export interface AlertSteps {
  open: { key: string; kind: AlertKind; facts: AlertFacts; heldBackBy: string | null }[];
  close: OpenAlert[];
  /** Open ones that are held back by another one than before, or no longer (null): then they are told. */
  hold: { id: number; heldBackBy: string | null }[];
}

/** A child waits so long for a parent to fail as well, before its trouble is told as its own. */
export const patienceMs = 30_000;

/** When a parent recovers its children get so long to follow, before their trouble is told as their own. */
export const recoveryMs = 60_000;

/** Same trouble, same key. */
export function alertKey({ kind, subject }: Pick<Trouble, "kind" | "subject">): string {
  return `${kind} ${subject}`;
}

/**
 * What has to happen to the alerts, given what stands now.
 *
 * @param closedLately when alerts were closed, by key: those of the last `recoveryMs`
 */
export function followTroubles(
  open: readonly OpenAlert[],
  troubles: readonly Trouble[],
  closedLately: ReadonlyMap<string, Instant>,
  now: Instant,
): AlertSteps {
  const steps: AlertSteps = { open: [], close: [], hold: [] };
  const standing = new Map(troubles.map((trouble) => [alertKey(trouble), trouble]));
  const openKeys = new Set(open.map(({ key }) => key));
  const isTold = (key: string) => openKeys.has(key) || standing.get(key)?.certain === true;
  steps.close = open.filter(({ key }) => !standing.has(key));
  const closed = new Map([...closedLately, ...steps.close.map(({ key }) => [key, now] as const)]);

  for (const alert of open) {
    const trouble = standing.get(alert.key);
    if (alert.heldBackBy !== null && trouble?.certain === true) {
      const heldBackBy = holderOf(trouble, alert, isTold, closed, now);
      if (heldBackBy !== alert.heldBackBy) {
        steps.hold.push({ id: alert.id, heldBackBy });
      }
    }
  }
  for (const [key, trouble] of standing) {
    if (trouble.certain && !openKeys.has(key)) {
      const fresh = { openedAt: now, heldBackBy: null };
      const heldBackBy = holderOf(trouble, fresh, isTold, closed, now);
      steps.open.push({ key, kind: trouble.kind, facts: trouble.facts, heldBackBy });
    }
  }
  return steps;
}

/** The alert that says enough for this one too; null: it is to be told itself. */
function holderOf(
  { behind, parents }: Trouble,
  { openedAt, heldBackBy }: Pick<OpenAlert, "openedAt" | "heldBackBy">,
  isTold: (key: string) => boolean,
  closed: ReadonlyMap<string, Instant>,
  now: Instant,
): string | null {
  const explaining = behind.find(isTold);
  if (explaining !== undefined) {
    return explaining;
  }
  if (parents.length > 0 && now - openedAt < patienceMs) {
    return heldBackBy ?? parents[0]!;
  }
  const recoveredAt = heldBackBy === null ? undefined : closed.get(heldBackBy);
  return recoveredAt !== undefined && now - recoveredAt < recoveryMs ? heldBackBy : null;
}
