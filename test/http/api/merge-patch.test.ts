import { expect, it } from "vitest";
import { mergePatch } from "../../../src/http/api/merge-patch.ts";

// The examples of RFC 7396, appendix A, whose outermost value is an object.
it.each([
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])("%j patched with %j is %j (RFC 7396)", (target, patch, patched) => {
  const before = structuredClone(target);
  expect(mergePatch(target, patch)).toEqual(patched);
  expect(target).toEqual(before);
});
