/** The database of this installation for commands that need no server: opened, locked where it is a folder, migrated, closed again. */
import { readConfig } from "../config.ts";
import { Conflict } from "../domain/errors.ts";
import { lockDataFolder } from "../store/data-folder.ts";
import type { OpenDatabase } from "../store/database.ts";
import { openDatabase } from "../store/open-database.ts";
import { databaseTrouble } from "../store/database-away.ts";

/**
 * Runs something over the database that the environment names.
 *
 * @throws Conflict data_folder_taken while a server runs on the folder; database_away when the database cannot serve or lets us not in
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
  } catch (error) {
    throw refusalOfDatabase(error, config.databaseUrl) ?? error;
  } finally {
    await database.close();
    await lock?.release();
  }
}

/** SQLSTATE of who may not come in (28…), of a database that is not there, and of a right that is missing. */
const refusing = /^(28...|3D000|42501)$/;

/** What a person can mend, as a sentence; null when the error is something else. */
function refusalOfDatabase(error: unknown, databaseUrl: string | null): Conflict | null {
  const where = databaseUrl === null ? "in the data folder" : `at ${new URL(databaseUrl).host}`;
  const say = (what: string) =>
    new Conflict("database_away", `The database ${where} ${what}.`, [], { cause: error });
  const trouble = databaseTrouble(error);
  if (trouble !== null) {
    return trouble.reads
      ? say(`cannot store anything (${trouble.reason})`)
      : say(`does not answer (${trouble.reason}); check DATABASE_URL and that the server runs`);
  }
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (refusing.test((cause as { code?: string }).code ?? "")) {
      return say(`refuses (${cause.message}); check DATABASE_URL`);
    }
  }
  return null;
}
