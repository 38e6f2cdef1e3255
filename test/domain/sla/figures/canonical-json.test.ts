import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../../src/domain/sla/figures/canonical-json.ts";

describe("canonical JSON", () => {
  it("is one text whatever order the keys were written in", () => {
    expect(canonicalJson({ b: [1, { d: null, c: "é" }], a: true })).toBe(
      '{"a":true,"b":[1,{"c":"é","d":null}]}',
    );
    expect(canonicalJson({ a: true, b: [1, { c: "é", d: null }] })).toBe(
      '{"a":true,"b":[1,{"c":"é","d":null}]}',
    );
  });

  it("leaves out what is undefined", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it("refuses what has no exact text", () => {
    expect(() => canonicalJson({ share: 0.1 })).toThrow("no whole number");
    expect(() => canonicalJson([1n])).toThrow("bigint");
  });
});
