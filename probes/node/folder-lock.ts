/**
 * Keeps a second process off a probe's folder. The lock is a socket, which the system closes with the process however it ends, so that
 * nothing stale can be left behind. Used by remote.ts.
 */

import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Another living process uses the folder. */
export class FolderTaken extends Error {
  constructor(folder: string) {
    super(`the folder ${folder} is used by another probe that is running`);
    this.name = "FolderTaken";
  }
}

export interface FolderLock {
  release(): Promise<void>;
}

/** @throws FolderTaken */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const [beside, ...elsewhere] = socketPaths(resolve(folder));
  try {
    return await lockAt(beside!, folder);
  } catch (error) {
    // A disk of another machine may have no sockets.
    if (error instanceof FolderTaken || elsewhere.length === 0) {
      throw error;
    }
    return lockAt(elsewhere[0]!, folder);
  }
}

async function lockAt(path: string, folder: string): Promise<FolderLock> {
  const mine = randomBytes(16).toString("hex");
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(mine);
    });
    const listens = await new Promise<boolean>((settle, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "EADDRINUSE" ? settle(false) : reject(error),
      );
      server.listen(path, () => settle(true));
    });
    // Two may have removed the same dead socket, one after the other listened: it belongs to whoever answers there.
    const holder = await whoAnswers(path);
    if (listens && holder === mine) {
      server.unref();
      return { release: () => new Promise((settle) => server.close(() => settle())) };
    }
    server.close();
    if (holder !== null) {
      break;
    }
    rmSync(path, { force: true });
  }
  throw new FolderTaken(folder);
}

/** Beside what it locks, so that all containers that share the folder see it; elsewhere when that path is too long for a socket. */
function socketPaths(folder: string): string[] {
  const name = `fournines-probe-${createHash("sha256").update(folder).digest("hex").slice(0, 24)}`;
  if (process.platform === "win32") {
    return [`\\\\.\\pipe\\${name}`];
  }
  const beside = join(folder, "lock");
  const elsewhere = join(tmpdir(), `${name}.sock`);
  return Buffer.byteLength(beside) < 100 ? [beside, elsewhere] : [elsewhere];
}

function whoAnswers(path: string): Promise<string | null> {
  return new Promise((settle) => {
    let answer = "";
    const socket = createConnection(path);
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on("data", (bytes) => (answer += bytes.toString()));
    socket.on("error", () => {});
    socket.on("close", () => settle(answer === "" ? null : answer));
  });
}
