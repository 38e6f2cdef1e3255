import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { unwellBecause } from "../../src/live/well-being.ts";
import { queryRows } from "../../src/store/database.ts";
import { insertBatch } from "../../src/store/batches.ts";
import { putUnderived } from "../../src/store/underived-batches.ts";
import { eachDatabase } from "../support/databases.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);
const here = { isAway: () => false };

eachDatabase("a server", (database) => {
  it("is well while it can store and nothing waits to be derived from", async () => {
    expect(await unwellBecause(database(), here, "first", now)).toBeNull();
  });

  it("is not well while the database is away", async () => {
    expect(await unwellBecause(database(), { isAway: () => true }, "first", now)).toBe(
      "nothing can be stored",
    );
  });

  it("is not well over a database that can only be read", async () => {
    const reading = database().transaction(async (tx) => {
      await tx.execute(sql`set transaction read only`);
      expect(await unwellBecause(tx, here, "first", now)).toMatch(/read-only|servers/);
    });
    await reading.catch(() => {});
    expect.assertions(1);
  });

  it("writes down that it is well, and forgets servers that have not for a day", async () => {
    const day = 86_400_000;
    const known = async () =>
      (await queryRows<{ id: string }>(database(), sql`select id from servers order by id`)).map(
        ({ id }) => id,
      );
    await unwellBecause(database(), here, "first", now);
    await unwellBecause(database(), here, "second", now + day);
    expect(await known()).toEqual(["first", "second"]);
    await unwellBecause(database(), here, "second", now + day + 1);
    expect(await known()).toEqual(["second"]);
  });

  it("is not well once a batch has waited for more than a minute, whoever is to derive from it", async () => {
    await database().execute(sql`
      with place as (
        insert into locations (slug, title, managed_by, created_at) values ('osaka', 'Osaka', 'file', 0) returning id
      )
      insert into probes (id, location_id, engine, kinds, created_at) select 'osaka-1', id, 'node', '[]', 0 from place`);
    const place = { probeId: "osaka-1", sequence: 1 };
    const none = new Uint8Array(32);
    await insertBatch(
      database(),
      { ...place, digest: "0".repeat(64), firstAt: 0, lastAt: 0, samples: 1, receivedAt: now },
      none,
      none,
    );
    await putUnderived(database(), place);
    expect(await unwellBecause(database(), here, "first", now + 60_000)).toBeNull();
    expect(await unwellBecause(database(), here, "first", now + 60_001)).toBe(
      "batches wait to be derived from",
    );
  });
});
