import fc from "fast-check";
import { expect, it } from "vitest";
import { letterId, letterKinds, newLetterId, readLetterId } from "../../src/actions/letter-id.ts";

it("a letter's id tells its kind and its signs again, whichever they are", () => {
  fc.assert(
    fc.property(fc.constantFrom(...letterKinds), fc.base64String(), (kind, signs) => {
      expect(readLetterId(letterId(kind, signs))).toEqual({ kind, signs });
    }),
  );
  expect(["", "mail", "msg-1", "report_1"].map(readLetterId)).toEqual(Array(4).fill(undefined));
});

it("a new one has 16 signs of its own", () => {
  for (const kind of ["message", "mailing"] as const) {
    const ids = Array.from({ length: 100 }, () => newLetterId(kind));
    expect(new Set(ids).size).toBe(100);
    ids.forEach((id) =>
      expect([readLetterId(id)?.kind, id.length]).toEqual([kind, letterId(kind, "").length + 16]),
    );
  }
});
