import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { soon } from "../../src/live/soon.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("answers a flurry once, a moment after its last call", () => {
  const work = vi.fn();
  const { call } = soon(50, 500, work);
  for (let i = 0; i < 5; i++) {
    call();
    vi.advanceTimersByTime(30);
  }
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(20);
  expect(work).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(1000);
  expect(work).toHaveBeenCalledOnce();
});

it("answers calls that never cease after the longest wait, and counts anew from the next one", () => {
  const times: number[] = [];
  let passed = 0;
  const { call } = soon(50, 500, () => void times.push(passed));
  for (; passed < 1200; passed += 10) {
    call();
    vi.advanceTimersByTime(10);
  }
  expect(times).toEqual([490, 990]);
});

it("answers nothing once it has ended, whoever calls before or after", async () => {
  const work = vi.fn();
  const { call, end } = soon(50, 500, work);
  call();
  await end();
  call();
  vi.advanceTimersByTime(1000);
  expect(work).not.toHaveBeenCalled();
});

it("has ended only when no answer is under way", async () => {
  const steps: string[] = [];
  const work = Promise.withResolvers<void>();
  const { call, end } = soon(50, 500, () => work.promise.then(() => void steps.push("answered")));
  call();
  vi.advanceTimersByTime(50);
  const ended = end().then(() => void steps.push("ended"));
  work.resolve();
  await ended;
  expect(steps).toEqual(["answered", "ended"]);
});
