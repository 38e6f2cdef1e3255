import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { applyPlatform, previewPlatform } from "../../src/actions/apply-platform.ts";
import type { PlatformDefinition } from "../../src/domain/status/platform.ts";
import { listBrandFiles } from "../../src/store/brand-files.ts";
import { type Database, queryRows } from "../../src/store/database.ts";
import { listWatchedChecks } from "../../src/store/watched-checks.ts";
import { eachDatabase } from "../support/databases.ts";
import { httpCheck } from "../support/watched.ts";

const wanted: PlatformDefinition = {
  settings: {
    name: "Acme",
    address: null,
    timeZone: "Europe/Copenhagen",
    languages: ["en"],
    commitment: { targetPercent: "99.99", anchorDay: 1 },
  },
  locations: [{ slug: "lisbon", title: "Lisbon" }],
  groups: [{ slug: "core", title: "Core", description: "" }],
  services: [
    {
      slug: "beacon",
      title: "Beacon",
      description: "",
      group: "core",
      checks: [{ slug: "web", ...httpCheck }],
    },
    { slug: "lamp", title: "Lamp", description: "", group: null, checks: [] },
  ],
};

eachDatabase("applying a platform", (database) => {
  let db: Database;
  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate platforms, check_revisions, checks, services, service_groups, locations restart identity cascade`,
    );
  });

  it("shows what it would do and does none of it", async () => {
    expect((await previewPlatform(db, wanted, 1000)).changes).toHaveLength(6);
    expect(await listWatchedChecks(db)).toEqual([]);
  });

  it("applies once, and nothing the second time", async () => {
    await applyPlatform(db, wanted, 1000);
    expect((await applyPlatform(db, wanted, 2000)).changes).toEqual([]);
    expect(await listWatchedChecks(db)).toMatchObject([
      {
        id: 1,
        serviceSlug: "beacon",
        slug: "web",
        revisions: [{ effectiveAt: 1000, definition: httpCheck }],
      },
    ]);
  });

  it("keeps the files of the brand as long as it names them, and none beside them", async () => {
    const fileOf = (digest: string) => ({ digest, kind: "svg" as const, content: Buffer.from(digest) });
    const branded = (...digests: string[]): PlatformDefinition => ({
      ...wanted,
      settings: {
        ...wanted.settings,
        brand: { favicon: { digest: digests[0]!, kind: "svg", width: 9, height: 9 } },
      },
      brandFiles: digests.map(fileOf),
    });
    const kept = async () => [...(await listBrandFiles(db, ["a", "b", "c"])).keys()].sort();
    await applyPlatform(db, branded("a", "b"), 1000);
    expect(await kept()).toEqual(["a", "b"]);
    expect(Buffer.from((await listBrandFiles(db, ["a"])).get("a")!.content).toString()).toBe("a");
    expect((await applyPlatform(db, branded("a", "b"), 2000)).changes).toEqual([]);
    expect((await applyPlatform(db, branded("c"), 3000)).changes).toMatchObject([{ noun: "platform" }]);
    expect(await kept()).toEqual(["c"]);
    await applyPlatform(db, wanted, 4000);
    expect(await kept()).toEqual([]);
  });

  it("keeps the number and the earlier rules of a check that changes, is archived and comes back", async () => {
    await applyPlatform(db, wanted, 1000);
    const slower = structuredClone(wanted);
    slower.services[0]!.checks[0]!.intervalMs = 60_000;
    await applyPlatform(db, slower, 2000);
    await applyPlatform(db, { ...wanted, services: [] }, 3000);
    expect(await listWatchedChecks(db)).toMatchObject([{ id: 1, archivedAt: 3000 }]);
    await applyPlatform(db, slower, 4000);
    const [check, ...others] = await listWatchedChecks(db);
    expect(others).toEqual([]);
    expect(check).toMatchObject({ id: 1, createdAt: 1000, archivedAt: null });
    expect(
      check!.revisions.map(({ effectiveAt, definition }) => [effectiveAt, definition.intervalMs]),
    ).toEqual([
      [1000, 15_000],
      [2000, 60_000],
      [4000, 60_000],
    ]);
  });

  it("replaces the starter platform by the file's", async () => {
    const starter = { ...wanted, services: [{ ...wanted.services[0]!, slug: "fournines" }] };
    await applyPlatform(db, starter, 1000, "starter");
    const { changes } = await applyPlatform(db, wanted, 2000);
    expect(changes).toContainEqual(expect.objectContaining({ verb: "archive", slug: "fournines" }));
  });

  it("refuses to take a slug that people use, naming it, and applies nothing", async () => {
    await db.execute(
      sql`insert into services (slug, title, description, position, managed_by, created_at) values ('lamp', 'Lamp', '', 0, 'people', 0)`,
    );
    await expect(applyPlatform(db, wanted, 1000)).rejects.toMatchObject({
      code: "made_by_people",
      fields: [{ pointer: "/services/lamp" }],
    });
    expect(await queryRows(db, sql`select slug from services`)).toEqual([{ slug: "lamp" }]);
  });

  it("brings the last definition into force also where the clock was set back", async () => {
    await applyPlatform(db, wanted, 5000);
    const [beacon, lamp] = wanted.services;
    const slower = { ...beacon!.checks[0]!, intervalMs: 30_000 };
    const changed = { ...wanted, services: [{ ...beacon!, checks: [slower] }, lamp!] };
    await applyPlatform(db, changed, 3000);
    const [check] = await listWatchedChecks(db);
    expect(
      check?.revisions.map(({ effectiveAt, definition }) => [effectiveAt, definition.intervalMs]),
    ).toEqual([
      [5000, 15_000],
      [5001, 30_000],
    ]);
    expect((await previewPlatform(db, changed, 1000)).changes).toEqual([]);
  });

  it("applies, changes and archives thousands, each with its own definition and only what changed", async () => {
    const many = (count: number, intervalOf: (i: number) => number): PlatformDefinition => ({
      ...wanted,
      services: Array.from({ length: count }, (_, i) => ({
        ...wanted.services[0]!,
        slug: `s${i}`,
        group: i % 2 === 0 ? "core" : null,
        checks: [{ ...httpCheck, slug: "web", intervalMs: intervalOf(i) }],
      })),
    });
    await applyPlatform(
      db,
      many(1001, (i) => 1000 + i),
      1000,
    );
    const changed = many(1000, (i) => (i === 0 ? 7000 : 1000 + i));
    const { changes, unchanged } = await applyPlatform(db, changed, 2000);
    expect(changes.map(({ verb, slug }) => `${verb} ${slug}`)).toEqual([
      "archive s1000",
      "change s0/web",
      "archive s1000/web",
    ]);
    expect(unchanged).toBe(1 + 1 + 1 + 1000 + 999);
    const watched = await listWatchedChecks(db);
    expect(watched.map(({ revisions }) => revisions.at(-1)!.definition.intervalMs)).toEqual([
      7000,
      ...Array.from({ length: 1000 }, (_, i) => 1001 + i),
    ]);
    expect(
      watched.filter(({ archivedAt }) => archivedAt !== null).map(({ serviceSlug }) => serviceSlug),
    ).toEqual(["s1000"]);
    expect(watched.filter(({ revisions }) => revisions.length > 1)).toHaveLength(1);
    const groups = await queryRows<{ n: number }>(db, sql`select count(group_id)::int as n from services`);
    expect(groups).toEqual([{ n: 501 }]);
  });

  it("lets two that apply at once wait for each other", async () => {
    const plans = await Promise.all([applyPlatform(db, wanted, 1000), applyPlatform(db, wanted, 1001)]);
    expect(plans.map((plan) => plan.changes.length).sort()).toEqual([0, 6]);
  });
});
