import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  judgeFiles,
  mostBytesAtOnce,
  mostBytesOfRequest,
  mostFilesAtOnce,
} from "../../../src/domain/support/request-file.ts";

describe("files that come with a mail", () => {
  it.each([
    ["as many as may come", Array<number>(11).fill(1), 0, [...Array<null>(10).fill(null), "too_many"]],
    ["as large as they may be together", [mostBytesAtOnce], 0, [null]],
    ["a byte larger", [mostBytesAtOnce + 1, 1], 0, ["too_large", null]],
    ["as much as the request may hold", [1, 1], mostBytesOfRequest - 1, [null, "full"]],
    ["nothing at all", [0], mostBytesOfRequest, [null]],
  ])("%s", (_, sizes, held, expected) => {
    expect(judgeFiles(sizes, held)).toEqual(expected);
  });

  it("never pass a bound, whatever comes", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 2 * mostBytesAtOnce }), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: mostBytesOfRequest }), (all, held) => {
        const kept = all.filter((__, i) => judgeFiles(all, held)[i] === null);
        const together = kept.reduce((sum, size) => sum + size, 0);
        expect(kept.length).toBeLessThanOrEqual(mostFilesAtOnce);
        expect(together).toBeLessThanOrEqual(Math.min(mostBytesAtOnce, mostBytesOfRequest - held));
      }),
    );
  });
});
