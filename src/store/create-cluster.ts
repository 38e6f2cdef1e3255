/**
 * Makes the files of a new PGlite folder, named on the command line; a program of its own, run once by database.ts at the first start.
 */
import { PGlite } from "@electric-sql/pglite";

const folder = process.argv[2]!;
const client = await PGlite.create(folder);
await client.close();
