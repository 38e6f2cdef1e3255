/** A copy of the page that came as one archive, from a server: unpacked, and every file held against the sealed manifest in it. */
import { hash } from "node:crypto";
import { unzipSync } from "fflate";
import {
  copySealFault,
  type CopiedFile,
  MalformedCopy,
  manifestName,
  parseSealed,
} from "../../probes/page-copy.ts";
import { Conflict } from "../domain/errors.ts";
import type { MadeCopy } from "../http/pages/compose-copy.ts";

/**
 * The copy in an archive. What a page says of its instant is as the server remembers it: it does not know what a folder holds.
 *
 * @throws Conflict copy_unusable when a file is not what was sealed
 */
export async function* openCopyArchive(archive: Uint8Array): MadeCopy {
  const files = unpacked(archive);
  const sealed = parsed(files.get(manifestName));
  const fault = await copySealFault(sealed.text, sealed.seal);
  if (fault !== null) {
    throw unusable(`its manifest is not what was sealed: ${fault}`);
  }
  for (const file of sealed.manifest.files) {
    yield { file, content: checked(file, files.get(file.name)) };
  }
  return sealed;
}

function unpacked(archive: Uint8Array): Map<string, Uint8Array> {
  try {
    return new Map(Object.entries(unzipSync(archive)));
  } catch (cause) {
    throw unusable("it is no archive that can be unpacked", cause);
  }
}

function parsed(manifest: Uint8Array | undefined) {
  try {
    return parseSealed(new TextDecoder().decode(manifest));
  } catch (cause) {
    if (cause instanceof MalformedCopy) {
      throw unusable(cause.message, cause);
    }
    throw cause;
  }
}

function checked({ name, sha256 }: CopiedFile, content: Uint8Array | undefined): Buffer {
  if (content === undefined || hash("sha256", content, "hex") !== sha256) {
    throw unusable(`${name} is not what was sealed`);
  }
  return Buffer.from(content);
}

function unusable(why: string, cause?: unknown): Conflict {
  return new Conflict("copy_unusable", `The copy that the server sent cannot be used: ${why}.`, [], {
    cause,
  });
}
