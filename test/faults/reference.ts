/**
 * What outages a set of samples comes to, written a second time and as plainly as the text of sla-semantics 3 can be: all samples at
 * hand, no memory of what came when, nothing shared with the product's own derivation. Good, failing and absent reports only.
 */
import type { CheckRules } from "../../src/domain/monitoring/check.ts";
import type { SampleFact } from "./facts.ts";

export interface ReferenceOutage {
  start: number;
  end: number | null;
  /** Null while it lasts. */
  lastFailAt: number | null;
  lastOkBeforeAt: number | null;
  firstOkAfterAt: number | null;
}

interface Verdict {
  at: number;
  failed: boolean;
}

/** The outages of one check, in order. */
export function referenceOutages(
  samples: readonly Pick<SampleFact, "location" | "at" | "outcome">[],
  rules: CheckRules,
): ReferenceOutage[] {
  const verdicts = verdictsOf(samples, rules);
  const outages: ReferenceOutage[] = [];
  for (const run of runsOf(verdicts, rules.staleAfterMs)) {
    const isLastRun = run.at(-1) === verdicts.at(-1);
    let from = 0;
    for (;;) {
      const first = firstStreak(run, from, true, rules.confirmDown);
      if (first === null) {
        break;
      }
      const over = firstStreak(run, first, false, rules.confirmUp);
      const through = over === null ? run : run.slice(0, over);
      const start = run[first]!.at;
      const end = over === null ? (isLastRun ? null : run.at(-1)!.at + rules.staleAfterMs) : run[over]!.at;
      outages.push({
        start,
        end,
        lastFailAt: end === null ? null : through.findLast(({ failed }) => failed)!.at,
        lastOkBeforeAt: verdicts.findLast(({ at, failed }) => !failed && at < start)?.at ?? null,
        firstOkAfterAt:
          end === null ? null : (verdicts.find(({ at, failed }) => !failed && at >= end)?.at ?? null),
      });
      if (over === null) {
        break;
      }
      from = over;
    }
  }
  return outages;
}

/** One round at every instant at which somebody reported; those too few took part in are left out. */
function verdictsOf(
  samples: readonly Pick<SampleFact, "location" | "at" | "outcome">[],
  { staleAfterMs, quorumFail, minReporting }: CheckRules,
): Verdict[] {
  const inOrder = samples.toSorted((a, b) => a.at - b.at);
  const locations = [...new Set(samples.map(({ location }) => location))];
  const latest = new Map<string, (typeof inOrder)[number]>();
  const verdicts: Verdict[] = [];
  inOrder.forEach((sample, i) => {
    latest.set(sample.location, sample);
    if (inOrder[i + 1]?.at === sample.at) {
      return;
    }
    const reports = locations
      .map((location) => latest.get(location))
      .filter((one) => one !== undefined && sample.at - one.at <= staleAfterMs)
      .map((one) => one!.outcome)
      .filter((outcome) => outcome !== "probe_error");
    if (reports.length >= minReporting) {
      const failing = reports.filter((outcome) => outcome === "fail").length;
      verdicts.push({ at: sample.at, failed: failing >= quorumFail });
    }
  });
  return verdicts;
}

/** Stretches of rounds without a silence longer than that. */
function runsOf(verdicts: readonly Verdict[], staleAfterMs: number): Verdict[][] {
  const runs: Verdict[][] = [];
  verdicts.forEach((verdict, i) => {
    if (i === 0 || verdict.at - verdicts[i - 1]!.at > staleAfterMs) {
      runs.push([]);
    }
    runs.at(-1)!.push(verdict);
  });
  return runs;
}

/** Where the first streak of that kind begins that is long enough to count; null: there is none. */
function firstStreak(run: readonly Verdict[], from: number, failed: boolean, rounds: number): number | null {
  let length = 0;
  for (let i = from; i < run.length; i++) {
    length = run[i]!.failed === failed ? length + 1 : 0;
    if (length === rounds) {
      return i - rounds + 1;
    }
  }
  return null;
}
