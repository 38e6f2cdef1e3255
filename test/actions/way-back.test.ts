import fc from "fast-check";
import { expect, it } from "vitest";
import { isWayTo, letterOfWayBack, wayBack } from "../../src/actions/way-back.ts";

const key = "k".repeat(32);
const anyLetter = fc
  .tuple(fc.constantFrom("msg", "mail", "link"), fc.uint8Array({ minLength: 12, maxLength: 12 }))
  .map(([kind, bytes]) => `${kind}_${Buffer.from(bytes).toString("base64url")}`);

it("a letter is known by the address that it comes back to, whatever a mail server makes of its case", () => {
  fc.assert(
    fc.property(anyLetter, (letter) => {
      const address = wayBack(key, "eighteen-signs-xyz@acme.example", letter);
      expect(address.indexOf("@")).toBe(64);
      expect(letterOfWayBack(key, address)).toBe(letter);
      expect(letterOfWayBack(key, address.toUpperCase())).toBe(letter);
      expect(letterOfWayBack("another", address)).toBeUndefined();
      expect(isWayTo(address, "Eighteen-signs-xyz@ACME.example")).toBe(true);
    }),
  );
});

it.each([
  "bounces@acme.example",
  "bounces+x@acme.example",
  "",
  "@",
  `bounces+${"0".repeat(24)}.${"0".repeat(20)}@a`,
])("%j is the address of no letter", (address) => {
  expect(letterOfWayBack(key, address)).toBeUndefined();
});

it.each([
  ["bounces@acme.example", true],
  ["bounces+1.2@acme.example", true],
  ["bounces2@acme.example", false],
  ["bounces+1.2@elsewhere.example", false],
])("%s is a way to bounces@acme.example: %s", (address, expected) => {
  expect(isWayTo(address, "bounces@acme.example")).toBe(expected);
});
