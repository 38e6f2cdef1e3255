import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { statuspageIds, type StatuspageThing } from "../../../src/http/statuspage-v2/statuspage-id.ts";

const since = Date.parse("2026-06-10T10:00:00.123Z");
const things: StatuspageThing[] = ["page", "component", "group", "incident", "update", "maintenance"];

describe("an id of the Statuspage API", () => {
  it("is twelve small letters and digits, the same whenever it is asked for", () => {
    fc.assert(
      fc.property(fc.constantFrom(...things), fc.string(), (thing, key) => {
        const id = statuspageIds(since).of(thing, key);
        return /^[a-z0-9]{12}$/.test(id) && id === statuspageIds(since).of(thing, key);
      }),
    );
  });

  it("is that of one thing: of another kind, name or platform there is another", () => {
    const ids = [since, since + 1].flatMap((at) =>
      things.flatMap((thing) => ["api", "web"].map((key) => statuspageIds(at).of(thing, key))),
    );
    expect(new Set(ids).size).toBe(2 * things.length * 2);
  });
});
