import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smsSegments, smsText } from "../../src/notify/sms.ts";
import { alertMessage } from "../support/messages.ts";

describe("a short message", () => {
  it.each([
    ["a".repeat(160), 1],
    ["a".repeat(161), 2],
    ["a".repeat(306), 2],
    ["a".repeat(307), 3],
    ["æøåÆØÅéèà".padEnd(160, "ø"), 1],
    ["€".repeat(80), 1],
    ["€".repeat(81), 2],
    [`ê${"a".repeat(69)}`, 1],
    [`ê${"a".repeat(70)}`, 2],
    ["😀".repeat(35), 1],
    ["😀".repeat(36), 2],
  ])("%s has its parts counted", (text, parts) => expect(smsSegments(text)).toBe(parts));

  it("says the one line and where to take it", () => {
    expect(smsText(alertMessage(), 2)).toBe(
      "Beacon is down https://status.acme.example/acknowledge/7.ops.c2VhbA",
    );
  });

  it("never has more parts than allowed, and never half an address", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 900 }),
        fc.integer({ min: 1, max: 4 }),
        (line, most) => {
          const text = smsText(alertMessage({ subject: line }), most);
          expect(smsSegments(text)).toBeLessThanOrEqual(most);
          const [, address] = /(https:\S*)$/.exec(text) ?? [];
          expect(line.includes("https:") || address === undefined || address.endsWith("/7.ops.c2VhbA")).toBe(
            true,
          );
        },
      ),
    );
  });
});
