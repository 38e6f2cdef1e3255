/**
 * The server that runs on a data folder of this machine, as it left word of itself. One that is just starting has left none yet, or what lies
 * there is of the run before: it is waited for, so that whoever has restarted it can go on at once.
 */
import { setTimeout as pause } from "node:timers/promises";
import { dataPaths } from "../config.ts";
import { Conflict, Refusal } from "../domain/errors.ts";
import { isFolderHeld, isNoteClosed, readServerNote, type ServerNote } from "../store/data-folder.ts";

/** No server can be asked, or it cannot answer. */
export class ServerAway extends Refusal {}

/** A start with a great history, and room. */
const startsWithinMs = 30_000;
const lookEveryMs = 200;

/**
 * @returns where it is; null: nobody holds the folder
 * @throws ServerAway server_file_closed; Conflict data_folder_taken: whoever holds it is no server
 */
export async function findRunningServer(
  dataDir: string,
  withinMs = startsWithinMs,
): Promise<ServerNote | null> {
  const until = performance.now() + withinMs;
  for (;;) {
    if (!(await isFolderHeld(dataDir))) {
      return null;
    }
    const note = readNote(dataDir);
    if (note !== null && isAlive(note.pid)) {
      return note;
    }
    if (performance.now() >= until) {
      if (note !== null) {
        // Its process may be one that cannot be seen from here.
        return note;
      }
      throw new Conflict("data_folder_taken", `the data folder ${dataDir} is in use by another process`);
    }
    await pause(lookEveryMs);
  }
}

/** What a server left that runs or once ran; null: nothing. @throws ServerAway server_file_closed */
export function readNote(dataDir: string): ServerNote | null {
  const path = dataPaths(dataDir).server;
  if (isNoteClosed(path)) {
    throw new ServerAway(
      "server_file_closed",
      `${path} may not be read by you. Run this as the server's user, or give --server and --token.`,
    );
  }
  return readServerNote(path);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process lives, too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
