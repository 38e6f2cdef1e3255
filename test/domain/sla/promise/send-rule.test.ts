import { describe, expect, it } from "vitest";
import { sendAt, type SendRule, sendRuleInWords } from "../../../../src/domain/sla/promise/send-rule.ts";
import type { BusinessCalendar } from "../../../../src/domain/time/business-calendar.ts";

const timeZone = "Europe/Copenhagen";
const at = (text: string) => Date.parse(text);
/** June 2026 ends. */
const end = at("2026-06-30T22:00:00Z");
const day = [{ startMinute: 540, endMinute: 1020 }];
const office: BusinessCalendar = {
  timeZone,
  weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [], sun: [] },
  closedDates: new Set(["2026-07-06"]),
};
const sent = (rule: SendRule, issuedAt: string) => {
  const due = sendAt(rule, { end, timeZone }, () => office, at(issuedAt));
  return due === null ? null : new Date(due).toISOString().replace(".000", "");
};
const later = (more: object): SendRule => ({
  kind: "later",
  day: null,
  at: "00:00",
  calendar: null,
  ...more,
});

describe("a report is sent", () => {
  it("as soon as it is issued, or not at all", () => {
    expect(sent({ kind: "on_issue" }, "2026-07-04T07:00:00Z")).toBe("2026-07-04T07:00:00Z");
    expect(sent({ kind: "never" }, "2026-07-04T07:00:00Z")).toBeNull();
  });

  it("on a day of the month after the cycle, at a time of the contract's zone", () => {
    expect(sent(later({ day: 5, at: "09:00" }), "2026-07-04T07:00:00Z")).toBe("2026-07-05T07:00:00Z");
  });

  it("at once when that day is over: revisions, and months that were closed late", () => {
    expect(sent(later({ day: 5, at: "09:00" }), "2026-07-05T07:00:01Z")).toBe("2026-07-05T07:00:01Z");
    expect(sent(later({ day: 5, at: "09:00" }), "2026-09-20T00:00:00Z")).toBe("2026-09-20T00:00:00Z");
  });

  it("on the day on which the cycle ends, when that is the day; on the last one of a month that is shorter", () => {
    expect(sent(later({ day: 1, at: "09:00" }), "2026-06-30T23:00:00Z")).toBe("2026-07-01T07:00:00Z");
    const february = sendAt(
      later({ day: 31 }),
      { end: at("2026-01-31T23:00:00Z"), timeZone },
      () => office,
      at("2026-02-04T00:00:00Z"),
    );
    expect(new Date(february!).toISOString()).toBe("2026-02-27T23:00:00.000Z");
  });

  it("in working hours only, past nights, weekends and days that are closed", () => {
    expect(sent(later({ calendar: "office" }), "2026-07-02T12:34:56Z")).toBe("2026-07-02T12:34:56Z");
    expect(sent(later({ calendar: "office" }), "2026-07-02T15:00:00Z")).toBe("2026-07-03T07:00:00Z");
    expect(sent(later({ day: 4, at: "12:00", calendar: "office" }), "2026-07-03T23:00:00Z")).toBe(
      "2026-07-07T07:00:00Z",
    );
  });

  it("at once where the calendar never opens: nothing is kept back for ever", () => {
    const { sat } = office.weekly;
    const closed = { ...office, weekly: { mon: sat, tue: sat, wed: sat, thu: sat, fri: sat, sat, sun: sat } };
    expect(sendAt(later({ calendar: "shut" }), { end, timeZone }, () => closed, end + 5)).toBe(end + 5);
  });
});

it("the rule is told in plain words", () => {
  expect(
    [
      { kind: "on_issue" } as const,
      { kind: "never" } as const,
      later({ day: 5, at: "09:00", calendar: "office" }),
    ].map(sendRuleInWords),
  ).toEqual(["when it is issued", "never", 'from day 5 after the cycle, 09:00, while "office" is open']);
});
