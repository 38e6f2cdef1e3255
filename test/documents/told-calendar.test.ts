import { describe, expect, it } from "vitest";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { toldCalendar } from "../../src/documents/told-calendar.ts";
import { hoursOf } from "../support/contracts.ts";

const told = (line: string, code: "en" | "da" | "nb" | "fr" = "en") =>
  toldCalendar(hoursOf(line), reportLanguage(code));

describe("a calendar in words", () => {
  it("joins neighbouring days with the same hours", () => {
    expect(told('x: { hours: { mon-fri: ["08:00-12:00", "13:00-16:00"], sat: "10:00-14:00" } }')).toMatch(
      /^Monday–Friday 08:00–12:00 \+ 13:00–16:00, Saturday 10:00–14:00, Europe\/Copenhagen$/,
    );
  });

  it("keeps days apart that a day between them separates", () => {
    expect(told('x: { hours: { mon: "08:00-12:00", wed: "08:00-12:00" } }')).toMatch(
      /^Monday 08:00–12:00, Wednesday 08:00–12:00,/,
    );
  });

  it("calls a country by its name, and a region of one by its code there", () => {
    expect(told('x: { hours: { mon: "08:00-12:00" }, holidays: [SE, DE-BY] }', "da")).toMatch(
      /lukket på helligdage \(Sverige, Tyskland \(BY\)\)$/,
    );
  });

  it("tells what is closed, in the customer's language", () => {
    expect(told('x: { hours: { mon-fri: "09:00-17:00" }, holidays: [NO], closed: [2026-06-05] }', "nb")).toBe(
      "mandag–fredag 09:00–17:00, Europe/Copenhagen, stengt på helligdager (Norge), 5. juni 2026",
    );
  });
});
