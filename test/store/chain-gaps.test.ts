import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { listChainGaps } from "../../src/store/chain-gaps.ts";
import { eachDatabase } from "../support/databases.ts";

eachDatabase("holes in chains", (database) => {
  const batch = (probe: string, sequence: number) =>
    database().execute(sql`
      insert into batches (probe_id, sequence, digest, signature, compressed, first_at, last_at, samples, received_at)
      values (${probe}, ${sequence}, '', '', '', 0, 0, 1, 0)`);
  const pack = (probe: string, from: number, through: number) =>
    database().execute(sql`
      insert into batch_packs
        (probe_id, first_sequence, last_sequence, digest, signature, compressed, first_at, last_at, samples, received_at)
      values (${probe}, ${from}, ${through}, '', '', '', 0, 0, 1, 0)`);

  beforeAll(async () => {
    await database().execute(sql`
      with place as (
        insert into locations (slug, title, managed_by, created_at) values ('osaka', 'Osaka', 'file', 0) returning id
      )
      insert into probes (id, location_id, engine, kinds, created_at)
      select 'osaka-' || n, id, 'node', '[]', 0 from place, generate_series(1, 2) as n`);
  });

  it("are not there where batches follow each other, packed or loose, wherever the chain begins now", async () => {
    await pack("osaka-1", 5, 9);
    await batch("osaka-1", 10);
    await batch("osaka-1", 11);
    await batch("osaka-2", 1);
    expect(await listChainGaps(database())).toEqual([]);
  });

  it("are told by the probe and the batches that are missing", async () => {
    await batch("osaka-1", 14);
    await pack("osaka-2", 3, 4);
    expect(await listChainGaps(database())).toEqual([
      { probe: "osaka-1", from: 12, through: 13 },
      { probe: "osaka-2", from: 2, through: 2 },
    ]);
  });
});
