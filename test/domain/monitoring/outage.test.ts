import { expect, it } from "vitest";
import { type Outage, outageInterval } from "../../../src/domain/monitoring/outage.ts";

const observation = { start: 0, end: 1000 };
const ended: Outage = { start: 100, end: 190, lastFailAt: 160, lastOkBeforeAt: 70, firstOkAfterAt: 190 };

it("is at least first to last failing round, at most last ok before to first ok after", () => {
  expect(outageInterval(ended, "lower", observation)).toEqual({ start: 100, end: 160 });
  expect(outageInterval(ended, "observed", observation)).toEqual({ start: 100, end: 190 });
  expect(outageInterval(ended, "upper", observation)).toEqual({ start: 70, end: 190 });
});

it("reaches to the edges of the observation where no ok round was seen", () => {
  const open: Outage = { ...ended, end: null, lastOkBeforeAt: null, firstOkAfterAt: null };
  expect(outageInterval(open, "observed", observation)).toEqual({ start: 100, end: 1000 });
  expect(outageInterval(open, "upper", observation)).toEqual({ start: 0, end: 1000 });
});
