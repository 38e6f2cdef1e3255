/**
 * A disk that can be filled up. Where Linux lets anybody have namespaces, root or not: a memory disk of a few MB in a mount namespace of
 * its own, on which writes fail as on any full disk (ENOSPC). Where it does not, as in many containers: the process may make no file any
 * longer (EFBIG), which is harder on it than a full disk, because not even what has its room already can be written.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";

export interface SmallDisk {
  /** Words that a program is started with, so that it sees the disk. */
  enter: readonly string[];
  /** For the line of a scenario. */
  manner: string;
  /** Whether the disk is still full for a process that starts then. */
  staysFull: boolean;
  /** Takes all the room there is left, for the process with this id. */
  fill(pid: number): Promise<void>;
  /** Gives it back. */
  free(pid: number): Promise<void>;
  remove(): Promise<void>;
}

const kilobytes = 2_048;

/** Puts a small disk in the place of a folder that exists. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
  const keeper = await keepMount(folder);
  return keeper === null ? limitedProcess : memoryDisk(keeper, folder);
}

function memoryDisk(keeper: ChildProcess, folder: string): SmallDisk {
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
    manner: "disk full",
    staysFull: true,
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

const limitedProcess: SmallDisk = {
  enter: [],
  manner: "no more room in files",
  staysFull: false,
  fill: async (pid) => void execFileSync("prlimit", ["--pid", String(pid), "--fsize=0:"]),
  free: async (pid) => void execFileSync("prlimit", ["--pid", String(pid), "--fsize=unlimited:"]),
  remove: () => Promise.resolve(),
};

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
