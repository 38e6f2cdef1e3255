/**
 * The evaluation of a deadline: a calendar and a promised working time in, the instant at which it is due out.
 */
import { z } from "zod";
import { workingDeadline } from "../domain/time/business-calendar.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { calendar, instant } from "./shapes.ts";
import type { Told } from "./told.ts";

/** Nobody promises an answer within more; and the search for the day stays short. */
const longestTargetMs = 10 * 366 * 86_400_000;

export const deadlineInput = z.strictObject({
  calendar: calendar.nullable(),
  opened_at: instant,
  target_ms: z.int().min(0).max(longestTargetMs),
});

export function evaluateDeadline(input: z.infer<typeof deadlineInput>): Told {
  const { calendar, opened_at, target_ms } = input;
  const due = isoInstant(
    calendar === null ? opened_at + target_ms : workingDeadline(calendar, opened_at, target_ms),
  );
  const time =
    calendar === null ? "time by the clock" : `time in which the calendar is open in ${calendar.timeZone}`;
  return {
    result: { due_at: due },
    steps: [
      `From ${isoInstant(opened_at)} on, ${time} is added up; ${target_ms} ms of it have passed at ${due}.`,
      "Reaching the target at closing time is due at closing time.",
    ],
  };
}
