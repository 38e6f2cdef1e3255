import { expect, it } from "vitest";
import { linkId } from "../../src/actions/link-id.ts";

it("names a link so that it can be revoked on the command line: no option looks like it", () => {
  const ids = Array.from({ length: 2_000 }, linkId);
  expect(ids.filter((id) => !/^\w[\w-]{15}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(2_000);
});
