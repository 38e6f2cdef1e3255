/**
 * The evaluation of billing cycles: an anchor day and a zone in, lengths and budgets out.
 */
import { z } from "zod";
import { allowedDownMs } from "../domain/sla/figures/ratio.ts";
import { cycleOf } from "../domain/time/billing-cycle.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { anchorDay, cycleLabel, otherwise, target, timeZone } from "./shapes.ts";
import type { Told } from "./told.ts";

export const cyclesInput = z.strictObject({
  timezone: timeZone,
  cycle_anchor_day: otherwise(anchorDay, 1),
  target_percent: target.nullable(),
  labels: z.array(cycleLabel),
});

export function evaluateCycles(input: z.infer<typeof cyclesInput>): Told {
  const { timezone, cycle_anchor_day, target_percent, labels } = input;
  const rule = { timeZone: timezone, anchorDay: cycle_anchor_day };
  const cycles = labels.map((label) => {
    const { start, end } = cycleOf(label, rule);
    return {
      label,
      start: isoInstant(start),
      end: isoInstant(end),
      length_ms: end - start,
      budget_ms: target_percent === null ? null : allowedDownMs(end - start, target_percent),
    };
  });
  const steps = cycles.map(
    ({ label, start, end, length_ms, budget_ms }) =>
      `${label} begins at local midnight of day ${cycle_anchor_day} (or the month's last) in ${timezone}, ${start}, and ends where the next ` +
      `begins, ${end}: ${length_ms} ms` +
      (target_percent === null
        ? "."
        : `. A target of ${target_percent.percent} % leaves ${budget_ms} ms of it for downtime, cut to whole ms.`),
  );
  return { result: { cycles }, steps };
}
