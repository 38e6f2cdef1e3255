import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { onTheWall } from "../../src/domain/time/local-time.ts";
import { calendarZone } from "../../src/http/calendar-zone.ts";

const day = 86_400_000;
const from = Date.parse("2026-12-01T12:00:00Z");

describe("the zone of a calendar", () => {
  it("stands under the name that we call it by", () => {
    expect(calendarZone("Europe/Copenhagen")).toMatch(/^BEGIN:VTIMEZONE\r\nTZID:Europe\/Copenhagen\r\n/);
    expect(calendarZone("Europe/Atlantis")).toBeNull();
    expect(["Asia/Jerusalem", "Israel"].map(calendarZone)).toEqual([null, null]);
  });

  it("shows what our own clocks show, in every zone and over two years", () => {
    const wrong = Intl.supportedValuesOf("timeZone").filter((timeZone) => {
      const block = calendarZone(timeZone);
      if (block === null) {
        return false;
      }
      const zone = new ICAL.Timezone(new ICAL.Component(ICAL.parse(block) as unknown[]));
      return Array.from({ length: 104 }, (_, week) => from + week * 7 * day).some((at) => {
        const wall = onTheWall(at, timeZone);
        const { year, month, day: date, hour, minute } = wall;
        const local = new ICAL.Time({ year, month, day: date, hour, minute, second: 0, isDate: false }, zone);
        return zone.utcOffset(local) !== wall.offsetNanoseconds / 1e9;
      });
    });
    expect(wrong).toEqual([]);
  });
});
