import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { applyPlatform } from "../src/actions/apply-platform.ts";
import { type Config, readConfig } from "../src/config.ts";
import { starterPlatform } from "../src/platform-file/starter.ts";
import { applyConfiguredPlatform } from "../src/platform-at-start.ts";
import type { OpenDatabase } from "../src/store/database.ts";
import { listWatchedChecks } from "../src/store/watched-checks.ts";
import { openFreshDatabase } from "./support/databases.ts";

let folder: string;
let open: OpenDatabase;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fournines-start-"));
  open = await openFreshDatabase();
});
afterEach(async () => {
  await open.close();
  rmSync(folder, { recursive: true, force: true });
});

const config = (over: Partial<Config> = {}): Config => ({
  ...readConfig({ DATA_DIR: folder }),
  platformFile: join(folder, "platform.yaml"),
  ...over,
});
/** Addresses that are asked. */
const asked = async () =>
  (await listWatchedChecks(open.db)).flatMap(({ archivedAt, revisions }) => {
    const { target } = revisions.at(-1)!.definition;
    return archivedAt === null && target.kind === "http" ? [new URL(target.url).host] : [];
  });

it("the starter platform follows the server to another port", async () => {
  await applyConfiguredPlatform(config(), open.db, 1000);
  expect(new Set(await asked())).toEqual(new Set(["127.0.0.1:3000"]));
  const { source, changes } = await applyConfiguredPlatform(config({ port: 3001 }), open.db, 2000);
  expect(source).toContain("starter");
  expect(changes).toBeGreaterThan(0);
  expect(new Set(await asked())).toEqual(new Set(["127.0.0.1:3001"]));
  expect((await applyConfiguredPlatform(config({ port: 3001 }), open.db, 3000)).changes).toBe(0);
});

it("what a file made stays when the file is gone, also under the starter's name", async () => {
  await applyConfiguredPlatform(config(), open.db, 1000);
  const { settings, ...rest } = starterPlatform({ ...config(), port: 4000 });
  const [service] = rest.services;
  await applyPlatform(open.db, { settings, ...rest, services: [{ ...service!, slug: "beacon" }] }, 2000);
  const { source, changes } = await applyConfiguredPlatform(config({ port: 3001 }), open.db, 3000);
  expect([source, changes]).toEqual(["as applied before", 0]);
  expect(new Set(await asked())).toEqual(new Set(["127.0.0.1:4000"]));
});

it("a file replaces the starter platform", async () => {
  await applyConfiguredPlatform(config(), open.db, 1000);
  writeFileSync(
    join(folder, "platform.yaml"),
    "platform: { name: Acme }\nservices: { beacon: { checks: { web: { http: http://127.0.0.1:9/ } } } }\n",
  );
  const { source } = await applyConfiguredPlatform(config(), open.db, 2000);
  expect(source).toBe("platform.yaml");
  expect(await asked()).toEqual(["127.0.0.1:9"]);
});

it("a file that is named and missing is said, and not taken for none", async () => {
  const platformFile = join(folder, "elsewhere.yaml");
  await expect(
    applyConfiguredPlatform(config({ platformFile, platformFileNamed: true }), open.db, 1000),
  ).rejects.toMatchObject({
    code: "platform_file_missing",
    message: `FOURNINES_CONFIG names ${platformFile}, which does not exist`,
  });
  expect(await asked()).toEqual([]);
});
