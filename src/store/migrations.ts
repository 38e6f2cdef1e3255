/** Where the migrations lie: SQL files in order, the same for every engine. */
import { fileURLToPath } from "node:url";

export const migrationsFolder = fileURLToPath(new URL("../../drizzle", import.meta.url));
