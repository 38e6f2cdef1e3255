/** What the bar of a day shows: on paper as on the page of a cycle. */
import { floor } from "../domain/sla/figures/exact.ts";
import type { DayReport } from "../domain/sla/report/report-part.ts";
import { type ExactJson, readExact } from "../domain/sla/report/report-values.ts";

/** In the order in which they are explained; "closed" needs no words. */
export const barKinds = ["up", "down", "notCounted", "degraded", "unknown", "excluded"] as const;
export type BarKind = (typeof barKinds)[number] | "closed";

/** What a day's bar shows: the weightiest that happened in it; "closed" = none of its time counts, or not yet. */
export function barOf(day: DayReport): BarKind {
  if (ms(day.counted_ms) > 0) {
    return "down";
  }
  if (day.elapsed_ms === 0 && day.excluded_ms === 0) {
    return "closed";
  }
  if (ms(day.unknown_ms) > 0) {
    return "unknown";
  }
  if (day.excluded_ms > 0) {
    return "excluded";
  }
  if (ms(day.down_ms) > 0) {
    return "notCounted";
  }
  return ms(day.degraded_ms) > 0 ? "degraded" : "up";
}

/** "5:50", "1:20:00", for under a bar. */
export function briefLength(exact: ExactJson): string {
  const seconds = Math.max(1, Math.floor(ms(exact) / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function ms(exact: ExactJson): number {
  const value = readExact(exact);
  return typeof value === "number" ? value : Number(floor(value));
}
