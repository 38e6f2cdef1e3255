/** Writing so that it is on the disk afterwards, whole or not at all, for what a probe keeps over its own end and the machine's. */

import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/** All of it: a system may take less at a time, above all when the disk is nearly full. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** That a file exists survives a power cut only when its folder was synced, too. Where folders cannot be, the system sees to it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a file in the place of another one of that name; readable by its owner alone. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const next = `${path}.next`;
  try {
    const file = await open(next, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await unlink(next).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}
