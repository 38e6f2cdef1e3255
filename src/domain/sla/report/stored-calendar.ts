/** A calendar as reports keep it: so written out that whoever computes one again needs no list of holidays. */
import type { BusinessCalendar } from "../../time/business-calendar.ts";

/** A calendar with its closed dates written out, for the time it is asked about. */
export interface StoredCalendar {
  timeZone: string;
  weekly: BusinessCalendar["weekly"];
  closedDates: string[];
}
