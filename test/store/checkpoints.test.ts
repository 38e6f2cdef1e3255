import fc from "fast-check";
import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { beforeAnySample } from "../../src/domain/monitoring/derivation.ts";
import { putCheckpoints, thinCheckpoints } from "../../src/store/checkpoints.ts";
import { queryRows } from "../../src/store/database.ts";
import { eachDatabase } from "../support/databases.ts";
import { watch } from "../support/watched.ts";

const hour = 3_600_000;

eachDatabase("checkpoints", (database) => {
  const checks: number[] = [];
  beforeAll(async () => {
    // More than are looked through at once.
    for (let i = 0; i < 120; i++) {
      checks.push(await watch(database(), `service-${i}`, {}, 0));
    }
  });

  it("keep the last of each day that is over, of every check, and all of the days after", async () => {
    const anyCheckpoint = fc.tuple(fc.nat({ max: 119 }), fc.nat({ max: 4 * 24 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyCheckpoint, { maxLength: 60 }),
        fc.nat({ max: 4 * 24 }),
        async (made, at) => {
          const db = database();
          await db.execute(sql`delete from checkpoints`);
          const { state } = beforeAnySample;
          const hours = new Map(made.map(([check, hours]) => [`${check} ${hours}`, { check, hours }]));
          await putCheckpoints(
            db,
            [...hours.values()].map(({ check, hours }) => ({
              ...{ checkId: checks[check]!, through: hours * hour, state },
            })),
          );
          await thinCheckpoints(db, at * hour);
          const ended = Math.floor(at / 24) * 24;
          const kept = [...hours.values()].filter(
            (one) =>
              one.hours >= ended ||
              ![...hours.values()].some(
                (other) =>
                  other.check === one.check &&
                  other.hours > one.hours &&
                  Math.floor(other.hours / 24) === Math.floor(one.hours / 24),
              ),
          );
          const rows = await queryRows<{ check_id: number; start: number | string }>(
            db,
            sql`select check_id, start from checkpoints`,
          );
          const told = (id: number, start: number) => `${id} ${start}`;
          expect(rows.map((row) => told(row.check_id, Number(row.start))).sort()).toEqual(
            kept.map(({ check, hours }) => told(checks[check]!, hours * hour)).sort(),
          );
        },
      ),
      { numRuns: 15 },
    );
  });
});
