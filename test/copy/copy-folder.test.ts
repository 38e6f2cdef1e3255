import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifestName, parseSealed } from "../../probes/page-copy.ts";
import { writeCopy } from "../../src/copy/copy-folder.ts";
import { filesIn, verifyPageCopy } from "../../src/evidence/page-copy.ts";
import { boards, now } from "../support/boards.ts";
import { seal, testCopies, type TestCopies } from "../support/page-copies.ts";

const root = await mkdtemp(join(tmpdir(), "fournines-copy-"));
afterAll(() => rm(root, { recursive: true, force: true }));
let counter = 0;
const newFolder = () => join(root, String(++counter));

const write = (folder: string, copies: TestCopies) => writeCopy(folder, (before) => copies.make([], before));
const faultsOf = async (folder: string) => (await verifyPageCopy(folder)).faults;

describe("a copy in a folder", () => {
  let folder: string;
  let copies: TestCopies;
  beforeAll(async () => {
    folder = newFolder();
    copies = testCopies(boards.outage());
    await write(folder, copies);
  });

  it("holds a picture for chats, the icon of home screens, and what goes with a page of its own", async () => {
    for (const name of ["og.png", "apple-touch-icon.png"]) {
      expect((await readFile(join(folder, name))).subarray(1, 4).toString()).toBe("PNG");
    }
    const { manifest } = parseSealed(await readFile(join(folder, manifestName), "utf8"));
    const headersOf = (wanted: string) => manifest.files.find(({ name }) => name === wanted)!.headers;
    expect(headersOf("embed/index.html")).toMatchObject({
      "Content-Security-Policy": expect.stringContaining("frame-ancestors *") as string,
      Refresh: "60",
    });
    expect(headersOf("index.html")).toBeUndefined();
    expect(manifest.headers["Content-Security-Policy"]).toContain("frame-ancestors 'none'");
    // Of parts of the page no pictures are drawn: that of the whole stands for them.
    const beacon = manifest.files.find(({ name }) => /^services\/[^/]+\/index\.html$/.test(name))!.name;
    expect(await readFile(join(folder, beacon), "utf8")).toContain(
      'content="https://status.example.org/og.png"',
    );
  });

  it("that knows no server promises nothing that takes one", async () => {
    const adrift = newFolder();
    await write(adrift, testCopies(boards.outage(), null));
    for (const name of (await filesIn(adrift)).filter((one) => one.endsWith(".html"))) {
      const page = await readFile(join(adrift, name), "utf8");
      expect([name, /<a>[^<]*/.exec(page)?.[0]]).toEqual([name, undefined]);
    }
  });

  it("holds what was said longer ago than the board remembers, on the pages that are about it", async () => {
    const year = 365 * 86_400_000;
    const before = boards.outage();
    const old = testCopies({ ...before, wordsSince: now - year });
    const [told] = before.incidents;
    const [window] = before.windows;
    const at = now - 2 * year;
    const incident = {
      ...told!,
      reference: "INC-2024-0001",
      title: "Long ago",
      startedAt: at,
      resolvedAt: at + 1,
    };
    const work = {
      ...window!,
      reference: "MNT-2024-0001",
      title: "Long planned",
      plannedStart: at,
      plannedEnd: at + 1,
    };
    old.remember({ incidents: [incident], windows: [work], firstAt: at });
    const place = newFolder();
    await write(place, old);
    expect(await readFile(join(place, "incidents/INC-2024-0001/index.html"), "utf8")).toContain("Long ago");
    expect(await readFile(join(place, "maintenance/MNT-2024-0001/index.html"), "utf8")).toContain(
      "Long planned",
    );
    expect(await readFile(join(place, "maintenance/MNT-2024-0001.ics"), "utf8")).toContain("Long planned");
    const month = new Date(at).toISOString().slice(0, 7);
    expect(await readFile(join(place, `history/${month}/index.html`), "utf8")).toContain("Long ago");
    expect(await readFile(join(place, "feed.atom"), "utf8")).not.toContain("Long ago");
    expect((await verifyPageCopy(place)).verified).toBe(true);
  });

  it("is taken away, whole, once not everybody may see the page, and is back when everybody may", async () => {
    const place = newFolder();
    await write(place, copies);
    await writeFile(join(place, "notes.txt"), "of somebody else");
    const closed = await writeCopy(place, () => copies.withdraw());
    expect([closed.added, closed.changed, closed.manifest.files]).toEqual([0, 0, []]);
    expect((await filesIn(place)).sort()).toEqual([manifestName, "notes.txt"].sort());
    const left = await readFile(join(place, manifestName), "utf8");
    expect(left).not.toMatch(/Acme|example|services/);
    expect(await faultsOf(place)).toEqual(["notes.txt is no part of the copy"]);
    expect((await write(place, copies)).manifest.files.length).toBeGreaterThan(100);
  });

  it("is what was sealed", async () => {
    expect(await verifyPageCopy(folder, { publicKey: seal.publicKey })).toMatchObject({
      verified: true,
      told: { at: now, platform: "Acme Cloud", languages: ["en"] },
      publicKey: seal.publicKey,
      newer: 0,
    });
    expect(await verifyPageCopy(folder, { publicKey: "another" })).toMatchObject({ verified: false });
  });

  it("tells of each file whose bytes are others, wherever one was flipped", async () => {
    const names = await filesIn(folder);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, at, by) => {
          const file = join(folder, name);
          const whole = await readFile(file);
          const broken = Buffer.from(whole);
          broken[at % broken.length]! ^= by;
          await writeFile(file, broken);
          try {
            const faults = await faultsOf(folder);
            expect(faults).toHaveLength(1);
            expect(faults[0]).toContain(name);
          } finally {
            await writeFile(file, whole);
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(await faultsOf(folder)).toEqual([]);
  });

  it("tells of each file that is missing, and of each that is no part of it", async () => {
    await rm(join(folder, "feed.atom"));
    await writeFile(join(folder, "services/notes.txt"), "somebody's own");
    expect(await faultsOf(folder)).toEqual([
      "feed.atom is missing",
      "services/notes.txt is no part of the copy",
    ]);
    await write(folder, copies);
    expect(await faultsOf(folder)).toEqual(["services/notes.txt is no part of the copy"]);
    expect(await readFile(join(folder, "services/notes.txt"), "utf8")).toBe("somebody's own");
    await rm(join(folder, "services/notes.txt"));
  });

  it("leaves alone what did not change, and takes away what it named and no longer has", async () => {
    const page = join(folder, "incidents/INC-2026-0007/index.html");
    const before = await stat(page);
    const board = boards.outage();
    const [gone, ...others] = board.services;
    copies.show({ ...board, services: others });
    copies.advance(60_000);
    const { changed, removed } = await write(folder, copies);
    expect(await stat(page)).toMatchObject({ mtimeMs: before.mtimeMs, ino: before.ino });
    expect(await readFile(page, "utf8")).toContain(
      `datetime="${new Date(now).toISOString()}" data-as="full"`,
    );
    expect(changed).toBeGreaterThan(5);
    expect(removed).toBeGreaterThan(5);
    await expect(stat(join(folder, `services/${gone!.slug}`))).rejects.toThrow("ENOENT");
    expect(await verifyPageCopy(folder)).toMatchObject({ verified: true, told: { at: now + 60_000 } });
  });

  it("is refused where a file of somebody else's is in the way, and leaves everything as it was", async () => {
    const foreign = newFolder();
    await mkdir(foreign);
    await writeFile(join(foreign, "robots.txt"), "mine");
    await expect(write(foreign, copies)).rejects.toMatchObject({ code: "copy_folder_foreign" });
    expect(await filesIn(foreign)).toEqual(["robots.txt"]);
  });

  it("is written by one process at a time", async () => {
    const busy = newFolder();
    const both = await Promise.allSettled([write(busy, copies), write(busy, copies)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "copy_folder_taken" },
    });
    expect(await faultsOf(busy)).toEqual([]);
  });

  it("says where nothing can be written", async () => {
    await writeFile(join(root, "file"), "");
    await expect(write(join(root, "file/copy"), copies)).rejects.toMatchObject({
      code: "copy_folder_unusable",
    });
  });

  it("in one language has that one at the root and no other", async () => {
    const alone = newFolder();
    const board = boards.calm();
    const inDanish = testCopies({ ...board, settings: { ...board.settings, languages: ["en", "da"] } }, null);
    const { manifest } = await writeCopy(alone, (before) => inDanish.make(["da"], before));
    expect(manifest.languages).toEqual(["da"]);
    const html = await readFile(join(alone, "index.html"), "utf8");
    expect(html).toContain('<html lang="da-DK">');
    expect(html).not.toMatch(/hreflang|\/report|\/subscribe|<form/);
    expect(() => inDanish.make(["fr"])).toThrow("not told in");
  });
});

describe("an export that is killed", () => {
  const script = fileURLToPath(new URL("../support/export-again.ts", import.meta.url));

  it("leaves a whole copy at every moment, and the next one goes on from there", async () => {
    const folder = newFolder();
    await write(folder, testCopies(boards.calm()));
    const seen = new Set<string>();
    for (const afterMs of [20, 150, 280, 410]) {
      const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
      // It says when it begins to write; from then on it exports one changed copy after the other.
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill("SIGKILL");
      await once(child, "exit");
      const { verified, newer, faults } = await verifyPageCopy(folder);
      expect([afterMs, faults, verified]).toEqual([afterMs, [], true]);
      seen.add(newer === 0 ? "one copy" : "on the way");
      for (const name of (await filesIn(folder)).filter((one) => one.endsWith(".html"))) {
        await expectLinksToLead(folder, name);
      }
    }
    expect(seen).toContain("one copy");
    const copies = testCopies(boards.degraded());
    copies.advance(86_400_000);
    await write(folder, copies);
    expect(await verifyPageCopy(folder)).toMatchObject({
      verified: true,
      newer: 0,
      told: { at: now + 86_400_000 },
    });
    expect((await filesIn(folder)).filter((name) => name.startsWith(".copy-next"))).toEqual([]);
  });
});

/** Every link of a page to a file of the copy leads to one. */
async function expectLinksToLead(folder: string, name: string): Promise<void> {
  if (name.startsWith(".copy-next/")) {
    return;
  }
  const html = await readFile(join(folder, name), "utf8");
  const links = [...html.matchAll(/\s(?:href|src)="([^"#?]+)/g)].map(([, link]) => link!);
  for (const link of new Set(links.filter((one) => !one.includes(":")))) {
    await stat(join(folder, dirname(name), link));
  }
}
