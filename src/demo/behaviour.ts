/**
 * How the demo's services are at any moment: most are well, one fails and one is slow now and then. A pure function of the time since
 * the demo began, so that whoever looks at the page sees the same story in the same order.
 */
import type { DemoService } from "./places.ts";

export type Condition = "well" | "slow" | "failing";

/** A trouble that comes back. */
interface Habit {
  service: DemoService;
  condition: Exclude<Condition, "well">;
  /** Begin of the first time, since the demo began. */
  firstMs: number;
  everyMs: number;
  lastsMs: number;
}

export const habits: readonly Habit[] = [
  { service: "search", condition: "failing", firstMs: 100_000, everyMs: 300_000, lastsMs: 40_000 },
  { service: "web-app", condition: "slow", firstMs: 180_000, everyMs: 420_000, lastsMs: 60_000 },
  { service: "live-sessions", condition: "failing", firstMs: 660_000, everyMs: 1_500_000, lastsMs: 25_000 },
];

/** The condition of a service `sinceMs` after the demo began; both ends of a trouble as of an interval: begin in, end out. */
export function conditionOf(service: DemoService, sinceMs: number): Condition {
  for (const habit of habits) {
    if (habit.service === service && sinceMs >= habit.firstMs) {
      if ((sinceMs - habit.firstMs) % habit.everyMs < habit.lastsMs) {
        return habit.condition;
      }
    }
  }
  return "well";
}
