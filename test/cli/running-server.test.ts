import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findRunningServer } from "../../src/cli/running-server.ts";
import { lockDataFolder, writeServerNote } from "../../src/store/data-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fournines-running-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
/** Of no process of this machine. */
const nobody = 2 ** 30;
const note = (pid: number) => ({ pid, url: "http://127.0.0.1:3000", controlToken: "t" });
const leave = (pid: number) => writeServerNote(join(folder, "server.json"), note(pid));

it("is nobody where nobody holds the folder, whatever an earlier one left", async () => {
  leave(process.pid);
  expect(await findRunningServer(folder)).toBeNull();
});

it("is waited for while it starts, over what the run before it left", async () => {
  leave(nobody);
  const lock = await lockDataFolder(folder);
  const found = findRunningServer(folder);
  leave(process.pid);
  expect(await found).toEqual(note(process.pid));
  await lock.release();
});

it("is nobody once whoever held the folder lets go of it", async () => {
  const lock = await lockDataFolder(folder);
  const found = findRunningServer(folder);
  await lock.release();
  expect(await found).toBeNull();
});

it("is believed to be where it says though its process cannot be seen", async () => {
  leave(nobody);
  const lock = await lockDataFolder(folder);
  expect(await findRunningServer(folder, 0)).toEqual(note(nobody));
  await lock.release();
});

it("is none that says nothing of itself: the folder is somebody else's", async () => {
  writeFileSync(join(folder, "server.json"), "{}");
  const lock = await lockDataFolder(folder);
  await expect(findRunningServer(folder, 0)).rejects.toMatchObject({ code: "data_folder_taken" });
  await lock.release();
});
