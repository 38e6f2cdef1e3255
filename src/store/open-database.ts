/** Opens the database that a place names, with the code that it takes and no other. */
import type { OpenDatabase } from "./database.ts";

/** Where the database is: a PostgreSQL address, a folder for PGlite, or memory, empty or with what a folder holds. */
export type DatabasePlace =
  { url: string; connections?: number } | { folder: string } | { memory: true; copyOf?: string };

/** Opens the database. Refuses nothing by itself: a server that is away shows at the first query. */
export async function openDatabase(place: DatabasePlace): Promise<OpenDatabase> {
  if ("url" in place) {
    return (await server()).openServer(place.url, place.connections ?? 8);
  }
  if ("folder" in place) {
    return (await pglite()).openFolder(place.folder);
  }
  return (await pglite()).openMemory(place.copyOf);
}

/** Each is loaded only where it is used: a server does without the other, and without its memory. */
const pglite = () => import("./pglite.ts");
const server = () => import("./postgres.ts");
