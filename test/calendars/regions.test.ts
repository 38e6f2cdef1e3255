import { describe, expect, it } from "vitest";
import { publicHolidays } from "../../src/calendars/holidays.ts";
import { holidayRegions, isHolidayRegion, regionName } from "../../src/calendars/regions.ts";
import { usualRegions } from "../../src/domain/time/calendar-definition.ts";

describe("regions of public holidays", () => {
  it("are every country that the library knows, with the regions of each, and the usual ones among them", () => {
    const all = holidayRegions();
    expect(all.length).toBeGreaterThan(600);
    expect(new Set(all).size).toBe(all.length);
    for (const code of [...usualRegions, "DE", "DE-BY", "DE-BY-A", "US-CA", "JP", "SE", "FI", "IS"]) {
      expect([code, all.includes(code), isHolidayRegion(code)]).toEqual([code, true, true]);
    }
    expect(["DKK", "XX", "DE-XX", "de", ""].map(isHolidayRegion)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("have a name in the reader's language", () => {
    expect(regionName("DE", "da-DK")).toBe("Tyskland");
    expect(regionName("GB-ENG", "en-GB")).toBe("United Kingdom: England");
    expect(regionName("DE-BY-A", "fr-FR")).toMatch(/^Allemagne: .+: .+Augsburg/);
    for (const code of holidayRegions()) {
      expect([code, regionName(code, "en-GB").trim() !== ""]).toEqual([code, true]);
    }
  });
});

describe("public holidays of the world", () => {
  it("differ between regions of a country", () => {
    const [country, bavaria, augsburg] = ["DE", "DE-BY", "DE-BY-A"].map((code) => publicHolidays(code, 2026));
    expect(country).not.toContain("2026-01-06");
    expect(bavaria).toContain("2026-01-06");
    expect([bavaria!.includes("2026-08-08"), augsburg!.includes("2026-08-08")]).toEqual([false, true]);
  });

  it("last as many days as they do there, across the turn of a year, too", () => {
    expect(publicHolidays("KR", 2026)).toEqual(
      expect.arrayContaining(["2026-02-17", "2026-02-18", "2026-02-19"]),
    );
    expect(publicHolidays("RO", 2026)).toEqual(expect.arrayContaining(["2026-01-01", "2026-01-02"]));
  });

  it("are no day that is free only from noon on", () => {
    expect(publicHolidays("FO", 2026)).not.toContain("2026-06-05");
  });

  it("are dates of the year that is asked for, in order, each once, wherever", () => {
    for (const code of holidayRegions().filter((_, i) => i % 9 === 0)) {
      const dates = publicHolidays(code, 2027);
      expect([code, dates]).toEqual([code, [...new Set(dates)].sort()]);
      expect([code, dates.filter((date) => !/^20(26|27|28)-\d\d-\d\d$/.test(date))]).toEqual([code, []]);
    }
  });
});
