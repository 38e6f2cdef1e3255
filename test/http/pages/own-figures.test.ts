import { expect, it, vi } from "vitest";
import { keepOwnFigures, type OwnFigures } from "../../../src/http/pages/own-figures.ts";

const figures = (portal: string): OwnFigures => ({
  ...{ say: (key: string) => key, customer: "Acme", portal },
  ...{ running: [], cycles: [], years: [], reports: [] },
});

it("own figures are read once for all who ask in a language, and again when they are old", async () => {
  const read = vi.fn((code: string, now: number) => Promise.resolve(figures(`${code} ${now}`)));
  const kept = keepOwnFigures({ ownFigures: read, onError: expect.unreachable });
  await Promise.all([kept.first("en", 0), kept.first("en", 0)]);
  expect(kept.peek("en", 9_999)).toMatchObject({ readAt: 0, figures: { portal: "en 0" } });
  expect(kept.first("en", 9_999)).toBeNull();
  expect(read).toHaveBeenCalledTimes(1);
  expect(kept.peek("en", 10_000)!.readAt).toBe(0);
  await vi.waitFor(() => expect(kept.peek("en", 10_000)!.readAt).toBe(10_000));
  expect(kept.peek("da", 10_000)).toBeNull();
});

it("while they cannot be read, the last are told, of when they are, and it is tried again now and then", async () => {
  const errors: unknown[] = [];
  let isAway = false;
  let asked = 0;
  const kept = keepOwnFigures({
    async ownFigures() {
      asked++;
      return isAway ? Promise.reject(new Error("away")) : figures("/portal");
    },
    onError: (error) => errors.push(error),
  });
  isAway = true;
  await kept.first("en", 0);
  expect([kept.peek("en", 1), kept.first("en", 1), errors.length]).toEqual([null, null, 1]);
  isAway = false;
  await kept.first("en", 20_000);
  isAway = true;
  for (let now = 21_000; now < 60_000; now += 1_000) {
    expect(kept.peek("en", now)!.readAt).toBe(20_000);
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(asked).toBeLessThan(8);
});
