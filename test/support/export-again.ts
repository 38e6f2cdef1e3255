/** A process that exports one copy after the other into a folder, each of another board, until it is killed. */
import { writeCopy } from "../../src/copy/copy-folder.ts";
import { boards } from "./boards.ts";
import { testCopies } from "./page-copies.ts";

const folder = process.argv[2]!;
const kinds = [boards.outage, boards.maintenance, boards.noData, boards.calm, boards.degraded];
const copies = testCopies(boards.calm());
copies.advance(Date.now() - Date.UTC(2026, 10, 22));
for (let i = 0; ; i++) {
  copies.show(kinds[i % kinds.length]!());
  copies.advance(1_000);
  await writeCopy(folder, (before) => copies.make([], before));
  if (i === 0) {
    process.stdout.write("writing\n");
  }
}
