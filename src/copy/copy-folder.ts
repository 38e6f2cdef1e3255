/**
 * The copy of the page in a folder that a host serves. A new copy is laid down beside the old one, and takes its place by renaming file
 * after file, new ones first; whenever that breaks off, every file is whole, every link leads somewhere, and the next export goes on from
 * there. What is no part of a copy is never touched.
 */
import { mkdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type CopiedFile, manifestName, printSealed, type CopyManifest } from "../../probes/page-copy.ts";
import { Conflict } from "../domain/errors.ts";
import { digestAt, readCopy, stagingName } from "../evidence/page-copy.ts";
import { eachFile, filesByName, type MadeCopy } from "../http/pages/compose-copy.ts";
import { holdFolder } from "../store/data-folder.ts";

/** Begins a copy, knowing the files of the one that the folder holds. */
export type MakeCopy = (before: ReadonlyMap<string, CopiedFile>) => MadeCopy;

export interface WrittenCopy {
  manifest: CopyManifest;
  /** The key that sealed it, base64. */
  publicKey: string;
  /** Files that were not there, that were others, and that are no longer part of the page. */
  added: number;
  changed: number;
  removed: number;
}

/**
 * Brings the copy in a folder up to date; makes the folder where there is none.
 *
 * @throws Conflict copy_folder_taken while another process writes there; copy_folder_foreign where a file of somebody else's is in the
 * way; copy_folder_unusable where nothing can be written
 */
export async function writeCopy(path: string, make: MakeCopy): Promise<WrittenCopy> {
  const folder = resolve(path);
  return unlessUnusable(folder, async () => {
    await mkdir(folder, { recursive: true });
    const hold = await holdFolder(folder);
    if (hold === null) {
      throw new Conflict("copy_folder_taken", `${folder} is being written to by another process.`);
    }
    try {
      await finish(folder);
      return await replace(folder, make);
    } catch (error) {
      // What lies ready whole takes its place the next time; of anything else nothing is left behind.
      if ((await readCopy(join(folder, stagingName), [])) === null) {
        await rm(join(folder, stagingName), { recursive: true, force: true });
      }
      throw error;
    } finally {
      await hold.release();
    }
  });
}

async function replace(folder: string, make: MakeCopy): Promise<WrittenCopy> {
  const old = await readCopy(folder, []);
  const before = old === null ? new Map<string, CopiedFile>() : filesByName(old.manifest);
  const staging = join(folder, stagingName);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  const written = { added: 0, changed: 0 };
  const sealed = await eachFile(make(before), async ({ file, content }) => {
    const place = join(folder, file.name);
    const found = await digestAt(place);
    if (found === file.sha256) {
      return;
    }
    if (found !== null && !before.has(file.name)) {
      throw new Conflict(
        "copy_folder_foreign",
        `${place} is there already and is no part of a copy: move it away, or choose another folder.`,
      );
    }
    written[found === null ? "added" : "changed"]++;
    await writeInto(staging, file.name, content);
  });
  const { manifest } = sealed;
  const names = filesByName(manifest);
  const removed = [...before.keys()].filter((name) => !names.has(name)).length;
  await writeInto(staging, `${manifestName}.part`, printSealed(sealed));
  // From here on the new copy is the one that will be.
  await rename(join(staging, `${manifestName}.part`), join(staging, manifestName));
  await finish(folder);
  return { manifest, publicKey: sealed.seal.public_key, ...written, removed };
}

/** Lets a copy that lies ready take the old one's place, from wherever that broke off; one that is not complete is not looked at. */
async function finish(folder: string): Promise<void> {
  const staging = join(folder, stagingName);
  const next = await readCopy(staging, []);
  if (next === null) {
    return;
  }
  const names = next.manifest.files.map(({ name }) => name);
  const isNew = await Promise.all(names.map(async (name) => (await digestAt(join(folder, name))) === null));
  // What pages lead to is there before the pages are.
  for (const name of [...names.filter((_, i) => isNew[i]), ...names.filter((_, i) => !isNew[i]).reverse()]) {
    if (await isThere(join(staging, name))) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await rename(join(staging, name), join(folder, name));
    }
  }
  const kept = new Set(names);
  const old = await readCopy(folder, []);
  for (const { name } of old?.manifest.files ?? []) {
    if (!kept.has(name)) {
      await rm(join(folder, name), { force: true });
      await removeEmpty(folder, dirname(name));
    }
  }
  await rename(join(staging, manifestName), join(folder, manifestName));
  await rm(staging, { recursive: true, force: true });
}

/** Folders that hold nothing any more, from the innermost outwards. */
async function removeEmpty(folder: string, inside: string): Promise<void> {
  for (let one = inside; one !== "."; one = dirname(one)) {
    try {
      await rmdir(join(folder, one));
    } catch {
      return;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function writeInto(folder: string, name: string, content: Buffer | string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}

const systemRefusals = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "EEXIST", "EISDIR"];

async function unlessUnusable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code = "", path = folder } = cause as NodeJS.ErrnoException;
    if (systemRefusals.includes(code) && !(cause instanceof Conflict)) {
      throw new Conflict("copy_folder_unusable", `The copy was not written: ${path} (${code}).`, [], {
        cause,
      });
    }
    throw cause;
  }
}
