import { describe, expect, it } from "vitest";
import {
  calendarsOf,
  measuredInputs,
  storedCalendar,
  storedHours,
} from "../../../../src/domain/sla/report/report-inputs.ts";
import { openTime } from "../../../../src/domain/time/business-calendar.ts";
import { clauses, july, service, part, zone } from "../../../support/reports.ts";

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

  it("tell of a measurement what was known at the end of the window, whatever came later", () => {
    const lasting = service("beacon", [[july.end - 60_000, july.end + 60_000]]);
    const told = measuredInputs({ ...lasting, observedFrom: july.start - 1 }, july);
    expect(told).toMatchObject({ observedFrom: july.start });
    expect(told.outages).toEqual([
      expect.objectContaining({ end: null, firstOkAfterAt: null, lastFailAt: july.end }),
    ]);
    const later = service("beacon", [[july.end + 1, july.end + 2]]);
    expect(measuredInputs({ ...later, observedFrom: july.end }, july)).toMatchObject({
      observedFrom: null,
      outages: [],
    });
  });

  it("tell silences of locations where they are known, and none after a service was archived", () => {
    const month = { start: july.start, end: july.end };
    const quiet = { location: "osaka", asked: [month], silent: [month] };
    const never = { location: "porto", asked: [{ start: july.start + 50, end: july.end }], silent: [] };
    const silences = [quiet, never];
    expect(measuredInputs({ ...service("beacon"), silences }, july).silences).toEqual(silences);
    const whole = { start: july.start, end: july.start + 20 };
    expect(measuredInputs({ ...service("beacon"), silences }, july, july.start + 20).silences).toEqual([
      { location: "osaka", asked: [whole], silent: [whole] },
    ]);
    expect(measuredInputs(service("beacon"), july)).not.toHaveProperty("silences");
  });

  it("tell nothing of a service after it was archived", () => {
    const down = service("beacon", [
      [july.start + 10, july.start + 30],
      [july.start + 50, july.start + 60],
    ]);
    expect(measuredInputs(down, july, july.start + 20).segments).toEqual([
      { start: july.start + 10, end: july.start + 20, state: "down" },
    ]);
  });
});
