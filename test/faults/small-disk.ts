/**
 * A disk that can be filled up: a memory disk of a few MB in a mount namespace of its own, which Linux lets anybody make who may have user
 * namespaces, root or not. Writes to it fail as on any full disk (ENOSPC), also for what reads and renames files there.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";

export interface SmallDisk {
  /** Words that a program is started with, so that it sees the disk. */
  enter: readonly string[];
  /** Takes all the room there is left. */
  fill(): Promise<void>;
  /** Gives back what `fill` took. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

const kilobytes = 2_048;

/** Mounts a small disk on a folder that exists; null: this machine does not allow it. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk | null> {
  const keeper = await keepMount(folder);
  if (keeper === null) {
    return null;
  }
  const filler = join(`/proc/${keeper.pid}/root`, folder, "filler");
  return {
    enter: [
      "nsenter",
      "--target",
      String(keeper.pid),
      "--user",
      "--mount",
      "--preserve-credentials",
      "--wd=.",
    ],
    async fill() {
      const file = await open(filler, "a");
      try {
        for (let bytes = 65_536; bytes >= 1;) {
          await file.write(Buffer.alloc(bytes)).catch(() => (bytes = Math.floor(bytes / 2)));
        }
      } finally {
        await file.close();
      }
    },
    free: () => unlink(filler),
    async remove() {
      const ended = once(keeper, "exit");
      keeper.kill("SIGKILL");
      await ended;
    },
  };
}

/** A process in a namespace with the mount, which lasts as long as it does. */
async function keepMount(folder: string): Promise<ChildProcess | null> {
  const mount = `mount -t tmpfs -o size=${kilobytes}k none "$1" && echo mounted && exec sleep infinity`;
  const keeper = spawn("unshare", ["--map-root-user", "--mount", "sh", "-c", mount, "sh", folder], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  process.once("exit", () => keeper.kill("SIGKILL"));
  return new Promise((resolve) => {
    keeper.once("error", () => resolve(null));
    keeper.once("exit", () => resolve(null));
    keeper.stdout!.once("data", () => resolve(keeper));
  });
}
