import { describe, expect, it } from "vitest";
import {
  furthestUpdateMs,
  nextUpdateFaults,
  promisedUpdate,
} from "../../../src/domain/status/next-update.ts";
import { incident, now } from "../../support/boards.ts";

const pointers = (at: number | null | undefined, state: "monitoring" | "resolved" = "monitoring") =>
  nextUpdateFaults(at, state, now).map(({ pointer }) => pointer);

describe("the next update", () => {
  it("may be promised for a time to come, within seven days, while there is something to come", () => {
    expect([pointers(null), pointers(undefined), pointers(null, "resolved")]).toEqual([[], [], []]);
    expect([pointers(now + 1), pointers(now + furthestUpdateMs)]).toEqual([[], []]);
    for (const wrong of [
      pointers(now),
      pointers(now + furthestUpdateMs + 1),
      pointers(now + 1, "resolved"),
    ]) {
      expect(wrong).toEqual(["/next_update_at"]);
    }
  });

  it("is what the latest words promise, of an incident that is open, and not those of one that became part of it", () => {
    const open = incident("INC-1", "Slow", ["beacon"], 3_600_000, null);
    expect(promisedUpdate(open)).toBeNull();
    const [first] = open.updates;
    const said = (nextUpdateAt: number | null, from: string | null = null) => ({
      ...first!,
      nextUpdateAt,
      from,
    });
    expect(promisedUpdate({ ...open, updates: [said(5), said(7)] })).toBe(7);
    expect(promisedUpdate({ ...open, updates: [said(5), said(null)] })).toBeNull();
    expect(promisedUpdate({ ...open, updates: [said(5), said(9, "INC-2")] })).toBe(5);
    expect(promisedUpdate({ ...open, state: "resolved", updates: [said(5)] })).toBeNull();
  });
});
