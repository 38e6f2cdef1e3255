import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { run } from "../../src/cli/main.ts";
import { type Installation, install } from "../support/server-process.ts";
import { startTarget, type Target } from "../support/target.ts";

/** The command as it is typed on the machine of an installation. */
describe("the command line of the page's copy", () => {
  let target: Target;
  let installation: Installation;
  let folder: string;

  beforeAll(async () => {
    target = await startTarget();
    installation = await install(
      `
platform: { name: Acme, time_zone: Europe/Copenhagen, languages: [en, da] }
services:
  beacon: { title: Beacon, checks: { web: { http: "${target.url}", interval: 1h, timeout: 900ms } } }
`,
      "data folder",
    );
    folder = await mkdtemp(join(tmpdir(), "fournines-copy-"));
  });
  afterAll(async () => {
    await installation.remove();
    await rm(folder, { recursive: true, force: true });
    await target.close();
  });

  async function typed(...words: string[]): Promise<{ status: number; printed: string }> {
    const lines: string[] = [];
    const error = vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
    const environment = { DATA_DIR: join(installation.folder, "data") };
    try {
      const status = await run(words, { print: (line) => void lines.push(line), environment });
      return { status, printed: lines.join("\n") };
    } finally {
      error.mockRestore();
    }
  }

  it("exports from the running server, then from the database, under one seal, and proves it", async () => {
    const out = join(folder, "out");
    const server = await installation.start();
    const page = async () => (await fetch(server.url)).text();
    // Asked once, and for hours not silent: between the two exports nothing changes but the time.
    await expect.poll(page).toContain("Beacon is running");
    const first = await typed("export-page", out);
    expect(first).toMatchObject({ status: 0 });
    expect(first.printed).toMatch(/holds the page of Acme as of .*files in en, da\n {2}\d+ new, 0 changed/);
    const [, key] = /sealed by the key (\S+)/.exec(first.printed)!;
    const proved = await typed("verify", out, "--key", key!);
    expect([proved.status, proved.printed.includes(`${key}, as you named it`)]).toEqual([0, true]);
    expect((await typed("verify", out)).printed).toContain("compare it with the one the server shows");
    const other = await typed("verify", out, "--key", "A".repeat(43) + "=");
    expect([other.status, other.printed.includes("not the one you named")]).toEqual([1, true]);
    await server.stop();

    const second = await typed("export-page", out, "--json");
    const said = JSON.parse(second.printed) as {
      files: number;
      added: number;
      changed: number;
      public_key: string;
    };
    expect(said.public_key).toBe(key);
    expect(said.added).toBe(0);
    expect(said.changed).toBeLessThan(said.files / 2);
    const verified = await typed("verify", out, "--json", "--key", key!);
    expect(JSON.parse(verified.printed)).toMatchObject({
      verified: true,
      page: { platform: "Acme", languages: ["en", "da"] },
      faults: [],
    });
    expect(await readFile(join(out, "da/services/beacon/index.html"), "utf8")).toContain("Beacon");

    await writeFile(join(out, "index.html"), "forged");
    const broken = await typed("verify", out);
    expect(broken.status).toBe(1);
    expect(broken.printed).toContain("index.html was changed since the copy was sealed");
  });

  it("takes the languages it is given, and says which there are", async () => {
    const out = join(folder, "danish");
    expect(await typed("export-page", out, "--language", "da")).toMatchObject({ status: 0 });
    expect(await readFile(join(out, "index.html"), "utf8")).toContain('<html lang="da-DK">');
    const refused = await typed("export-page", out, "--language", "fr");
    expect(refused.status).toBe(1);
    expect(refused.printed).toContain('The page is not told in "fr", only in: en, da.');
    const empty = await typed("verify", folder);
    expect(empty.status).toBe(2);
  });
});
