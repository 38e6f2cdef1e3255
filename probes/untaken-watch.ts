/**
 * Who watches the watcher: a probe whose batches nobody takes says so by itself, to people and not to the server, and says so again when
 * they are taken. Only the deciding is here; the ways to people come from outside.
 */

import type { DeliveryStatistics } from "./delivery.ts";

/** Something people have to be told by the probe itself. */
export interface ProbeAlert {
  kind: "batches_untaken" | "batches_taken" | "samples_refused" | "probe_revoked";
  /** One line. */
  title: string;
  lines: string[];
  /** By the probe's clock. */
  at: number;
}

export interface UntakenWatchOptions {
  probe: string;
  location: string;
  server: string;
  alertAfterMs: number;
  alert: (alert: ProbeAlert) => void;
}

export interface UntakenWatch {
  /** To be called every second or so. `trouble` is why the last attempt failed; null = it did not. */
  look(
    statistics: Pick<DeliveryStatistics, "untakenMs" | "held" | "oldestHeldAt" | "refused">,
    trouble: string | null,
    now: number,
  ): void;
}

/** While samples are refused, people are reminded so often. */
const refusedToldEveryMs = 3_600_000;

export function watchUntaken(options: UntakenWatchOptions): UntakenWatch {
  const { probe, location, server, alertAfterMs, alert } = options;
  let alertedSince: number | null = null;
  let refusedTold = 0;
  let refusedToldAt = -Infinity;
  return {
    look({ untakenMs, held, oldestHeldAt, refused }, trouble, now) {
      if (alertedSince === null && untakenMs >= alertAfterMs) {
        alertedSince = now - untakenMs;
        alert({
          kind: "batches_untaken",
          title: `Probe ${probe} has delivered nothing for ${minutes(untakenMs)}`,
          lines: [
            `The probe ${probe} in ${location} goes on asking, and the server at ${server} has taken no batch since ${iso(alertedSince)}.`,
            `It holds ${held} samples${oldestHeldAt === null ? "" : `, the oldest of ${iso(oldestHeldAt)}`}, and delivers them when it can.`,
            ...(trouble === null ? [] : [`The last attempt: ${trouble}.`]),
          ],
          at: now,
        });
      } else if (alertedSince !== null && untakenMs < alertAfterMs) {
        alert({
          kind: "batches_taken",
          title: `Probe ${probe} delivers again`,
          lines: [
            `The server at ${server} has taken a batch of the probe ${probe} in ${location} again, after ${minutes(now - alertedSince)}.`,
            held === 0 ? "Nothing waits any more." : `${held} samples still wait and are on their way.`,
          ],
          at: now,
        });
        alertedSince = null;
      }
      if (refused > refusedTold && now >= refusedToldAt + refusedToldEveryMs) {
        alert({
          kind: "samples_refused",
          title: `Probe ${probe} cannot hold what it sees`,
          lines: [
            `The probe ${probe} in ${location} has refused ${refused - refusedTold} samples: there was no room for them, or no server can take them.`,
            `What they would have shown is not known. It holds ${held} samples.`,
            ...(trouble === null ? [] : [`The last attempt to deliver: ${trouble}.`]),
          ],
          at: now,
        });
        refusedTold = refused;
        refusedToldAt = now;
      }
    },
  };
}

function minutes(ms: number): string {
  const whole = Math.round(ms / 60_000);
  return whole < 1 ? `${Math.round(ms / 1_000)} s` : `${whole} min`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
