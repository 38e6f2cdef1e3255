import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dutyAt,
  dutyPlan,
  hoursOf,
  type OpenTimeOf,
  type Rota,
  type RotaLayer,
  type RotaOverride,
} from "../../../src/domain/alerting/rota.ts";
import { parseLocalTime, printLocalTime } from "../../../src/domain/time/local-time.ts";

const timeZone = "Europe/Copenhagen";
const local = (text: string) => parseLocalTime(text, timeZone);
const hour = 3_600_000;
const member = (person: string, ...channels: string[]) => ({ person, channels });

function layer(members: string[], more: Partial<RotaLayer> = {}): RotaLayer {
  return {
    members: members.map((one) => member(one)),
    ...{ every: { count: 1, unit: "week" as const }, starts: "2026-10-19", handOver: "09:00", hours: null },
    ...more,
  };
}

const weekly: Rota = {
  ...{ slug: "platform", title: "Platform", timeZone },
  layers: [layer(["anna", "bo", "cy"])],
};
/** Open each day from 8 to 16, UTC. */
const office: OpenTimeOf = (_, { start, end }) => {
  const days: { start: number; end: number }[] = [];
  for (let day = Math.floor(start / (24 * hour)) * 24 * hour; day < end; day += 24 * hour) {
    const open = { start: Math.max(start, day + 8 * hour), end: Math.min(end, day + 16 * hour) };
    if (open.start < open.end) {
      days.push(open);
    }
  }
  return days;
};
const plan = (rota: Rota, from: string, to: string, overrides: RotaOverride[] = []) =>
  dutyPlan(rota, overrides, { start: local(from), end: local(to) }, office).map(
    ({ start, duty }) => `${printLocalTime(start, timeZone)} ${duty?.person ?? "nobody"}`,
  );
const override = (id: number, person: string, start: string, end: string): RotaOverride => ({
  ...{ id, rota: "platform", person, start: local(start), end: local(end) },
});

describe("a rota", () => {
  it("hands over every week at the same wall time, also when clocks change", () => {
    expect(plan(weekly, "2026-10-19 09:00", "2026-11-16 09:00")).toEqual([
      "2026-10-19 09:00 anna",
      "2026-10-26 09:00 bo",
      "2026-11-02 09:00 cy",
      "2026-11-09 09:00 anna",
    ]);
  });

  it("has nobody on duty before it begins, and shows the gap", () => {
    expect(plan(weekly, "2026-10-18 00:00", "2026-10-20 00:00")).toEqual([
      "2026-10-18 00:00 nobody",
      "2026-10-19 09:00 anna",
    ]);
  });

  it("lets somebody take over, the later of two holds, and goes back to whose turn it is", () => {
    const overrides = [
      override(1, "bo", "2026-10-20 18:00", "2026-10-21 08:00"),
      override(2, "cy", "2026-10-20 22:00", "2026-10-21 02:00"),
    ];
    expect(plan(weekly, "2026-10-20 12:00", "2026-10-21 12:00", overrides)).toEqual([
      "2026-10-20 12:00 anna",
      "2026-10-20 18:00 bo",
      "2026-10-20 22:00 cy",
      "2026-10-21 02:00 bo",
      "2026-10-21 08:00 anna",
    ]);
    const other = [{ ...overrides[0]!, rota: "database" }];
    expect(plan(weekly, "2026-10-20 12:00", "2026-10-21 12:00", other)).toHaveLength(1);
  });

  it("reaches whoever takes over as in their own turns, and others by their mail", () => {
    const rota = {
      ...weekly,
      layers: [{ ...layer([]), members: [member("anna"), member("bo", "bo-phone")] }],
    };
    const duty = (person: string) =>
      dutyAt(
        rota,
        [override(1, person, "2026-10-20 18:00", "2026-10-21 08:00")],
        local("2026-10-20 19:00"),
        office,
      );
    expect(duty("bo")).toEqual({ person: "bo", channels: ["bo-phone"], override: 1 });
    expect(duty("dan")).toEqual({ person: "dan", channels: [], override: 1 });
  });

  it("asks its layers in order: hours of a calendar may belong to others", () => {
    const layered: Rota = {
      ...weekly,
      layers: [
        layer(["day"], { hours: { calendar: "office", side: "inside" } }),
        layer(["anna", "bo"], { every: { count: 1, unit: "day" } }),
      ],
    };
    expect(plan(layered, "2026-11-02 00:00", "2026-11-03 12:00")).toEqual([
      "2026-11-02 00:00 bo",
      "2026-11-02 09:00 day",
      "2026-11-02 17:00 anna",
      "2026-11-03 09:00 day",
    ]);
    const within = { start: local("2026-11-02 00:00"), end: local("2026-11-03 00:00") };
    expect(hoursOf({ calendar: "office", side: "outside" }, within, office)).toHaveLength(2);
  });

  it("has exactly one answer for every instant, and somebody on duty wherever no gap is shown", () => {
    const start = local("2026-10-20 00:00");
    const instants = fc.integer({ min: 0, max: 14 * 24 - 1 });
    const overridesArbitrary = fc.array(
      fc.tuple(fc.constantFrom("anna", "dan"), instants, fc.integer({ min: 1, max: 50 })),
      { maxLength: 6 },
    );
    const rotas = fc.record({
      count: fc.integer({ min: 1, max: 3 }),
      unit: fc.constantFrom("day" as const, "week" as const),
      members: fc.integer({ min: 1, max: 4 }),
      hours: fc.constantFrom(null, { calendar: "office", side: "outside" as const }),
    });
    fc.assert(
      fc.property(rotas, overridesArbitrary, instants, ({ count, unit, members, hours }, taken, at) => {
        const names = ["anna", "bo", "cy", "dan"].slice(0, members);
        const rota = { ...weekly, layers: [layer(names, { every: { count, unit }, hours }), layer(names)] };
        const overrides = taken.map(([person, from, length], i) => ({
          ...{ id: i, rota: "platform", person },
          ...{ start: start + from * hour, end: start + (from + length) * hour },
        }));
        const within = { start, end: start + 14 * 24 * hour };
        const stretches = dutyPlan(rota, overrides, within, office);
        expect(stretches[0]!.start).toBe(within.start);
        expect(stretches.at(-1)!.end).toBe(within.end);
        stretches.slice(1).forEach((one, i) => expect(one.start).toBe(stretches[i]!.end));
        expect(stretches.every(({ duty }) => duty !== null)).toBe(true);
        const instant = start + at * hour;
        const stretch = stretches.find((one) => one.start <= instant && instant < one.end);
        expect(dutyAt(rota, overrides, instant, office)).toEqual(stretch?.duty ?? null);
      }),
      { numRuns: 60 },
    );
  });
});
