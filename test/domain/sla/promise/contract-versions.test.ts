import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContractClauses } from "../../../../src/domain/sla/promise/clauses.ts";
import { literalClauses } from "../../../../src/domain/sla/promise/clauses.ts";
import {
  completeClauses,
  localDate,
  nextStart,
  planVersions,
  startOfDate,
  versionAt,
  type VersionDefinition,
  versionFaults,
  versionsIn,
} from "../../../../src/domain/sla/promise/contract-versions.ts";
import { cycleOf } from "../../../../src/domain/time/billing-cycle.ts";

const zone = "Europe/Copenhagen";
const clauses = (targetPercent: string): ContractClauses =>
  literalClauses({ targetPercent, timeZone: zone, anchorDay: 1 });
const on = (date: string) => startOfDate(date, zone)!;
const version = (date: string, target = "99.99", midCycle = false): VersionDefinition => ({
  effectiveAt: on(date),
  midCycle,
  reason: "",
  clauses: clauses(target),
});
const now = Date.parse("2026-06-10T10:00:00Z");

describe("versions follow each other", () => {
  const rules = (versions: VersionDefinition[], endsAt: number | null = null) =>
    versionFaults(versions, endsAt).map(({ version: i, rule }) => [i, rule]);

  it("from cycle to cycle", () => {
    expect(
      rules([version("2026-01-15"), version("2026-03-01"), version("2026-07-01")], on("2026-12-31")),
    ).toEqual([]);
  });

  it("without overlapping", () => {
    expect(rules([version("2026-01-01"), version("2026-03-01"), version("2026-03-01")])).toEqual([
      [2, "overlaps the version of 2026-03-01: each takes effect after the one before it"],
    ]);
    expect(rules([version("2026-03-01"), version("2026-02-01")])).toEqual([
      [1, expect.stringContaining("overlaps")],
    ]);
  });

  it("inside a cycle only where that is chosen", () => {
    expect(rules([version("2026-01-01"), version("2026-03-15")])).toEqual([
      [
        1,
        expect.stringMatching(
          /start of a cycle, 2026-03-01 or 2026-04-01, not on 2026-03-15; .*mid_cycle: split/,
        ),
      ],
    ]);
    expect(rules([version("2026-01-01"), version("2026-03-15", "99.9", true)])).toEqual([]);
  });

  it("and none after the end", () => {
    expect(rules([version("2026-01-01"), version("2026-07-01")], on("2026-07-01"))).toEqual([
      [1, "takes effect on 2026-07-01, and the contract ends on 2026-07-01"],
    ]);
    expect(rules([version("2026-01-01")], on("2025-01-01"))).toEqual([
      [0, expect.stringContaining("must start before it ends")],
    ]);
  });
});

describe("history is never rewritten", () => {
  const standing = [version("2026-01-01"), version("2026-07-01", "99.95")];

  it("a new contract may record versions of any date", () => {
    expect(planVersions([], standing, now)).toEqual({ record: standing, withdraw: [], faults: [] });
  });

  it("the same again changes nothing, whatever the order of keys in the database", () => {
    const shuffled = standing.map((one) => ({
      ...one,
      clauses: Object.fromEntries(Object.entries(one.clauses).reverse()) as unknown as ContractClauses,
    }));
    expect(planVersions(shuffled, standing, now)).toEqual({ record: [], withdraw: [], faults: [] });
  });

  it("terms that have been in force stay, and the way out is named", () => {
    const { record, faults } = planVersions(standing, [version("2026-01-01", "99.9"), standing[1]!], now);
    expect([record, faults.map(({ rule }) => rule)]).toEqual([
      [],
      [
        "the terms of 2026-01-01 have been in force and cannot be rewritten: write what changes as a version, effective 2026-07-01",
      ],
    ]);
  });

  it("nor can they be left out, or preceded by others", () => {
    expect(planVersions(standing, [standing[1]!], now).faults).toMatchObject([
      { rule: expect.stringContaining("taken out") },
    ]);
    expect(
      planVersions(standing, [version("2026-01-01"), version("2026-05-01", "98"), standing[1]!], now).faults,
    ).toMatchObject([{ version: 1, rule: expect.stringContaining("2026-05-01, which is over") }]);
  });

  it("coming ones change and are withdrawn", () => {
    const other = version("2026-07-01", "99.5");
    expect(planVersions(standing, [standing[0]!, other], now)).toEqual({
      record: [other],
      withdraw: [],
      faults: [],
    });
    expect(planVersions(standing, [standing[0]!], now)).toEqual({
      record: [],
      withdraw: [on("2026-07-01")],
      faults: [],
    });
  });

  it("the next cycle is the first at which anything may change", () => {
    expect(localDate(nextStart(standing, now), zone)).toBe("2026-07-01");
    expect(nextStart([version("2027-01-01")], now)).toBe(on("2027-01-01"));
  });
});

describe("the versions of a cycle", () => {
  const versions = [
    version("2026-01-15"),
    version("2026-06-01", "99.95"),
    version("2026-06-20", "99.9", true),
  ];

  it("are one, or its parts where it is split", () => {
    const dates = (label: string, endsAt: number | null = null) =>
      versionsIn({ versions, endsAt }, cycleOf(label, { timeZone: zone, anchorDay: 1 })).map((part) => [
        part.version.clauses.targetPercent,
        localDate(part.startsAt, zone),
        part.endsAt && localDate(part.endsAt, zone),
      ]);
    expect(dates("2025-12")).toEqual([]);
    expect(dates("2026-01")).toEqual([["99.99", "2026-01-15", "2026-06-01"]]);
    expect(dates("2026-06")).toEqual([
      ["99.95", "2026-06-01", "2026-06-20"],
      ["99.9", "2026-06-20", null],
    ]);
    expect(dates("2026-06", on("2026-06-10"))).toEqual([["99.95", "2026-06-01", "2026-06-10"]]);
    expect(dates("2026-07", on("2026-06-30"))).toEqual([]);
  });

  it("tile every cycle without gap or overlap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 11 }),
        fc.option(fc.integer({ min: 0, max: 400 })),
        (month, endDay) => {
          const cycle = cycleOf(`2026-${String(month + 1).padStart(2, "0")}`, {
            timeZone: zone,
            anchorDay: 1,
          });
          const endsAt = endDay === null ? null : on("2026-01-15") + (endDay + 1) * 86_400_000;
          const parts = versionsIn({ versions, endsAt }, cycle);
          parts.slice(1).forEach((part, i) => expect(part.startsAt).toBe(parts[i]!.endsAt));
          const covered =
            Math.min(cycle.end, endsAt ?? cycle.end) - Math.max(cycle.start, versions[0]!.effectiveAt);
          const total = parts.reduce(
            (sum, part) =>
              sum + Math.min(cycle.end, part.endsAt ?? cycle.end) - Math.max(cycle.start, part.startsAt),
            0,
          );
          expect(total).toBe(Math.max(0, covered));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are in force from their first ms on", () => {
    expect(versionAt(versions, on("2026-06-01"))!.clauses.targetPercent).toBe("99.95");
    expect(versionAt(versions, on("2026-06-01") - 1)!.clauses.targetPercent).toBe("99.99");
    expect(versionAt(versions, on("2026-01-15") - 1)).toBeUndefined();
  });
});

describe("dates", () => {
  it("begin at local midnight, and are refused where they do not exist", () => {
    expect(new Date(on("2026-07-01")).toISOString()).toBe("2026-06-30T22:00:00.000Z");
    expect(startOfDate("2026-02-30", zone)).toBeNull();
  });
});

describe("stored clauses of an older shape", () => {
  it("say nothing of what was not known then", () => {
    const { promises: _, correctionDays: __, ...older } = clauses("99.9");
    expect(completeClauses(older as ContractClauses)).toEqual(clauses("99.9"));
  });
});
