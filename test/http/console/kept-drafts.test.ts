import { beforeEach, expect, it } from "vitest";
import { type KeptDrafts, keepDrafts, keyOf, type OpenCycle } from "../../../src/http/console/kept-drafts.ts";
import type { Database } from "../../../src/store/database.ts";
import {
  agree,
  closablePlatform,
  forgetClosings,
  goDown,
  june,
  office,
  settled,
} from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";

const over: OpenCycle = { contract: "acme-gold", label: june, end: Date.parse("2026-06-30T22:00:00Z") };
const running: OpenCycle = {
  contract: "acme-gold",
  label: "2026-07",
  end: Date.parse("2026-07-31T22:00:00Z"),
};

onPostgres("drafts that are kept", (database) => {
  let drafts: KeptDrafts;
  let clock: number;
  let db: Database;
  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99\ncovers: [beacon]");
    const start = Date.parse("2026-06-10T10:00:00Z");
    await goDown(db, checks.get("beacon")!, start, start + 600_000);
    clock = settled;
    drafts = keepDrafts({
      db,
      engine: office.engine,
      now: () => clock,
      onError: (error) => {
        throw error;
      },
    });
  });

  const draftedAt = async (cycle: OpenCycle, mark = "a") =>
    (await drafts.take([cycle], mark, clock)).get(keyOf(cycle))!.draftedAt;

  it("tell what a cell tells", async () => {
    const [draft] = (await drafts.take([over], "a", clock)).values();
    expect(draft).toMatchObject({
      ...{ verdict: "breached", percent: "99.976851" },
      needs: [{ need: "explanation", difference: { service: "beacon" } }],
    });
  });

  it("of a running cycle are a minute old at most, of one that is over ten", async () => {
    await drafts.take([over, running], "a", clock);
    clock += 59_999;
    expect(await draftedAt(running)).toBe(settled);
    clock += 1;
    expect(await draftedAt(running)).toBe(clock);
    expect(await draftedAt(over)).toBe(settled);
    clock = settled + 600_000;
    expect(await draftedAt(over)).toBe(clock);
  });

  it("are computed anew as soon as something else is agreed or said", async () => {
    await drafts.take([over], "a", clock);
    clock += 1;
    expect(await draftedAt(over, "b")).toBe(clock);
  });

  it("are looked through in the background, and until then known to be missing", async () => {
    expect(drafts.peek([over, running], "a", clock)).toMatchObject({ missing: 2 });
    drafts.lookSoon([over, running], "a", clock);
    await expect.poll(() => drafts.peek([over, running], "a", clock).missing).toBe(0);
  });
});
