import { describe, expect, it } from "vitest";
import { momentAfter, weekBefore, weekContaining, weekOf } from "../../../src/domain/time/iso-week.ts";

const zone = "Europe/Copenhagen";
const at = (text: string) => Date.parse(text);
const hours = ({ start, end }: { start: number; end: number }) => (end - start) / 3_600_000;

describe("an ISO week", () => {
  it("runs from Monday to Monday, an hour shorter or longer where clocks change", () => {
    expect(weekOf("2026-W26", zone)).toEqual({
      label: "2026-W26",
      start: at("2026-06-21T22:00:00Z"),
      end: at("2026-06-28T22:00:00Z"),
    });
    expect(["2026-W13", "2026-W14", "2026-W43"].map((label) => hours(weekOf(label, zone)))).toEqual([
      167, 168, 169,
    ]);
  });

  it("belongs to the year that holds its Thursday", () => {
    expect(weekContaining(at("2027-01-02T12:00:00Z"), zone).label).toBe("2026-W53");
    expect(weekContaining(at("2024-12-31T12:00:00Z"), zone).label).toBe("2025-W01");
    expect(() => weekOf("2025-W53", zone)).toThrow("no week of the calendar");
    expect(() => weekOf("2025-W00", zone)).toThrow("no week of the calendar");
  });

  it("is over to the ms: the last whole one at its end is itself", () => {
    const week = weekOf("2026-W26", zone);
    expect(weekContaining(week.end - 1, zone)).toEqual(week);
    expect(weekContaining(week.start, zone)).toEqual(week);
    expect(weekBefore(week.end, zone)).toEqual(week);
    expect(weekBefore(week.end - 1, zone).label).toBe("2026-W25");
  });

  it("is told of at a wall time of the week after, whatever clocks do meanwhile", () => {
    const moment = (day: "mon" | "sun", time: string) =>
      new Date(momentAfter(weekOf("2026-W12", zone), day, time, zone)).toISOString();
    expect(moment("mon", "07:00")).toBe("2026-03-23T06:00:00.000Z");
    expect(moment("sun", "07:00")).toBe("2026-03-29T05:00:00.000Z");
    expect(moment("sun", "02:30")).toBe("2026-03-29T01:00:00.000Z");
  });
});
