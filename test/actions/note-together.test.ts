import { expect, it } from "vitest";
import { noteTogether } from "../../src/actions/note-together.ts";

/** A store that takes as long as the test wants. */
function slowStore() {
  const written: string[][] = [];
  const ends: (() => void)[] = [];
  const note = noteTogether((ids) => {
    written.push([...ids]);
    return new Promise((resolve, reject) =>
      ends.push(ids.includes("bad") ? () => reject(new Error("the disk is full")) : resolve),
    );
  });
  return { note, written, end: () => ends.shift()!() };
}

it("notes the first at once, and those that come meanwhile together after it", async () => {
  const { note, written, end } = slowStore();
  const first = note("a");
  await expect.poll(() => written).toEqual([["a"]]);
  const others = [note("b"), note("c")];
  end();
  await first;
  await expect.poll(() => written).toEqual([["a"], ["b", "c"]]);
  end();
  await Promise.all(others);
});

it("fails those alone that were to be stored with what could not be, and goes on", async () => {
  const { note, written, end } = slowStore();
  const bad = note("bad");
  await expect.poll(() => written.length).toBe(1);
  const good = note("good");
  end();
  await expect(bad).rejects.toThrow("the disk is full");
  await expect.poll(() => written.length).toBe(2);
  end();
  await expect(good).resolves.toBeUndefined();
});
