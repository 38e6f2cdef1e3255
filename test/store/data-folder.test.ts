import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  isFolderHeld,
  keepProbeKey,
  keepSecretKey,
  lockDataFolder,
  makeFolder,
  readServerNote,
  writeServerNote,
} from "../../src/store/data-folder.ts";

const root = mkdtempSync(join(tmpdir(), "fournines-folder-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let counter = 0;
const newFolder = () => join(root, String(++counter));

describe("the lock of a data folder", () => {
  it("keeps a second one off while it is held, and names who holds it", async () => {
    const folder = newFolder();
    const lock = await lockDataFolder(folder);
    writeServerNote(join(folder, "server.json"), {
      pid: 4711,
      url: "http://localhost:3000",
      controlToken: "t",
    });
    await expect(lockDataFolder(folder)).rejects.toMatchObject({
      code: "data_folder_taken",
      message: expect.stringContaining("the process 4711 (http://localhost:3000)") as string,
    });
    expect(await isFolderHeld(folder)).toBe(true);
    await lock.release();
    expect(await isFolderHeld(folder)).toBe(false);
    await (await lockDataFolder(folder)).release();
  });

  it("gives it to exactly one of several that come at once", async () => {
    const folder = newFolder();
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => lockDataFolder(folder)));
    const held = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(held).toHaveLength(1);
    await held[0]!.value.release();
  });

  it("is free again when its holder was killed", async () => {
    const folder = newFolder();
    const url = new URL("../../src/store/data-folder.ts", import.meta.url).href;
    const script = `const { lockDataFolder } = await import(${JSON.stringify(url)}); await lockDataFolder(${JSON.stringify(folder)}); console.log("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: "data_folder_taken" });
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await lockDataFolder(folder)).release();
  });
});

describe("what is kept in a data folder", () => {
  it("keys are made once, stay the same, and are readable by their owner alone", async () => {
    const folder = newFolder();
    makeFolder(folder);
    const path = join(folder, "secret.key");
    const key = keepSecretKey(path);
    expect(key).toHaveLength(43);
    expect(keepSecretKey(path)).toBe(key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const probeKey = join(folder, "probe.key");
    const exported = async () =>
      Buffer.from(await crypto.subtle.exportKey("pkcs8", await keepProbeKey(probeKey)));
    expect(await exported()).toEqual(await exported());
  });

  it.each([
    ["cannot be written (EISDIR)", (path: string) => mkdirSync(`${path}.new`)],
    ["cannot be read (EISDIR)", (path: string) => mkdirSync(path)],
    ["holds no key of this server's probe", (path: string) => writeFileSync(path, "rubbish")],
  ])("a key that %s is refused with its place", async (words, spoil) => {
    const folder = newFolder();
    makeFolder(folder);
    const path = join(folder, "probe.key");
    spoil(path);
    await expect(keepProbeKey(path)).rejects.toThrow(`${path} ${words}`);
  });

  it("so is the server's secret, where nothing can be written", () => {
    const folder = newFolder();
    // Where a file is wanted stands a folder: that stops a superuser, too.
    mkdirSync(join(folder, "secret.key.new"), { recursive: true });
    const path = join(folder, "secret.key");
    expect(() => keepSecretKey(path)).toThrow(
      expect.objectContaining({ message: `${path} cannot be written (EISDIR)` }),
    );
  });

  it("a folder that cannot be made is refused with the system's reason", () => {
    const file = join(root, "a-file");
    writeFileSync(file, "");
    expect(() => makeFolder(file)).toThrow(/the data folder .*a-file cannot be made \(EEXIST\)/);
    expect(() => makeFolder(join(file, "data"))).toThrow(/the data folder .* cannot be made \(ENOTDIR\)/);
  });

  it("a note that is missing or broken is none", () => {
    const path = join(root, "note.json");
    expect(readServerNote(path)).toBeNull();
    writeFileSync(path, '{"pid":');
    expect(readServerNote(path)).toBeNull();
  });
});
