import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { numberArray, queryRows, textArray } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { createPostgresDatabase, eachDatabase, openFreshDatabase } from "../support/databases.ts";

eachDatabase("the database", (database) => {
  it("takes columns of numbers and texts as arrays, with nulls and quotes", async () => {
    const numbers = numberArray([1, null, 3]);
    const texts = textArray(['a "quoted" \\ word', null, "æ, ø"]);
    const rows = await queryRows<{ n: number | null; t: string | null }>(
      database(),
      sql`select n, t from unnest(${numbers}::int[], ${texts}::text[]) as u(n, t)`,
    );
    expect(rows).toEqual([
      { n: 1, t: 'a "quoted" \\ word' },
      { n: null, t: null },
      { n: 3, t: "æ, ø" },
    ]);
  });
});

it.each(["PGlite", "PostgreSQL"])(
  "tells listeners when people's words change, once a transaction (%s)",
  async (engine) => {
    const place = engine === "PGlite" ? null : await createPostgresDatabase();
    const open = await (place === null ? openFreshDatabase() : openDatabase({ url: place.url }));
    let heard = 0;
    await open.listen("fournines", () => heard++);
    // A listener is told once when it begins, where something may have been missed before.
    const atFirst = heard;
    await open.db.transaction(async (tx) => {
      for (const slug of ["lisbon", "osaka"]) {
        await tx.execute(
          sql`insert into locations (slug, title, managed_by, created_at) values (${slug}, ${slug}, 'file', 0)`,
        );
      }
    });
    await expect.poll(() => heard - atFirst).toBe(1);
    await open.close();
    await place?.drop();
  },
);

it("answers a query that comes while PGlite is being closed with a refusal, and never hangs", async () => {
  const open = await openFreshDatabase();
  const closing = open.close();
  const late = Array.from({ length: 5 }, () =>
    queryRows(open.db, sql`select 1`).then(
      () => "ok",
      () => "refused",
    ),
  );
  await closing;
  const after = queryRows(open.db, sql`select 1`).then(
    () => "ok",
    () => "refused",
  );
  expect(["ok", "refused"]).toEqual(expect.arrayContaining(await Promise.all(late)));
  expect(await after).toBe("refused");
});

it("lets others have their turn between the statements of a long job over PGlite", async () => {
  const open = await openFreshDatabase();
  let turns = 0;
  let next = setImmediate(function count() {
    turns++;
    next = setImmediate(count);
  });
  for (let i = 0; i < 200; i++) {
    await queryRows(open.db, sql`select ${i}::int`);
  }
  clearImmediate(next);
  await open.close();
  // Without giving way there would be none.
  expect(turns).toBeGreaterThan(100);
});
