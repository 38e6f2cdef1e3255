import { describe, expect, it } from "vitest";
import { calendarRule } from "../../../src/domain/time/calendar-rule.ts";

const sundays = (rule: string) => ({
  ...{ rule: `FREQ=WEEKLY;BYDAY=SU${rule}`, start: "2026-10-11T22:00" },
  ...{ timeZone: "Europe/Copenhagen", lengthMs: 1_800_000 },
});
const until = (text: string | null) => (text === null ? null : Date.parse(text));

describe("a rule for calendar programs", () => {
  it.each([
    ["goes on", "", null, ""],
    ["ends with the day that it names, at the place", ";UNTIL=20261231", null, ";UNTIL=20261231T225959Z"],
    ["ends at a time on the wall", ";UNTIL=20261025T220000", null, ";UNTIL=20261025T210000Z"],
    ["ends at an instant", ";UNTIL=20261025T220000Z", null, ";UNTIL=20261025T220000Z"],
    ["comes so many times", ";COUNT=4", null, ";COUNT=4"],
    ["ends before an instant", "", "2026-11-01T00:00:00Z", ";UNTIL=20261031T235959Z"],
    ["ends at the earlier of two", ";UNTIL=20261018", "2026-11-01T00:00:00Z", ";UNTIL=20261018T215959Z"],
    ["ends with the last of its times", ";COUNT=4", "2026-10-20T00:00:00Z", ";UNTIL=20261018T200000Z"],
    ["ends with the last of them all", ";COUNT=2", "2026-12-01T00:00:00Z", ";UNTIL=20261018T200000Z"],
  ])("%s", (_, rule, end, expected) => {
    expect(calendarRule(sundays(rule), until(end))).toBe(`FREQ=WEEKLY;BYDAY=SU${expected}`);
  });

  it("is none where its first time does not come any more", () => {
    expect(calendarRule(sundays(""), until("2026-10-11T20:00:00Z"))).toBeNull();
    expect(calendarRule(sundays(""), until("2026-10-11T20:00:00.001Z"))).not.toBeNull();
  });
});
