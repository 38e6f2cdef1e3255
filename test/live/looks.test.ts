import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepLooking } from "../../src/live/looks.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("looks at every beat, and one look at a time", async () => {
  const steps: string[] = [];
  const open = Promise.withResolvers<void>();
  const { look, end } = keepLooking(async () => {
    steps.push("begun");
    await open.promise;
    steps.push("over");
  }, 100);
  await vi.advanceTimersByTimeAsync(100);
  const second = look();
  await vi.advanceTimersByTimeAsync(50);
  expect(steps).toEqual(["begun"]);
  open.resolve();
  await second;
  expect(steps).toEqual(["begun", "over", "begun", "over"]);
  await end();
});

it("begins no look once it has ended, and has ended when none is under way", async () => {
  const steps: string[] = [];
  const open = Promise.withResolvers<void>();
  const { look, end } = keepLooking(async () => {
    steps.push("begun");
    await open.promise;
    steps.push("over");
  }, 100);
  const first = look();
  await vi.advanceTimersByTimeAsync(0);
  void look();
  const ended = end().then(() => void steps.push("ended"));
  open.resolve();
  await Promise.all([first, ended]);
  await look();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(steps).toEqual(["begun", "over", "ended"]);
});
