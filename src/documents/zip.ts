/** ZIP archives that are the same bytes for the same files: fixed time, fixed order, fixed compression. */
import { type Zippable, zipSync } from "fflate";

/** The earliest time a ZIP can name; read as local time, so it is the same text in every zone. */
const noTime = new Date(1980, 0, 1);

/** Packs files in the order in which they are given. */
export function zipFiles(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const zippable: Zippable = {};
  for (const [name, bytes] of files) {
    zippable[name] = [bytes, { mtime: noTime, level: 6, os: 3 }];
  }
  return zipSync(zippable);
}
