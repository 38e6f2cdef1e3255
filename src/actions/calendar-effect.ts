/** What a changed calendar would do to what is running: the clocks of requests and incidents that would be due at another time. */
import type { NamedCalendar } from "../domain/sla/promise/agreement-plan.ts";
import type { ClockKind } from "../domain/support/response-clock.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { type RunningClock, runningClocks } from "./running-clocks.ts";
import { readSupportAgreed } from "./support-agreed.ts";

export interface MovedClock {
  about: RunningClock["about"];
  reference: string;
  title: string;
  kind: ClockKind;
  contracts: string[];
  from: Instant;
  to: Instant;
}

/** Clocks that would move, as they stand now. What was missed stays missed. */
export async function calendarEffect(
  db: Database,
  wanted: NamedCalendar,
  now: Instant,
): Promise<MovedClock[]> {
  const before = await runningClocks(db, now);
  const after = await runningClocks(db, now, await readSupportAgreed(db, {}, wanted));
  const keyOf = ({ reference, kind, contracts }: RunningClock) => `${reference} ${kind} ${contracts.join()}`;
  const then = new Map(after.map((clock) => [keyOf(clock), clock.reading.dueAt]));
  return before.flatMap((clock) => {
    const { about, reference, title, kind, contracts, reading } = clock;
    const to = then.get(keyOf(clock));
    return reading.state === "missed" || reading.dueAt === null || to == null || to === reading.dueAt
      ? []
      : [{ about, reference, title, kind, contracts, from: reading.dueAt, to }];
  });
}
