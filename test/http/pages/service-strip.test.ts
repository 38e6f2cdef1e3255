import { describe, expect, it } from "vitest";
import { localDaysBefore } from "../../../src/domain/time/local-day.ts";
import type { MeasuredService } from "../../../src/domain/status/service.ts";
import { readLanguages } from "../../../src/http/language.ts";
import { commitmentOf } from "../../../src/http/pages/conditions.ts";
import type { PageContext } from "../../../src/http/pages/markup.ts";
import { monthFigures } from "../../../src/http/pages/month-figure.ts";
import { type Said, serviceStrip } from "../../../src/http/pages/service-strip.ts";
import { day, hour, incident, maintenance, measured, minute, now } from "../../support/boards.ts";

const languages = readLanguages();
const contextAt = (at: number, code = "en"): PageContext => ({
  ...{ language: languages.get(code)!, base: "", timeZone: "Europe/Copenhagen", now: at },
});
const down = { agoMs: 20 * day, lengthMs: 95_000, state: "down" } as const;
const aService = () => measured("beacon", "Beacon", null, [down]);
const silence: Said = { incidents: [], windows: [] };
const strip = (service: MeasuredService, at: number, said = silence, code = "en") => {
  const context = contextAt(at, code);
  return serviceStrip(service, said, localDaysBefore(at, 90, context.timeZone), context);
};

describe("the strip of a service that is printed again", () => {
  it("is found as it was while the day lasts, and is what it would be if it were made anew", () => {
    const service = aService();
    const first = strip(service, now);
    const later = strip(service, now + 2 * hour);
    expect(later.days).toBe(first.days);
    expect(later).toEqual(strip(aService(), now + 2 * hour));
    expect(first.summary).toContain("1");
  });

  it.each<[string, Parameters<typeof strip>[1], Said, string]>([
    ["the day is over", now + day, silence, "en"],
    ["it is read in another language", now, silence, "da"],
    [
      "something is said of it",
      now,
      { incidents: [incident("INC-1", "Slow", ["beacon"], 3 * day, hour)], windows: [] },
      "en",
    ],
  ])("is made anew once %s", (_, at, said, code) => {
    const service = aService();
    const first = strip(service, now);
    const other = strip(service, at, said, code);
    expect(other).not.toEqual(first);
    expect(other).toEqual(strip(aService(), at, said, code));
  });

  it("follows what lasts, and planned work that begins by the clock", () => {
    const open: Said = {
      incidents: [incident("INC-2", "Slow", ["beacon"], 5 * minute, null)],
      windows: [],
    };
    const planned: Said = { incidents: [], windows: [maintenance("M-1", "Move", ["beacon"], hour, hour)] };
    for (const said of [open, planned]) {
      const service = aService();
      strip(service, now, said);
      expect(strip(service, now + 90 * minute, said)).toEqual(strip(aService(), now + 90 * minute, said));
    }
    const windows = (at: number) => {
      const service = aService();
      strip(service, now, planned);
      return strip(service, at, planned).days[0]!.links.length;
    };
    expect([windows(now + minute), windows(now + 90 * minute)]).toEqual([0, 1]);
  });
});

it("months that are over are told as they were, the running one as it is now", () => {
  const board = {
    settings: { timeZone: "Europe/Copenhagen", commitment: { targetPercent: "99.99", anchorDay: 1 } },
  };
  const commitment = commitmentOf(board as Parameters<typeof commitmentOf>[0]);
  const service = aService();
  for (const at of [now, now + 3 * hour, now + 20 * day, now]) {
    expect(monthFigures(service, commitment, contextAt(at))).toEqual(
      monthFigures(aService(), commitment, contextAt(at)),
    );
  }
});
