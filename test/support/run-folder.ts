/**
 * The folder of one test run, for the databases that it makes and throws away: in memory where the system keeps files there and has room,
 * else where temporary files go. What a run that was killed left behind is cleared by the next.
 */
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const inMemory = "/dev/shm";
const roomWanted = 3 * 1024 ** 3;
const named = /^fournines-run-(\d+)-/;

/** A new, empty folder that bears this process's number; whoever makes it takes it away. */
export async function makeRunFolder(): Promise<string> {
  const place = (await hasRoom(inMemory)) ? inMemory : tmpdir();
  await clearLeftovers(place);
  const folder = await mkdtemp(join(place, `fournines-run-${process.pid}-`));
  // PostgreSQL drops to an unprivileged user when started by root; that user has to reach what is in here.
  await chmod(folder, 0o755);
  return folder;
}

async function hasRoom(place: string): Promise<boolean> {
  if (!existsSync(place)) {
    return false;
  }
  const { bavail, bsize } = await statfs(place);
  return bavail * bsize >= roomWanted;
}

async function clearLeftovers(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    const pid = named.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(join(place, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
