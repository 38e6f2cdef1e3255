import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { decodeBatch, digestOf } from "../../../probes/batch.ts";
import type { Observation } from "../../../probes/protocol.ts";
import { compressBatch, insertBatch, packOldest } from "../../../src/store/batches.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings, goDown, june, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { consoleBrowser } from "../../support/rooms.ts";
import { probeIn } from "../../support/watched.ts";

const start = Date.parse("2026-06-10T10:00:00Z");
const end = start + 60_000;
const path = `/console/services/beacon/outages/web/${start}`;

onPostgres("the page of an outage", (database) => {
  let db: Database;
  let api: TestApi;
  let bo: TestBrowser;
  const digests: string[] = [];
  beforeAll(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate probes, batches, batch_packs, tokens restart identity cascade`);
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99\ncovers: [beacon]");
    await goDown(db, checks.get("beacon")!, start, end);
    const probe = await probeIn(db, "lisbon");
    for (let at = start - 60_000; at < end + 60_000; at += 60_000) {
      const check = checks.get("beacon")!;
      const signed = await probe.next(
        [0, 15_000, 30_000, 45_000].map((after): Observation => {
          const failed = at + after >= start && at + after < end;
          const why = { reason: "connection_refused", detail: "port <b>443</b>" } as const;
          return {
            check,
            at: at + after,
            outcome: failed ? "fail" : "ok",
            timings: {},
            ...(failed ? why : {}),
          };
        }),
      );
      const { sequence } = decodeBatch(signed.bytes);
      const digest = await digestOf(signed.bytes);
      digests.push(digest);
      const row = { probeId: probe.id, sequence, digest, firstAt: at, lastAt: at + 45_000 };
      const stored = { ...row, samples: 4, receivedAt: at + 60_000 };
      await insertBatch(db, stored, signed.signature, await compressBatch(signed.bytes));
    }
    api = await testApi(db, settled);
    bo = await consoleBrowser(api, "Bo");
  });

  const rows = async () => {
    const html = await (await bo.get(path)).text();
    return [...html.matchAll(/<tr(?: class="edge")?>\s*<th scope="row">\s*10 Jun[^]*?<\/tr>/g)].map(([row]) =>
      row
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim(),
    );
  };

  it("tells its three lengths, its edges, and the samples around them with the batch that vouches for each", async () => {
    const html = await (await bo.get(path)).text();
    const text = html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    for (const length of ["Lower", "Observed", "Upper"]) {
      expect(text).toContain(length);
    }
    expect(text).toContain("10 Jun, 11:59:45 to 10 Jun, 12:01:00");
    const samples = await rows();
    expect(samples).toHaveLength(12);
    expect(samples[3]).toContain(`Last success before it ok lisbon`);
    expect(samples[4]).toContain(
      "First failure failed lisbon connection refused: port &lt;b&gt;443&lt;/b&gt;",
    );
    expect(samples[4]).toContain(`probe-lisbon, batch 2 ${digests[1]}`);
    expect(html).not.toContain("<b>443</b>");
  });

  it("is reached from the page of its cycle", async () => {
    const cycle = await (await bo.get(`/console/contracts/acme-gold/${june}`)).text();
    expect(cycle).toContain(`href="${path}"`);
  });

  it("tells the same from evidence that was packed since", async () => {
    const before = await rows();
    await packOldest(db, "probe-lisbon", settled);
    await packOldest(db, "probe-lisbon", settled);
    expect(await rows()).toEqual(before);
  });

  it("says when no evidence of that time is kept any longer", async () => {
    await db.execute(sql`truncate batches, batch_packs cascade`);
    const html = await (await bo.get(path)).text();
    expect(html).toContain("No evidence of that time is kept any longer.");
  });

  it("says no to an outage that is not there", async () => {
    for (const other of ["beacon/outages/web/1", "beacon/outages/web/x", "nobody/outages/web/1"]) {
      expect([other, (await bo.get(`/console/services/${other}`)).status]).toEqual([other, 404]);
    }
  });
});
