/** Months as addresses of the console name them, "2026-06": of the platform's own cycle where no contract is meant. */
import { NotFound } from "../../domain/errors.ts";
import type { PlatformSettings } from "../../domain/status/platform.ts";
import { cycleContaining, previousCycle } from "../../domain/time/billing-cycle.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { formatInstant } from "../format.ts";
import { monthInput } from "../input.ts";
import type { ConsoleContext } from "./room.ts";

/** @throws NotFound unknown_address: it is no month */
export function monthOf(label: string | undefined): string {
  if (label === undefined || !monthInput.safeParse(label).success) {
    throw new NotFound("unknown_address", "A month is written like 2026-12.");
  }
  return label;
}

/** The label of the month that runs. */
export function runningMonth({ commitment, timeZone }: PlatformSettings, now: Instant): string {
  return cycleContaining(now, { timeZone, anchorDay: commitment.anchorDay }).label;
}

/** The label of the latest month that has ended. */
export function lastMonth({ commitment, timeZone }: PlatformSettings, now: Instant): string {
  const rule = { timeZone, anchorDay: commitment.anchorDay };
  return previousCycle(cycleContaining(now, rule), rule).label;
}

/** The label of the month so many later; below 0: earlier. */
export function monthBeside(label: string, months: number): string {
  const [year, month] = label.split("-").map(Number);
  const count = year! * 12 + month! - 1 + months;
  return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}`;
}

/** "June 2026". */
export function monthName(label: string, { language }: Pick<ConsoleContext, "language">): string {
  return formatInstant(Date.parse(`${label}-15T12:00:00Z`), "month", "UTC", language);
}
