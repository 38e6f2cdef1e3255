/**
 * Why an alert calls nobody although it stands: somebody silenced it, its service is in announced maintenance, or its route waits for
 * people to be at work.
 */
import type { MaintenanceWindow } from "../status/maintenance-window.ts";
import type { Instant } from "../time/interval.ts";
import type { AlertRules } from "./alert-rules.ts";
import { type IsOpen, routeFor } from "./route.ts";
import { type AlertSilence, silenceFor } from "./silence.ts";
import { isAcknowledged, serviceOf, type StandingAlert, subjectOf } from "./standing-alert.ts";

/** Planned work as far as alerts are concerned. */
export interface QuietWindow {
  reference: string;
  serviceSlugs: readonly string[];
  start: Instant;
  /** As it was announced: work that overruns is a trouble that somebody has to know of. */
  end: Instant;
}

/** Windows that were neither called off nor ended, as alerts see them. */
export function quietWindows(windows: readonly MaintenanceWindow[]): QuietWindow[] {
  return windows
    .filter(({ state }) => state !== "cancelled" && state !== "completed")
    .map(({ reference, serviceSlugs, plannedStart, plannedEnd, actualStart }) => ({
      reference,
      serviceSlugs,
      start: Math.min(actualStart ?? plannedStart, plannedStart),
      end: plannedEnd,
    }));
}

export interface QuietReasons {
  rules: AlertRules;
  silences: readonly AlertSilence[];
  windows: readonly QuietWindow[];
  /** Slug of the group of each service, by its slug. */
  groupOf: ReadonlyMap<string, string | null>;
  isOpen: IsOpen;
}

/** `silence 12`, `maintenance MW-2026-0007`, `hours office`; null: nothing mutes it. */
export function muteCause(alert: StandingAlert, reasons: QuietReasons, now: Instant): string | null {
  const subject = subjectOf(alert, reasons.groupOf);
  const silence = silenceFor(reasons.silences, subject, now);
  if (silence !== undefined) {
    return `silence ${silence.id}`;
  }
  const window = reasons.windows.find((one) => isQuietFor(one, alert, now));
  if (window !== undefined) {
    return `maintenance ${window.reference}`;
  }
  // Whom it has called already it does not put off.
  if (alert.callingSince !== null || isAcknowledged(alert)) {
    return null;
  }
  const calendar = routeFor(reasons.rules.routes, subject, reasons.isOpen, now)?.waitsFor ?? null;
  return calendar === null || reasons.isOpen(calendar, now) ? null : `hours ${calendar}`;
}

/** A trouble that was there before the work began is not the work's. */
function isQuietFor({ serviceSlugs, start, end }: QuietWindow, alert: StandingAlert, now: Instant): boolean {
  const service = serviceOf(alert);
  return (
    service !== null && serviceSlugs.includes(service) && start <= alert.openedAt && start <= now && now < end
  );
}
