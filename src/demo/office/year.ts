/**
 * The year of the demo's office, told beat by beat as of its days: months are closed on the fourth, those billed from the fifteenth on the
 * eighteenth, credits are worked on, and some things are looked at a second time. The audit chain says how far it has been told.
 */
import type { ReportOffice } from "../../actions/issue-report.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { latestStepBefore } from "../../store/audit.ts";
import type { Database } from "../../store/database.ts";
import { clockTime, monthOf, type Origin, spanOf } from "../history/span.ts";
import { deskDays, workAtDesk } from "./credit-desk.ts";
import { secondLooks } from "./second-looks.ts";
import { holdSitting } from "./sitting.ts";

/** What the audit chain tells of the office's steps. */
const officeSteps = [
  ...(["correction", "exclusion", "explanation", "decision"] as const),
  ...(["report", "revision", "credit"] as const),
];

/** Something that the office does at an instant; done again, it changes nothing. */
export interface Beat {
  at: Instant;
  play(db: Database, office: ReportOffice): Promise<void>;
}

/** Months that are over at the end of a history of 396 days; the first is a part of one. */
const months = 13;

/** By when the cycles from the first of a month, and those from the fifteenth, have settled; and when the credit desk sits. */
const closingDays = [4, 18];
const daysAtDesk = [11, 14, 27];

/** Everything the office does within the history, in order. */
export function beatsOf(origin: Origin): Beat[] {
  const beats: Beat[] = secondLooks(origin).map(({ at, take }) => ({ at, play: take }));
  for (let monthsAgo = months; monthsAgo > 0; monthsAgo--) {
    const label = monthOf(origin, monthsAgo);
    const after = (day: number) => clockTime(origin, { monthsAgo: monthsAgo - 1, day }, "08:30");
    for (const at of closingDays.map(after)) {
      beats.push({ at, play: (db, office) => holdSitting({ db, office, origin, label, at }) });
    }
    deskDays.forEach((day, i) => {
      const at = after(daysAtDesk[i]!);
      beats.push({ at, play: (db) => workAtDesk(db, origin, day, at) });
    });
  }
  const { start, end } = spanOf(origin);
  return beats.filter(({ at }) => start < at && at < end).sort((a, b) => a.at - b.at);
}

/**
 * Plays what has not been played yet. False when it was interrupted; the next start goes on.
 *
 * @param isOver true as soon as it should stop
 */
export async function tellYear(
  db: Database,
  office: ReportOffice,
  origin: Origin,
  isOver: () => boolean,
): Promise<boolean> {
  const beats = beatsOf(origin);
  const told = (await latestStepBefore(db, officeSteps, origin.end)) ?? 0;
  // The beat that was told last may have been broken off: it is played again.
  const left = beats.filter((_, i) => (beats[i + 1]?.at ?? Infinity) > told);
  for (const { play } of left) {
    if (isOver()) {
      return false;
    }
    await play(db, office);
  }
  return true;
}
