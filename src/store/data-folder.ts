/**
 * The data folder of one server: a lock that keeps a second process off it, keys of its own, and a note for the command line
 * where the running server is to be found.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportPrivateKey, generateKeys, importPrivateKey } from "../../probes/batch.ts";
import { Conflict } from "../domain/errors.ts";

/** How the command line on the same machine reaches the running server; readable by its owner alone. */
export interface ServerNote {
  pid: number;
  url: string;
  controlToken: string;
}

/**
 * Takes the data folder for this process, until it ends, however it ends.
 *
 * @throws Conflict data_folder_taken when a living process holds it
 */
export async function lockDataFolder(folder: string): Promise<{ release(): Promise<void> }> {
  makeFolder(folder);
  const hold = await holdFolder(folder);
  if (hold === null) {
    const note = readServerNote(join(folder, "server.json"));
    const who = note === null ? "another process" : `the process ${note.pid} (${note.url})`;
    throw new Conflict(
      "data_folder_taken",
      `the data folder ${folder} is in use by ${who}: stop it first, or set DATA_DIR to another folder`,
    );
  }
  return hold;
}

/**
 * Takes a folder for this process; null: a living process holds it. The lock is a socket that the system closes with the process, so that
 * nothing stale can be left behind.
 *
 * @throws Conflict data_folder_taken when it cannot be told who holds it
 */
export async function holdFolder(folder: string): Promise<{ release(): Promise<void> } | null> {
  const path = lockPath(folder);
  const nonce = randomBytes(16).toString("hex");
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(nonce);
    });
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "EADDRINUSE" ? resolve(false) : reject(error),
      );
      server.listen(path, () => resolve(true));
    });
    // Whoever answers there now holds the folder: of two that removed the same dead socket, the later one does.
    const holder = await whoAnswers(path);
    if (taken && holder === nonce) {
      server.unref();
      return {
        release: () => new Promise((resolve) => server.close(() => resolve())),
      };
    }
    server.close();
    if (holder !== null) {
      return null;
    }
    rmSync(path, { force: true });
  }
  throw new Conflict("data_folder_taken", `the folder ${folder} could not be locked`);
}

/** A socket path has to be short: the folder's name goes into it as a digest. */
function lockPath(folder: string): string {
  const name = `fournines-${createHash("sha256").update(folder).digest("hex").slice(0, 24)}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** Whether a living process holds a data folder. */
export async function isFolderHeld(folder: string): Promise<boolean> {
  return (await whoAnswers(lockPath(folder))) !== null;
}

function whoAnswers(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = createConnection(path);
    socket.setTimeout(2000, () => socket.destroy());
    socket.on("data", (bytes) => (answer += bytes.toString()));
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer === "" ? null : answer));
  });
}

/** Makes a folder that only its owner may enter. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Conflict("data_folder_unusable", `the data folder ${folder} cannot be made (${code})`, [], {
      cause,
    });
  }
}

/** The Ed25519 key with which this server's own probe signs; made at the first start. */
export async function keepProbeKey(path: string): Promise<CryptoKey> {
  if (!existsSync(path)) {
    const { privateKey } = await generateKeys();
    writeWhole(path, await exportPrivateKey(privateKey));
  }
  try {
    return await importPrivateKey(readKept(path));
  } catch (cause) {
    if (cause instanceof Conflict) {
      throw cause;
    }
    throw new Conflict(
      "probe_key_unreadable",
      `${path} holds no key of this server's probe: put the right one back, or remove the file to have a new probe`,
      [],
      { cause },
    );
  }
}

/** What secrets are derived from, where none is given; made at the first start. */
export function keepSecretKey(path: string): string {
  if (!existsSync(path)) {
    writeWhole(path, randomBytes(32).toString("base64url"));
  }
  return readKept(path);
}

/** Leaves word where the running server is. */
export function writeServerNote(path: string, note: ServerNote): void {
  writeWhole(path, JSON.stringify(note));
}

/** The note of a server that runs or once ran; null: there is none that can be read. */
export function readServerNote(path: string): ServerNote | null {
  try {
    const { pid, url, controlToken } = JSON.parse(readFileSync(path, "utf8")) as Partial<ServerNote>;
    return typeof url === "string" && typeof controlToken === "string"
      ? { pid: Number(pid), url, controlToken }
      : null;
  } catch {
    return null;
  }
}

/** Whether there is a note that whoever asks may not read. */
export function isNoteClosed(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES";
  }
}

/**
 * A file is there whole or not at all, however the process ends.
 *
 * @throws Conflict data_folder_unusable when there is no room for it, or no right to write it
 */
function writeWhole(path: string, text: string): void {
  try {
    writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600, flush: true });
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw unusable(path, "written", cause);
  }
}

function readKept(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw unusable(path, "read", cause);
  }
}

function unusable(path: string, verb: "read" | "written", cause: unknown): Conflict {
  const { code } = cause as NodeJS.ErrnoException;
  return new Conflict("data_folder_unusable", `${path} cannot be ${verb} (${code})`, [], { cause });
}
