import { describe, expect, it } from "vitest";
import { watchDatabase } from "../../src/live/database-watch.ts";

const noRoom = Object.assign(new Error("could not extend file: No space left on device"), { code: "53100" });
const gone = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

function watched() {
  const said: string[] = [];
  const watch = watchDatabase({
    setAway: (since) => said.push(since === null ? "here" : `away since ${since}`),
    lost: (reason) => said.push(reason),
    back: (ms) => said.push(`back after ${ms}`),
  });
  return { said, watch };
}

describe("the watch over the database", () => {
  it("says once that it cannot be used, however often it fails, and once that it is back", () => {
    const { said, watch } = watched();
    [10, 11, 12].forEach((at) => expect(watch.failed(gone, at)).toBe(true));
    watch.succeeded(20, false);
    watch.succeeded(21, true);
    expect(said).toEqual(["away since 10", "connect ECONNREFUSED", "here", "back after 10"]);
  });

  it("says once more when a database without room no longer answers at all", () => {
    const { said, watch } = watched();
    [noRoom, noRoom, gone, gone].forEach((error, at) => watch.failed(error, at));
    expect(said).toEqual([
      "away since 0",
      "could not extend file: No space left on device (53100)",
      "connect ECONNREFUSED",
    ]);
  });

  it("holds a database without room for away while it only answers, until it stores again", () => {
    const { said, watch } = watched();
    watch.failed(noRoom, 0);
    watch.succeeded(1, false);
    expect(watch.isAway()).toBe(true);
    watch.succeeded(2, true);
    expect(watch.isAway()).toBe(false);
    expect(said.at(-1)).toBe("back after 2");
  });

  it("leaves what is a defect to others", () => {
    const { said, watch } = watched();
    expect(watch.failed(new Error("x is not a function"), 0)).toBe(false);
    expect(said).toEqual([]);
  });
});
