/**
 * The files of a PGlite folder, copied into memory at the start: a database that begins with what stands there and leaves it untouched.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryFS } from "@electric-sql/pglite";

/** Where PGlite keeps its database, in the memory of its module. */
const root = "/pglite/data";

/** What stands in a folder, by its place there: folders come before what is in them, and have no bytes. */
type Files = readonly { at: string; bytes: Uint8Array | null }[];

/** Each folder is read once by a process, however many databases begin with it: opening a thousand files takes longer than all else. */
const known = new Map<string, Files>();

function filesOf(folder: string): Files {
  const files =
    known.get(folder) ??
    readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
      const place = join(entry.parentPath, entry.name);
      const at = place.slice(folder.length).replaceAll("\\", "/");
      return { at, bytes: entry.isDirectory() ? null : readFileSync(place) };
    });
  known.set(folder, files);
  return files;
}

/** A file in the memory of the module, as Emscripten keeps it. */
interface Node {
  contents: Uint8Array;
  stream_ops: { write(...words: unknown[]): number };
}

/** Most files are only read, and those all databases share; the first to write into one takes its own copy of it. */
function copyWhenWritten(node: Node): void {
  const { stream_ops: usual } = node;
  const shared = node.contents;
  const write = (...words: unknown[]): number => {
    if (node.contents === shared) {
      node.contents = new Uint8Array(shared);
    }
    return usual.write(...words);
  };
  node.stream_ops = { ...usual, write };
}

export class CopiedFiles extends MemoryFS {
  readonly #folder: string;

  /** @param folder of a PGlite that is closed, and stays so */
  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  override async initialSyncFs(): Promise<void> {
    const { FS } = this.pg!.Module;
    FS.mkdirTree(root, 0o700);
    for (const { at, bytes } of filesOf(this.#folder)) {
      if (bytes === null) {
        FS.mkdir(root + at, 0o700);
      } else {
        FS.writeFile(root + at, bytes, { canOwn: true });
        copyWhenWritten(FS.lookupPath(root + at).node);
      }
    }
  }
}
