/**
 * The evaluation of burn alerts: downtime and windows in, rates and which of them fire out.
 */
import { z } from "zod";
import { burnReadings, burnWithoutBudget } from "../domain/sla/figures/burn-rate.ts";
import { printDecimal } from "../domain/sla/figures/exact.ts";
import { union } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { exact, instant, positiveDuration, refuseEmpty, target, together } from "./shapes.ts";
import type { Told } from "./told.ts";

export const burnRateInput = z.strictObject({
  as_of: instant,
  target_percent: target.refine(({ share }) => share.numerator < share.denominator, {
    message: burnWithoutBudget,
    params: { code: "burn_without_budget" },
  }),
  down: z.array(
    z.strictObject({ start: instant, end: instant.nullable() }).superRefine(together(refuseEmpty)),
  ),
  windows: z.array(
    z.strictObject({
      name: z.string(),
      long_ms: positiveDuration,
      short_ms: positiveDuration,
      threshold: exact,
    }),
  ),
});

export function evaluateBurnRate(input: z.infer<typeof burnRateInput>): Told {
  const { as_of, target_percent, windows } = input;
  const down = union(input.down.map(({ start, end }) => ({ start, end: end ?? Math.max(start, as_of) })));
  const alerts = windows.map(({ name, long_ms, short_ms, threshold }) => ({
    name,
    longMs: long_ms,
    shortMs: short_ms,
    threshold,
  }));
  const readings = burnReadings(down, alerts, target_percent, as_of).map(
    ({ name, longBurn, shortBurn, fires }) => ({
      name,
      long_burn_floor6: printDecimal(longBurn, 6),
      short_burn_floor6: printDecimal(shortBurn, 6),
      fires,
    }),
  );
  const steps = readings.map(
    ({ name, long_burn_floor6, short_burn_floor6, fires }, i) =>
      `${name}: up to ${isoInstant(as_of)} the budget of ${target_percent.percent} % burned ${long_burn_floor6} times as fast as allowed over ` +
      `${windows[i]!.long_ms} ms, and ${short_burn_floor6} times over ${windows[i]!.short_ms} ms; ` +
      (fires ? "both reach the threshold, so it fires." : "not both reach the threshold, so it is silent."),
  );
  return { result: { alerts: readings }, steps };
}
