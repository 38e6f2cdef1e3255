/**
 * The evaluation of rounds of samples: what the locations reported in, readings and outages out.
 */
import { z } from "zod";
import { outageInterval, type OutageFigure } from "../domain/monitoring/outage.ts";
import { replayRounds } from "../domain/monitoring/replay.ts";
import { timesIn } from "../domain/monitoring/timeline.ts";
import { measure } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { explainSamples } from "./explain.ts";
import { duration, instant, otherwise, together } from "./shapes.ts";
import type { Told } from "./told.ts";

const atLeastOne = z.int().min(1);

export const samplesInput = z
  .strictObject({
    stale_after_ms: duration,
    confirm_down: otherwise(atLeastOne, 2),
    confirm_up: otherwise(atLeastOne, 1),
    quorum_fail: otherwise(atLeastOne, 1),
    min_reporting: otherwise(atLeastOne, null),
    observe_from: instant,
    until: instant,
    rounds: z.array(
      z.strictObject({
        t: instant,
        results: z.record(z.string(), z.enum(["ok", "slow", "fail", "probe_error"]).nullable()),
      }),
    ),
  })
  .superRefine(
    together(({ observe_from, until, rounds }, context) => {
      if (until <= observe_from) {
        const message = "An observation ends after it starts.";
        context.addIssue({ code: "custom", path: ["until"], message, params: { code: "interval_empty" } });
      }
      const seen = new Set<number>();
      rounds.forEach(({ t }, i) => {
        if (seen.has(t)) {
          const message = "There is one round at an instant.";
          context.addIssue({
            code: "custom",
            path: ["rounds", i, "t"],
            message,
            params: { code: "round_twice" },
          });
        }
        seen.add(t);
      });
    }),
  );

export function evaluateSamples(input: z.infer<typeof samplesInput>): Told {
  const observation = { start: input.observe_from, end: input.until };
  const rules = {
    staleAfterMs: input.stale_after_ms,
    confirmDown: input.confirm_down,
    confirmUp: input.confirm_up,
    quorumFail: input.quorum_fail,
    minReporting: input.min_reporting ?? input.quorum_fail,
  };
  const rounds = input.rounds
    .map(({ t, results }) => ({
      at: t,
      reports: Object.fromEntries(
        Object.entries(results).flatMap(([location, report]) =>
          report === null ? [] : [[location, report]],
        ),
      ),
    }))
    .sort((a, b) => a.at - b.at);
  const replay = replayRounds(rounds, rules, observation);
  const result = {
    segments: replay.segments.map(({ start, end, state }) => ({
      start: isoInstant(start),
      end: isoInstant(end),
      state,
    })),
    outages: replay.outages.map((outage) => {
      const lengthMs = (figure: OutageFigure) => measure([outageInterval(outage, figure, observation)]);
      return {
        start: isoInstant(outage.start),
        end: isoInstant(outage.end ?? observation.end),
        observed_ms: lengthMs("observed"),
        lower_ms: lengthMs("lower"),
        upper_ms: lengthMs("upper"),
      };
    }),
    down_ms: measure(timesIn("down", replay.segments)),
    unknown_ms: measure(timesIn("unknown", replay.segments)),
    unconfirmed_fail_rounds: replay.unconfirmedFailRounds,
    inconclusive_rounds: replay.inconclusiveRounds,
  };
  return { result, steps: explainSamples(replay, rules, observation) };
}
