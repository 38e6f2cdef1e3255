import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { numberArray, queryRows, textArray } from "../../src/store/database.ts";
import { eachDatabase } from "../support/databases.ts";

eachDatabase("the database", (database) => {
  it("takes columns of numbers and texts as arrays, with nulls and quotes", async () => {
    const rows = await queryRows<{ n: number | null; t: string | null }>(
      database(),
      sql`select n, t from unnest(${numberArray([1, null, 3])}::int[], ${textArray(['a "quoted" \\ word', null, "æ, ø"])}::text[]) as u(n, t)`,
    );
    expect(rows).toEqual([
      { n: 1, t: 'a "quoted" \\ word' },
      { n: null, t: null },
      { n: 3, t: "æ, ø" },
    ]);
  });
});
