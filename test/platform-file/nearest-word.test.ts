import { describe, expect, it } from "vitest";
import { nearestWord, orList } from "../../src/platform-file/nearest-word.ts";

describe("the nearest word", () => {
  const words = ["interval", "timeout", "time_zone", "slow_above", "confirm", "up"];

  it.each([
    ["intervall", "interval"],
    ["intreval", "interval"],
    ["timeZone", "time_zone"],
    ["time-zone", "time_zone"],
    ["slowAbove", "slow_above"],
    ["u", "up"],
    ["comfirm", "confirm"],
  ])("to %s is %s", (word, nearest) => {
    expect(nearestWord(word, words)).toBe(nearest);
  });

  it.each(["zebra", "", "intercontinental"])("to %j is none of these", (word) => {
    expect(nearestWord(word, words)).toBeUndefined();
  });

  it("is the first of several that are as near", () => {
    expect(nearestWord("ipv5", ["ipv4", "ipv6"])).toBe("ipv4");
  });
});

describe("a list of words", () => {
  it.each([
    [[], ""],
    [["a"], '"a"'],
    [["a", "b"], '"a" or "b"'],
    [["a", "b", "c"], '"a", "b" or "c"'],
  ])("%j reads %s", (words, text) => {
    expect(orList(words)).toBe(text);
  });
});
