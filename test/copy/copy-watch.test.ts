import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CopyPlace, type CopyWatch, watchCopies } from "../../src/copy/copy-watch.ts";

const everyMs = 60_000;

describe("copies of the page", () => {
  let watch: CopyWatch | undefined;
  let changed: () => void;
  let told: string[];
  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
  });
  afterEach(async () => {
    const stopped = watch?.stop();
    await vi.advanceTimersByTimeAsync(2_000);
    await stopped;
    vi.useRealTimers();
  });

  /** Watches places; each brings what it is told to. */
  const over = (...places: Partial<CopyPlace>[]) => {
    watch = watchCopies({
      places: places.map((place, i) => ({
        ...{ name: `place ${i}`, isOurs: () => true, bring: () => Promise.resolve() },
        ...place,
      })),
      onChange: (listener) => (changed = listener),
      ...{ everyMs, now: Date.now },
      failed: (place, error) => told.push(`${place} fails: ${(error as Error).message}`),
      resumed: (place) => told.push(`${place} is back`),
    });
  };
  const counting = () => {
    const brought: number[] = [];
    const began = Date.now();
    return { brought, bring: async () => void brought.push(Date.now() - began) };
  };

  it("are made at once, soon after something changed, and never more often than wanted", async () => {
    const { brought, bring } = counting();
    over({ bring });
    await vi.advanceTimersByTimeAsync(0);
    expect(brought).toEqual([0]);
    for (let i = 0; i < 100; i++) {
      changed();
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(brought).toEqual([0]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(brought).toEqual([0, 60_000]);
    await vi.advanceTimersByTimeAsync(120_000);
    changed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(brought).toEqual([0, 60_000, 181_000]);
  });

  it("are made on a quiet page, too, five times more rarely, so that their age stays true", async () => {
    const { brought, bring } = counting();
    over({ bring });
    await vi.advanceTimersByTimeAsync(16 * everyMs);
    expect(brought).toEqual([0, 5, 10, 15].map((minutes) => minutes * everyMs));
  });

  it("are never made twice at once: what changes meanwhile is copied after", async () => {
    let running = 0;
    let most = 0;
    let made = 0;
    over({
      async bring() {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 90_000));
        running--;
        made++;
      },
    });
    await vi.advanceTimersByTimeAsync(5_000);
    changed();
    await vi.advanceTimersByTimeAsync(85_000);
    expect([most, made]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(91_000);
    expect([most, made]).toEqual([1, 2]);
  });

  it("of several places one that fails is told of once, keeps none of the others, and is told of when it is back", async () => {
    const { brought, bring } = counting();
    let isBroken = true;
    over({ bring: () => (isBroken ? Promise.reject(new Error("full")) : Promise.resolve()) }, { bring });
    for (let i = 0; i < 3; i++) {
      await vi.advanceTimersByTimeAsync(everyMs);
      changed();
    }
    isBroken = false;
    await vi.advanceTimersByTimeAsync(2 * everyMs);
    expect(told).toEqual(["place 0 fails: full", "place 0 is back"]);
    expect(brought.length).toBeGreaterThan(3);
  });

  it("are this server's to make only while they are its own", async () => {
    const { brought, bring } = counting();
    let derives = false;
    over({ bring, isOurs: () => derives });
    await vi.advanceTimersByTimeAsync(2 * everyMs);
    expect(brought).toEqual([]);
    derives = true;
    changed();
    await vi.advanceTimersByTimeAsync(everyMs);
    expect(brought).toHaveLength(1);
  });

  it("once stopped are made no more; what is being made may end", async () => {
    let made = 0;
    over({
      async bring() {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        made++;
      },
    });
    await vi.advanceTimersByTimeAsync(1);
    const stopped = watch!.stop();
    await vi.advanceTimersByTimeAsync(1_500);
    await stopped;
    expect(made).toBe(1);
    changed();
    await vi.advanceTimersByTimeAsync(10 * everyMs);
    expect(made).toBe(1);
  });
});
