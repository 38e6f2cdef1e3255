/**
 * A check that is asked once before it is kept, by the same prober that would ask it later, from this very server: bounded in time, and
 * nothing of it is stored. Used by server.ts alone.
 */
import { machineClock } from "../../probes/clock.ts";
import { kindsOf } from "../../probes/node/kinds.ts";
import { createProber } from "../../probes/prober.ts";
import type { Observation } from "../../probes/protocol.ts";
import type { CheckDefinition } from "../domain/monitoring/check-definition.ts";
import { type SecretReference, withSecrets } from "../platform-file/secrets.ts";

/** Nobody who waits before a page waits longer. */
const longestTrialMs = 15_000;

/** Asks a check by what it says; jobs call us and cannot be asked. */
export function openTrial(
  readSecret: (reference: SecretReference) => string | undefined,
): (check: CheckDefinition) => Promise<Observation> {
  const ask = createProber(kindsOf(new Map()), machineClock);
  return async ({ target, timeoutMs, slowAboveMs, family, intervalMs, confirmDown, confirmUp }) => {
    const filled = withSecrets(target, readSecret);
    return ask({
      ...{ check: 0, key: "trial", intervalMs, slowAboveMs, family, confirmDown, confirmUp },
      timeoutMs: Math.min(timeoutMs, longestTrialMs),
      // A connection that is kept would outlive the trial.
      target: filled.kind === "http" ? { ...filled, keepConnection: false } : filled,
    });
  };
}
