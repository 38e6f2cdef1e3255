/**
 * The public board in the data folder, as it was told last: what a server shows that starts while its database is away. Written whole or
 * not at all; one of another edition of the product is not read.
 */
import { readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import type { StatusBoard } from "../domain/status/status-board.ts";

/** Keeps it in the place of the one before. */
export async function keepBoard(path: string, board: StatusBoard, edition: string): Promise<void> {
  await writeFile(`${path}.new`, serialize({ edition, board }), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Keeps none any more: not everybody may see it. */
export async function forgetBoard(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** The one that was kept; null: none was, or it cannot be read. */
export function readKeptBoard(path: string, edition: string): StatusBoard | null {
  try {
    const kept = deserialize(readFileSync(path)) as { edition: string; board: StatusBoard };
    return kept.edition === edition ? kept.board : null;
  } catch {
    return null;
  }
}
