import { describe, expect, it } from "vitest";
import { calendarsOf, storedCalendar, storedHours } from "../../../src/domain/sla/report-inputs.ts";
import { openTime } from "../../../src/domain/time/business-calendar.ts";
import { clauses, july, part, zone } from "../../support/reports.ts";

const day = [{ startMinute: 540, endMinute: 1_020 }];
const weekly = { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [], sun: [] };
const office = { timeZone: zone, weekly, closedDates: new Set(["2026-07-06", "2027-01-01"]) };
const hours = { inline: { title: "Office", timeZone: zone, weekly, holidays: [], closed: [] } };

describe("inputs of a report", () => {
  it("write out the days on which a calendar is closed, of the time they are about", () => {
    expect(storedCalendar(office, july).closedDates).toEqual(["2026-07-06"]);
  });

  it("give back the calendars that a version counts by", () => {
    const withHours = clauses({ serviceHours: hours });
    const stored = storedHours(withHours, () => office, july);
    expect(stored.maintenanceHours).toBeNull();
    const calendarOf = calendarsOf(part({ clauses: withHours, ...stored }));
    expect(openTime(calendarOf(withHours.serviceHours!), july)).toEqual(openTime(office, july));
  });
});
