/** Refused batches of this server, by reason, until there are enough of them to be reported. */
import { type Refusals, refusalsForgottenMs, refusalsMatter } from "../domain/alerting/troubles.ts";
import type { Instant } from "../domain/time/interval.ts";

export interface RefusalTally {
  /** @param probe the one that the batch named, whoever sent it */
  count(code: string, probe: string | null, now: Instant): void;
  /** What is to be reported and was not yet. */
  take(now: Instant): Refusals[];
}

/** A probe that goes on after its server was replaced meets this once, and begins where the store says. */
const harmless: ReadonlySet<string> = new Set(["sequence_gap"]);
const longestName = 100;

export function openRefusalTally(): RefusalTally {
  const tallies = new Map<string, Refusals & { reported: boolean }>();
  return {
    count(code, probe, now) {
      if (harmless.has(code)) {
        return;
      }
      const known = tallies.get(code);
      tallies.set(code, {
        code,
        count: (known?.count ?? 0) + 1,
        lastAt: now,
        probe: probe?.slice(0, longestName) ?? null,
        reported: known?.reported ?? false,
      });
    },
    take(now) {
      const ripe: Refusals[] = [];
      for (const tally of tallies.values()) {
        if (now - tally.lastAt >= refusalsForgottenMs) {
          tallies.delete(tally.code);
        } else if (tally.count > 0 && (tally.reported || tally.count >= refusalsMatter)) {
          const { reported: _, ...refusals } = tally;
          ripe.push(refusals);
          tallies.set(tally.code, { ...tally, count: 0, reported: true });
        }
      }
      return ripe;
    },
  };
}
