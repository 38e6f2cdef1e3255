import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tellSupport } from "../../../../src/domain/sla/report/report-support.ts";
import { at, computed, inputs, july, supportInputs } from "../../../support/reports.ts";

const support = supportInputs().support!;

describe("answers and solutions in a report", () => {
  it("are told with what was promised, and whether it was kept", () => {
    const { totals, promises } = tellSupport(support, july);
    expect(
      promises.map(({ reference, promise, priority, outcome }) => [reference, promise, priority, outcome]),
    ).toEqual([
      ["REQ-2026-0001", "response", "Normal", "met"],
      ["REQ-2026-0001", "resolution", "Normal", "met"],
      ["REQ-2026-0002", "response", "High", "missed"],
      ["REQ-2026-0002", "resolution", "Normal", "met"],
      ["INC-2026-0001", "response", "High", "met"],
      ["INC-2026-0001", "resolution", "High", "missed"],
    ]);
    expect(totals).toEqual([
      { priority: "High", promise: "response", met: 1, missed: 1 },
      { priority: "High", promise: "resolution", met: 0, missed: 1 },
      { priority: "Normal", promise: "response", met: 1, missed: 0 },
      { priority: "Normal", promise: "resolution", met: 2, missed: 0 },
    ]);
  });

  it("tell how long the clock stood still", () => {
    const [first] = tellSupport(support, july).promises;
    expect(first).toMatchObject({
      stood_still_ms: at(1, 7) - at(-1, 13, 30),
      ended_at: "2026-07-01T08:00:00.000Z",
    });
  });

  it("that were missed and still wait have no end", () => {
    const { promises } = tellSupport(support, { start: july.start, end: at(10, 8) });
    expect(promises.at(-1)).toMatchObject({ reference: "INC-2026-0001", outcome: "missed", ended_at: null });
  });

  it("belong to one cycle each, however a year is cut", () => {
    const whole = { start: july.start - 90 * 86_400_000, end: july.end + 90 * 86_400_000 };
    const all = tellSupport(support, whole).promises.map(({ reference, promise, outcome }) => [
      reference,
      promise,
      outcome,
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: whole.start + 1, max: whole.end - 1 }), { maxLength: 6 }),
        (cuts) => {
          const edges = [whole.start, ...new Set(cuts.toSorted((a, b) => a - b)), whole.end];
          const told = edges
            .slice(1)
            .flatMap((end, i) => tellSupport(support, { start: edges[i]!, end }).promises)
            .map(({ reference, promise, outcome }) => [reference, promise, outcome]);
          expect(told.toSorted()).toEqual(all.toSorted());
        },
      ),
    );
  });

  it("stand in the report where support is promised, and nowhere else", () => {
    expect("support" in computed(inputs()).report).toBe(false);
    expect(computed(supportInputs()).report.support!.promises).toHaveLength(6);
  });
});
