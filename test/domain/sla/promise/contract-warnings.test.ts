import { describe, expect, it } from "vitest";
import { calendarsOf } from "../../../../src/calendars/holidays.ts";
import {
  contractWarnings,
  type WatchedService,
} from "../../../../src/domain/sla/promise/contract-warnings.ts";
import { clausesOf } from "../../../support/contracts.ts";

const now = Date.parse("2026-06-01T00:00:00Z");
const check = (intervalMs = 15_000, counts = true, locations = ["lisbon", "osaka"]) => ({
  slug: "web",
  counts,
  intervalMs,
  locations,
});
const service = (slug: string, ...checks: WatchedService["checks"]): WatchedService => ({
  slug,
  groupSlug: null,
  archived: false,
  checks,
});
const warn = (lines: string, services: WatchedService[] = [service("beacon", check())]) =>
  contractWarnings(clausesOf(lines), services, now, calendarsOf(new Map()));
const codes = (...given: Parameters<typeof warn>) => warn(...given).map(({ code }) => code);

describe("promised but not monitored", () => {
  it("stands on a contract whose service has no check, or none that counts", () => {
    expect(
      warn("covers: [beacon, lamp]", [service("beacon"), service("lamp", check(15_000, false))]),
    ).toEqual([
      {
        code: "not_monitored",
        path: ["covers"],
        detail: 'Promised but not monitored: "beacon", it has no check.',
      },
      {
        code: "not_monitored",
        path: ["covers"],
        detail: 'Promised but not monitored: "lamp", none of its checks counts.',
      },
    ]);
  });

  it("goes away with the first check that counts", () => {
    expect(codes("covers: [beacon]")).toEqual([]);
  });

  it("is told of services that have left the platform", () => {
    expect(
      codes("covers: [beacon, lamp]", [
        service("beacon", check()),
        { ...service("lamp", check()), archived: true },
      ]),
    ).toEqual(["service_gone"]);
    expect(codes("covers: { groups: [product] }")).toEqual(["nothing_covered"]);
  });

  it("is told of all of the platform where all of it was promised", () => {
    const services = [service("beacon", check()), service("lamp")];
    expect(codes("covers: [beacon]", services)).toEqual([]);
    expect(codes("covers: [beacon]\npromises: { monitoring: platform }", services)).toEqual([
      "platform_not_monitored",
    ]);
  });
});

describe("a roll-up that can never come true", () => {
  it("is told: more services than are covered, or one without weight", () => {
    expect(codes("roll_up: { at_least: 2 }")).toEqual(["roll_up_out_of_reach"]);
    const services = [service("beacon", check()), service("lamp", check())];
    expect(codes("roll_up: { weights: { beacon: 1 } }", services)).toEqual(["weight_missing"]);
  });
});

describe("a target finer than what is measured", () => {
  it("is told with its arithmetic, for the shortest cycle to come", () => {
    const [warning] = warn("covers: [beacon]\ntarget: 99.99\ntime_zone: UTC", [
      service("beacon", check(180_000)),
    ]);
    expect(warning).toEqual({
      code: "target_finer_than_measured",
      path: ["target"],
      detail:
        '"beacon/web" is asked every 3m, so the two edges of one outage are known to within 6m; 99.99 % of the 28d of 2027-02 leaves ' +
        "4m1s920ms. Whether one outage kept the target cannot be told from what is measured: ask more often.",
    });
  });

  it.each([
    ["99.99", 120_960, []],
    ["99.99", 120_961, ["target_finer_than_measured"]],
    ["100", 1_000, ["target_finer_than_measured"]],
    ["none", 86_400_000, []],
  ])("%s %% asked every %i ms", (target, intervalMs, expected) => {
    expect(
      codes(`covers: [beacon]\ntarget: ${target}\ntime_zone: UTC`, [service("beacon", check(intervalMs))]),
    ).toEqual(expected);
  });

  it("counts only the service hours, and tells of hours that never come", () => {
    const hours = (week: string) =>
      `covers: [beacon]\ntarget: 99.99\ntime_zone: UTC\nservice_hours: { hours: { ${week} } }`;
    expect(codes(hours("mon: 09:00-10:00"), [service("beacon", check(1_000))])).toEqual([
      "target_finer_than_measured",
    ]);
    expect(
      codes(hours("mon-fri: []").replace("[]", "[09:00-10:00]"), [service("beacon", check(1_000))]),
    ).toEqual([]);
    const closed = hours("mon: 09:00-10:00").replace("} }", "}, closed: 2026-01-01..2028-01-01 }");
    expect(codes(closed)).toEqual(["hours_never_open"]);
  });

  it("is asked from more than one location", () => {
    expect(codes("covers: [beacon]", [service("beacon", check(15_000, true, ["lisbon"]))])).toEqual([
      "one_location",
    ]);
  });
});

describe("a credit that comes to nothing", () => {
  const credit = (fee: string, rest: string) =>
    `covers: [beacon]\ntarget: 99.95\nfee: ${fee}\ncredit: { ${rest} }`;

  it("is told: a fee of 0, a gap below the target, a cap below the bands", () => {
    expect(codes(credit("0.00 DKK", "table: database-zones"))).toEqual(["fee_zero"]);
    expect(codes(credit("1.00 DKK", "table: storage"))).toEqual(["first_band_not_target"]);
    expect(warn(credit("1.00 DKK", "table: cloud-zones"))[0]!.detail).toBe(
      "The first band is not the target: from the target of 99.95 % to 99.99 % the promise is kept and nothing is paid.",
    );
    expect(codes(credit("1.00 DKK", "table: database-zones, cap: 50"))).toEqual(["cap_below_band"]);
    expect(codes(credit("1.00 DKK", "table: database-zones"))).toEqual([]);
  });
});

describe("a denominator that shrinks", () => {
  it("is doubted where nothing is excluded, and where a window might cover only some services", () => {
    const remove = (more: string) => `covers: [beacon, lamp]\nmaintenance: { denominator: remove${more} }`;
    const services = [service("beacon", check()), service("lamp", check())];
    expect(codes(remove(""), services)).toEqual(["removal_without_exclusion"]);
    expect(codes(remove(", exclude: true"), services)).toEqual(["denominator_partial"]);
    expect(codes("covers: [beacon]\nmaintenance: { exclude: true, denominator: remove }")).toEqual([]);
  });
});
