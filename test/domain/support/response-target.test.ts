import { describe, expect, it } from "vitest";
import { dueAt, needsHours, targetInWords } from "../../../src/domain/support/response-target.ts";
import { expandCalendar } from "../../../src/calendars/holidays.ts";
import { hoursOf } from "../../support/contracts.ts";

const office = expandCalendar(hoursOf("o: { time_zone: UTC, hours: { mon-fri: 09:00-17:00 } }"));
const friday = Date.parse("2026-06-12T16:00:00Z");
const hourMs = 3_600_000;
const iso = (at: number | null) => at && new Date(at).toISOString();

describe("a deadline", () => {
  it("in working time waits for the hours, in clock time for nothing", () => {
    expect(iso(dueAt({ kind: "within", ms: 2 * hourMs, clock: "working" }, office, friday))).toBe(
      "2026-06-15T10:00:00.000Z",
    );
    expect(iso(dueAt({ kind: "within", ms: 2 * hourMs, clock: "clock" }, office, friday))).toBe(
      "2026-06-12T18:00:00.000Z",
    );
  });

  it("at closing time is due at closing time", () => {
    expect(iso(dueAt({ kind: "within", ms: hourMs, clock: "working" }, office, friday))).toBe(
      "2026-06-12T17:00:00.000Z",
    );
  });

  it("by the end of the next working day skips the weekend", () => {
    expect(iso(dueAt({ kind: "end_of_next_working_day" }, office, friday))).toBe("2026-06-15T17:00:00.000Z");
  });

  it("at once is due when it is opened, best efforts never", () => {
    expect(dueAt({ kind: "at_once" }, null, friday)).toBe(friday);
    expect(dueAt({ kind: "none" }, office, friday)).toBeNull();
  });

  it("in working time cannot be told without hours", () => {
    expect(dueAt({ kind: "within", ms: 1, clock: "working" }, null, friday)).toBeNull();
    expect(needsHours({ kind: "within", ms: 1, clock: "working" })).toBe(true);
    expect(needsHours({ kind: "end_of_next_working_day" })).toBe(true);
    expect(needsHours({ kind: "within", ms: 1, clock: "clock" })).toBe(false);
  });

  it.each([
    [{ kind: "within", ms: 12 * hourMs, clock: "working" } as const, "within 12h of working time"],
    [{ kind: "within", ms: 12 * hourMs, clock: "clock" } as const, "within 12h"],
    [{ kind: "end_of_next_working_day" } as const, "by the end of the next working day"],
    [{ kind: "at_once" } as const, "at once"],
    [{ kind: "none" } as const, "best efforts"],
  ])("reads as it is promised: %j", (target, words) => {
    expect(targetInWords(target)).toBe(words);
  });
});
