import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { applyPlatform } from "../../src/actions/apply-platform.ts";
import { archiveService, unarchiveService } from "../../src/actions/archive-service.ts";
import { editionOf } from "../../src/actions/edition.ts";
import { putService } from "../../src/actions/put-service.ts";
import type { ServiceDefinition } from "../../src/domain/status/platform.ts";
import { findAudit } from "../../src/store/audit.ts";
import type { Database } from "../../src/store/database.ts";
import { findStandingService } from "../../src/store/platforms.ts";
import { listWatchedChecks } from "../../src/store/watched-checks.ts";
import { eachDatabase } from "../support/databases.ts";
import { httpCheck } from "../support/watched.ts";

const beacon: ServiceDefinition = {
  ...{ slug: "beacon", title: "Beacon", description: "", group: "core" },
  checks: [{ slug: "web", ...httpCheck }],
};
const file = {
  settings: {
    ...{ name: "Acme", address: null, timeZone: "Europe/Copenhagen", languages: ["en"] },
    commitment: { targetPercent: "99.99", anchorDay: 1 },
  },
  locations: [{ slug: "lisbon", title: "Lisbon" }],
  groups: [{ slug: "core", title: "Core", description: "" }],
  services: [{ ...beacon, slug: "lamp", title: "Lamp" }],
};

eachDatabase("putting a service as a person", (database) => {
  let db: Database;
  /** Of one test alone: the audit forgets nothing. */
  let author: string;
  beforeEach(async () => {
    db = database();
    author = `token ${crypto.randomUUID()}`;
    await db.execute(
      sql`truncate platforms, check_revisions, checks, services, service_groups, locations restart identity cascade`,
    );
    await applyPlatform(db, file, 500);
  });

  const standing = async (slug = "beacon") => (await findStandingService(db, slug))!;
  const edition = async (slug = "beacon") => editionOf((await standing(slug)).definition);
  const refused = (code: string) => expect.objectContaining({ code }) as unknown;

  it("adds it behind all others, and tells the audit who did", async () => {
    const { changes } = await putService(db, beacon, null, author, 1000);
    expect(changes.map(({ noun, verb }) => `${verb} ${noun}`)).toEqual(["add service", "add check"]);
    expect(await standing()).toMatchObject({ definition: beacon, managedBy: "people", position: 1 });
    const [entry] = await findAudit(db, { author }, { before: null, limit: 1 });
    expect(entry).toMatchObject({ subject: "beacon", event: "added", author });
  });

  it("survives a platform file that does not know it", async () => {
    await putService(db, beacon, null, author, 1000);
    expect((await applyPlatform(db, file, 2000)).changes).toEqual([]);
    expect((await standing()).archivedAt).toBeNull();
  });

  it("keeps the number of a check that changes, and judges from then on by the new rules", async () => {
    await putService(db, beacon, null, author, 1000);
    const slower = { ...beacon, checks: [{ ...beacon.checks[0]!, intervalMs: 60_000 }] };
    await putService(db, slower, await edition(), author, 2000);
    const check = (await listWatchedChecks(db)).find(({ serviceSlug }) => serviceSlug === "beacon")!;
    expect(
      check.revisions.map(({ effectiveAt, definition }) => [effectiveAt, definition.intervalMs]),
    ).toEqual([
      [1000, httpCheck.intervalMs],
      [2000, 60_000],
    ]);
    const [entry] = await findAudit(db, { author }, { before: null, limit: 1 });
    expect(JSON.parse(entry!.content)).toMatchObject({ after: { "beacon/web intervalMs": 60_000 } });
  });

  it("changes nothing and records nothing when nothing was changed", async () => {
    await putService(db, beacon, null, author, 1000);
    expect((await putService(db, beacon, await edition(), author, 2000)).changes).toEqual([]);
    expect(await findAudit(db, { author, from: 2000 }, { before: null, limit: 5 })).toEqual([]);
  });

  it("tells the second of two who change it at once", async () => {
    await putService(db, beacon, null, author, 1000);
    const before = await edition();
    await putService(db, { ...beacon, title: "Beacon of Lisbon" }, before, author, 2000);
    await expect(putService(db, { ...beacon, title: "Light" }, before, author, 3000)).rejects.toEqual(
      refused("version_changed"),
    );
    expect((await standing()).definition.title).toBe("Beacon of Lisbon");
  });

  it("leaves alone what a file made, and names that are taken", async () => {
    await expect(
      putService(db, { ...beacon, slug: "lamp" }, await edition("lamp"), author, 1000),
    ).rejects.toEqual(refused("made_by_file"));
    await expect(putService(db, { ...beacon, slug: "lamp" }, null, author, 1000)).rejects.toEqual(
      refused("service_exists"),
    );
    await expect(archiveService(db, "lamp", author, 1000)).rejects.toEqual(refused("made_by_file"));
  });

  it("archives a check that is left out, and takes it up again under its name", async () => {
    const two = { ...beacon, checks: [...beacon.checks, { slug: "api", ...httpCheck }] };
    await putService(db, two, null, author, 1000);
    await putService(db, beacon, await edition(), author, 2000);
    expect((await standing()).archivedChecks.map(({ slug }) => slug)).toEqual(["api"]);
    const { changes } = await putService(db, two, await edition(), author, 3000);
    expect(changes).toMatchObject([{ noun: "check", slug: "beacon/api", verb: "revive" }]);
  });

  it("archives a service with its checks, and restores just those", async () => {
    const two = { ...beacon, checks: [...beacon.checks, { slug: "api", ...httpCheck }] };
    await putService(db, two, null, author, 1000);
    await putService(db, beacon, await edition(), author, 2000);
    await archiveService(db, "beacon", author, 3000);
    const asked = async () =>
      (await listWatchedChecks(db)).filter((one) => one.serviceSlug === "beacon" && one.archivedAt === null);
    expect(await asked()).toEqual([]);
    await expect(putService(db, beacon, await edition(), author, 3500)).rejects.toEqual(
      refused("service_gone"),
    );
    await unarchiveService(db, "beacon", author, 4000);
    expect((await asked()).map(({ slug }) => slug)).toEqual(["web"]);
    const events = await findAudit(db, { author, from: 3000 }, { before: null, limit: 5 });
    expect(events.map(({ event }) => event)).toEqual(["revived", "archived"]);
  });

  it("archives nothing that other checks depend on", async () => {
    await putService(db, beacon, null, author, 1000);
    const child = { ...beacon, slug: "buoy", checks: [{ slug: "web", ...httpCheck, parent: "beacon/web" }] };
    await putService(db, child, null, author, 2000);
    await expect(archiveService(db, "beacon", author, 3000)).rejects.toEqual(refused("in_use"));
    expect((await standing()).archivedAt).toBeNull();
  });
});
