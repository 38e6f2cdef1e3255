import { afterAll, beforeAll, expect, it } from "vitest";
import { holdDerivationLease } from "../../src/live/derivation-lease.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { leases } from "../../src/store/tables/evidence.ts";
import { openFreshDatabase } from "../support/databases.ts";

let open: OpenDatabase;
beforeAll(async () => {
  open = await openFreshDatabase();
});
afterAll(() => open.close());

it("is renewed while its right is being taken over, however long that takes", async () => {
  const expiresAt = async () => (await open.db.select().from(leases))[0]!.expiresAt;
  const taken: number[] = [];
  const lease = await holdDerivationLease({
    db: open.db,
    holder: "one",
    async setRight() {
      taken.push(await expiresAt());
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      taken.push(await expiresAt());
    },
    failed(error) {
      throw error;
    },
  });
  await lease.stop();
  expect(taken).toHaveLength(2);
  expect(taken[1]! - taken[0]!).toBeGreaterThan(500);
});
