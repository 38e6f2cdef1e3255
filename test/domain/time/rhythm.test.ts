import { describe, expect, it } from "vitest";
import { recurrenceFaults } from "../../../src/domain/time/recurrence.ts";
import { placeInMonth, rhythmOfRule, rhythms, ruleOfRhythm } from "../../../src/domain/time/rhythm.ts";

const firstSunday = "2026-12-06T22:00";

describe("the usual ways to come again", () => {
  it.each([
    ["daily", "FREQ=DAILY"],
    ["weekly", "FREQ=WEEKLY;BYDAY=SU"],
    ["fortnightly", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU"],
    ["monthly_date", "FREQ=MONTHLY;BYMONTHDAY=6"],
    ["monthly_weekday", "FREQ=MONTHLY;BYDAY=1SU"],
    ["quarterly_weekday", "FREQ=MONTHLY;INTERVAL=3;BYDAY=1SU"],
    ["yearly", "FREQ=YEARLY"],
  ] as const)("%s makes the rule that its first time suggests", (rhythm, rule) => {
    expect(ruleOfRhythm(rhythm, firstSunday, null)).toBe(rule);
    expect(ruleOfRhythm(rhythm, firstSunday, "2027-03-31")).toBe(`${rule};UNTIL=20270331`);
  });

  it("count the fifth of a month as its last", () => {
    expect(placeInMonth("2026-11-29T22:00")).toEqual({ weekday: "sun", nth: -1, day: 29 });
    expect(placeInMonth("2026-11-22T22:00")).toEqual({ weekday: "sun", nth: 4, day: 22 });
  });

  it("are known again by their rule, whose first time is one of its times", () => {
    const rest = { timeZone: "Europe/Copenhagen", lengthMs: 3_600_000 };
    for (const start of [firstSunday, "2026-11-29T03:15", "2026-12-31T00:00"]) {
      for (const rhythm of rhythms) {
        for (const until of [null, "2029-12-31"]) {
          const rule = ruleOfRhythm(rhythm, start, until);
          expect(rhythmOfRule(rule, start)).toEqual({ rhythm, until });
          expect(recurrenceFaults({ rule, start, ...rest })).toEqual([]);
        }
      }
    }
    expect(rhythmOfRule("FREQ=DAILY;INTERVAL=3", firstSunday)).toBeNull();
  });
});
