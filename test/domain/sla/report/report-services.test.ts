import { describe, expect, it } from "vitest";
import { judgePart } from "../../../../src/domain/sla/report/report-part.ts";
import { tellServices } from "../../../../src/domain/sla/report/report-services.ts";
import { at, clauses, fullInputs, inputs, july, part } from "../../../support/reports.ts";

function told(given = fullInputs()) {
  return tellServices(
    given.parts.map((one) => judgePart(one, given)),
    given,
  );
}

describe("the services of a report", () => {
  it("tell each outage with its three lengths, what is excluded of it, and what counts", () => {
    const [beacon] = told();
    expect(beacon!.outages).toEqual([
      {
        check: "beacon-http",
        start: "2026-07-09T14:02:10.000Z",
        end: "2026-07-09T14:06:50.000Z",
        lower_ms: 275_000,
        observed_ms: 280_000,
        upper_ms: 295_000,
        excluded_ms: 0,
        counted_ms: 280_000,
      },
      expect.objectContaining({ observed_ms: 1_500_000, excluded_ms: 1_200_000, counted_ms: 300_000 }),
      expect.objectContaining({ observed_ms: 25_000, counted_ms: 0 }),
    ]);
  });

  it("tell of an outage the minutes that count for it", () => {
    const minutes = part({ clauses: clauses({ granularity: "minute_any" }) });
    const [beacon] = told(inputs({ parts: [minutes] }));
    expect(beacon!.outages.map(({ counted_ms }) => counted_ms)).toEqual([300_000, 60_000]);
  });

  it("lay corrections over the timeline and leave the outage as it was measured", () => {
    const [beacon] = told();
    expect(beacon!.timeline.some(({ start }) => start === new Date(at(21, 3, 30)).toISOString())).toBe(false);
    expect(beacon!.outages[2]!.observed_ms).toBe(25_000);
  });

  it("tell how much of its time a location observed, cut off", () => {
    const [beacon, lantern] = told();
    expect(beacon!.locations[1]).toMatchObject({ location: "Osaka", coverage_percent: "98.939665" });
    expect(lantern!.coverage_percent).toBe("99.865470");
  });

  it("tell coverage by location of the time that counts: silence outside of it takes nothing away", () => {
    const month = { start: july.start, end: july.end };
    const silences = [
      // Silent for a day.
      { location: "lisbon", asked: [month], silent: [{ start: at(10), end: at(11) }] },
      // Asked for the last ten days.
      { location: "osaka", asked: [{ start: july.end - 864_000_000, end: july.end }], silent: [] },
    ];
    const beacon = { ...inputs().services[0]!, silences };
    const julyMs = july.end - july.start;
    expect(told(inputs({ services: [beacon] }))[0]!.locations).toEqual([
      { location: "lisbon", coverage_percent: "96.774193", observed_ms: julyMs - 86_400_000, of_ms: julyMs },
      { location: "osaka", coverage_percent: "100.000000", observed_ms: 864_000_000, of_ms: 864_000_000 },
    ]);
    const half = part({ endsAt: at(10, 12) });
    expect(told(inputs({ services: [beacon], parts: [half] }))[0]!.locations[0]).toMatchObject({
      observed_ms: at(10) - july.start,
      of_ms: at(10, 12) - july.start,
    });
  });
});
