/** The database of this installation for commands that need no server: opened, locked where it is a folder, migrated, closed again. */
import { readConfig } from "../config.ts";
import { lockDataFolder } from "../store/data-folder.ts";
import { type OpenDatabase, openDatabase } from "../store/database.ts";

/**
 * Runs something over the database that the environment names.
 *
 * @throws Conflict data_folder_taken while a server runs on the folder
 */
export async function withDatabase<T>(
  work: (database: OpenDatabase) => Promise<T>,
  environment: Record<string, string | undefined> = process.env,
): Promise<T> {
  const config = readConfig(environment);
  const lock = config.databaseUrl === null ? await lockDataFolder(config.dataDir) : undefined;
  const database = await openDatabase(
    config.databaseUrl === null ? { folder: config.dataDir } : { url: config.databaseUrl, connections: 2 },
  );
  try {
    await database.migrate();
    return await work(database);
  } finally {
    await database.close();
    await lock?.release();
  }
}
