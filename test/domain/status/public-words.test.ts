import { expect, it } from "vitest";
import { messageFaults, tidyWords, titleFaults } from "../../../src/domain/status/public-words.ts";

it("counts characters as people do", () => {
  expect(titleFaults("🛠".repeat(150), "/title")).toEqual([]);
  expect(titleFaults("🛠".repeat(151), "/title")).toHaveLength(1);
});

it("takes lines and tabs in a message, not in a title", () => {
  expect(messageFaults("one\n\ttwo\r\n", "/message")).toEqual([]);
  expect(titleFaults("one\ttwo", "/title")).toHaveLength(1);
});

it("refuses marks that make words read as others", () => {
  expect(titleFaults("safe \u202Etxt.exe", "/title")).toHaveLength(1);
});

it("ends lines alike and drops space around the words", () => {
  expect(tidyWords("  a\r\nb\rc \n")).toBe("a\nb\nc");
});
