/**
 * The files of a PGlite folder, copied into memory at the start: a database that begins with what stands there and leaves it untouched.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryFS } from "@electric-sql/pglite";

/** Where PGlite keeps its database, in the memory of its module. */
const root = "/pglite/data";

export class CopiedFiles extends MemoryFS {
  readonly #folder: string;

  /** @param folder of a PGlite that is closed */
  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  override async initialSyncFs(): Promise<void> {
    const { FS } = this.pg!.Module;
    FS.mkdirTree(root, 0o700);
    // Folders come before what is in them.
    for (const entry of readdirSync(this.#folder, { recursive: true, withFileTypes: true })) {
      const from = join(entry.parentPath, entry.name);
      const to = `${root}${from.slice(this.#folder.length).replaceAll("\\", "/")}`;
      if (entry.isDirectory()) {
        FS.mkdir(to, 0o700);
      } else {
        FS.writeFile(to, readFileSync(from), { canOwn: true });
      }
    }
  }
}
