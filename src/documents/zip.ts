/** ZIP archives that are the same bytes for the same files: fixed time, fixed order, fixed compression. */
import { Zip, ZipDeflate, type Zippable, zipSync } from "fflate";

/** The earliest time a ZIP can name; read as local time, so it is the same text in every zone. */
const noTime = new Date(1980, 0, 1);
const unix = 3;
const level = 6;

/** Packs files in the order in which they are given. */
export function zipFiles(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const zippable: Zippable = {};
  for (const [name, bytes] of files) {
    zippable[name] = [bytes, { mtime: noTime, level, os: unix }];
  }
  return zipSync(zippable);
}

/** Packs files as they come: no more than one of them is held at a time. */
export async function* zipStream(
  files: AsyncIterable<readonly [string, Uint8Array]>,
): AsyncGenerator<Uint8Array> {
  const packed: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error !== null) {
      throw error;
    }
    packed.push(bytes);
  });
  for await (const [name, bytes] of files) {
    const file = new ZipDeflate(name, { level });
    Object.assign(file, { mtime: noTime, os: unix });
    zip.add(file);
    file.push(bytes, true);
    yield* packed.splice(0);
  }
  zip.end();
  yield* packed.splice(0);
}
