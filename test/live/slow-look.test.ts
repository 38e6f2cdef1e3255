import { expect, it } from "vitest";
import { openSlowLook } from "../../src/live/slow-look.ts";

function openAt(look: (now: number) => Promise<number>) {
  const clock = { now: 1_000 };
  const seen = { times: 0, failures: [] as unknown[] };
  const slow = openSlowLook(look, {
    atLeastMs: 60_000,
    now: () => clock.now,
    failed: (error) => seen.failures.push(error),
    onSeen: () => void seen.times++,
  });
  return { clock, seen, slow };
}

it("gives what was seen last, and looks again after a while", async () => {
  const { clock, seen, slow } = openAt((now) => Promise.resolve(now));
  expect(slow.latest(1_000)).toBeNull();
  await slow.settled();
  expect([slow.latest(60_999), seen.times]).toEqual([1_000, 1]);
  clock.now = 61_000;
  expect(slow.latest(61_000)).toBe(1_000);
  await slow.settled();
  expect([slow.latest(61_001), seen.times]).toEqual([61_000, 2]);
});

it("looks the more rarely the longer it takes", async () => {
  const { clock, slow } = openAt((now) => {
    clock.now = now + 10_000;
    return Promise.resolve(now);
  });
  slow.latest(1_000);
  await slow.settled();
  slow.latest(11_000 + 199_999);
  await slow.settled();
  expect(slow.latest(11_000 + 199_999)).toBe(1_000);
  slow.latest(11_000 + 200_000);
  await slow.settled();
  expect(slow.latest(11_000 + 200_001)).toBe(211_000);
});

it("keeps what was seen when a look fails, and tries again", async () => {
  let fails = false;
  const { clock, seen, slow } = openAt((now) =>
    fails ? Promise.reject(new Error("away")) : Promise.resolve(now),
  );
  slow.latest(1_000);
  await slow.settled();
  fails = true;
  clock.now = 70_000;
  slow.latest(70_000);
  await slow.settled();
  expect([slow.latest(70_001), seen.failures.length]).toEqual([1_000, 1]);
});

it("forgets what it saw, also what it is about to see", async () => {
  const { seen, slow } = openAt((now) => Promise.resolve(now));
  slow.latest(1_000);
  slow.forget();
  await slow.settled();
  expect([seen.times, slow.latest(1_000)]).toEqual([0, null]);
});
