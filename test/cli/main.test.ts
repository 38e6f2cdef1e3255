/** What the command line says and how it exits when it is refused: sentences, each once, and no trace of the program. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, inject, it, vi } from "vitest";
import { run } from "../../src/cli/main.ts";
import { queryRows } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { copyDatabaseInto } from "../support/data-template.ts";
import { freePort } from "../support/postgres-server.ts";

let folder: string;
let file: string;
let told: string[];
let printed: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fournines-refused-"));
  file = join(folder, "platform.yaml");
  writeFileSync(
    file,
    'platform: { name: Acme }\nservices: { beacon: { checks: { web: { tcp: "127.0.0.1:9" } } } }\n',
  );
  told = [];
  printed = [];
  vi.spyOn(console, "error").mockImplementation((...words) => void told.push(words.join(" ")));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Types a command line in an environment of its own; its exit status. */
function type(words: string[], environment: Record<string, string> = {}): Promise<number> {
  const print = (line: string) => void printed.push(line);
  return run(words, { print, environment: { DATA_DIR: join(folder, "data"), ...environment } });
}

it("tells every mistake of a platform file once", async () => {
  writeFileSync(file, "platform: { nam: Acme }\nservices: 1\n");
  expect(await type(["apply", file])).toBe(1);
  expect(told.join("\n").split("\n")).toEqual([
    "platform.yaml has 2 mistakes:",
    'platform.yaml:1:13  platform.nam: unknown key; did you mean "name"?',
    "platform.yaml:2:11  services: must be services by slug, not 1",
  ]);
});

it("says in a sentence that the database does not answer, without the password", async () => {
  const port = await freePort();
  const environment = { DATABASE_URL: `postgres://acme:beacon-4711@127.0.0.1:${port}/acme` };
  for (const words of [["migrate"], ["apply", file], ["token", "list"]]) {
    told = [];
    expect(await type(words, environment)).toBe(1);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(
      new RegExp(`^The database at 127\\.0\\.0\\.1:${port} does not answer \\(.*\\); check DATABASE_URL`),
    );
    expect(told[0]).not.toContain("4711");
  }
});

it("says in a sentence that the database is not there", async () => {
  const environment = { DATABASE_URL: new URL("/no_such_database", inject("postgresUrl")).href };
  expect(await type(["migrate"], environment)).toBe(1);
  expect(told).toEqual([
    expect.stringMatching(/^The database at \S+ refuses \(.*no_such_database.*\); check DATABASE_URL\.$/),
  ]);
});

it("applies nothing here when the environment names a server elsewhere", async () => {
  const environment = { FOURNINES_URL: `http://127.0.0.1:${await freePort()}`, FOURNINES_TOKEN: "fn_a" };
  expect(await type(["apply", file], environment)).toBe(1);
  expect(told).toEqual([expect.stringMatching(/^No server answers at http:\/\/127\.0\.0\.1:\d+\./)]);
  expect(readdirSync(folder)).toEqual(["platform.yaml"]);
});

it("shows a plan that would take something from people, and refuses it even dry", async () => {
  await copyDatabaseInto(join(folder, "data"));
  const database = await openDatabase({ folder: join(folder, "data") });
  await queryRows(
    database.db,
    sql`insert into services (slug, title, description, position, managed_by, created_at) values ('beacon', 'Beacon', '', 0, 'people', 0)`,
  );
  await database.close();
  expect(await type(["apply", file, "--dry-run"])).toBe(1);
  expect(printed).toContain("+ platform");
  expect(told).toEqual([
    "made by people, not by a file: service beacon",
    "  /services/beacon: is the slug of something that people made; choose another one",
  ]);
});

it("exits with 2 for what is typed wrongly, and with 0 for help", async () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const show = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  expect(await type(["aply"])).toBe(2);
  expect(await type(["apply"])).toBe(2);
  expect(await type(["--help"])).toBe(0);
  expect(write.mock.calls.join("")).toContain("Did you mean apply?");
  expect(show.mock.calls.join("")).toContain("apply [options] <file>");
});
