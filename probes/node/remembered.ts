/**
 * What a probe on a machine was asked last, in a file: with it, it goes on asking over its own restart while the server is away. Only its
 * owner may read the file, because it holds the secrets of checks.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../refusals.ts";
import type { Remembered } from "../remote-probe.ts";
import { replaceFile } from "./durable.ts";

const fileName = "assignments.json";

/** Null: nothing is remembered, and the probe waits for the server. */
export async function readRemembered(folder: string): Promise<Remembered | null> {
  try {
    const kept = JSON.parse(await readFile(join(folder, fileName), "utf8")) as Remembered;
    return Array.isArray(kept.list?.assignments) && Array.isArray(kept.list.selfCheck) ? kept : null;
  } catch {
    return null;
  }
}

/** Keeps one after the other; `settled` resolves when the last one is on the disk. */
export function remembering(folder: string, onFailure: (message: string) => void) {
  let last: Promise<void> = Promise.resolve();
  return {
    remember(asked: Remembered): void {
      const text = JSON.stringify(asked);
      last = last
        .then(() => replaceFile(join(folder, fileName), text))
        .catch((error: unknown) => onFailure(messageOf(error)));
    },
    settled: () => last,
  };
}
