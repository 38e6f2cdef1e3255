import { expect, it } from "vitest";
import {
  openCheckSecret,
  openSealed,
  seal,
  sealCheckSecret,
  type SealPurpose,
} from "../../src/actions/sealed-text.ts";

const at: SealPurpose = { secretKey: "a key of the test", purpose: "authenticators", bound: "prs_1" };
const clear = new TextEncoder().encode("hunter2");

it("opens what was sealed for the same purpose with the same key", () => {
  expect(openSealed(at, seal(at, clear))).toEqual(clear);
});

it.each([
  ["another key", { secretKey: "another key" }],
  ["another purpose", { purpose: "checks" as const }],
  ["another person", { bound: "prs_2" }],
])("opens nothing with %s", (_, over) => {
  expect(() => openSealed({ ...at, ...over }, seal(at, clear))).toThrow();
});

it("seals the same secret to another text each time", () => {
  expect(sealCheckSecret("key", "hunter2")).not.toBe(sealCheckSecret("key", "hunter2"));
});

it("gives nothing for a text that was never sealed here", () => {
  expect(openCheckSecret("key", sealCheckSecret("key", "hünter}2"))).toBe("hünter}2");
  expect(openCheckSecret("another", sealCheckSecret("key", "hunter2"))).toBeUndefined();
  expect(openCheckSecret("key", "kept")).toBeUndefined();
});
