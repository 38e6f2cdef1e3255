/** Starting, measuring and ending the processes of a run. CPU and memory come from /proc, children included: Linux only. */
import { type ChildProcess, spawn, spawnSync, type SpawnOptions } from "node:child_process";
import { openSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { progress } from "./figure.ts";

export interface Usage {
  cpuSeconds: number;
  rssBytes: number;
}

export interface Started {
  pid: number;
  child: ChildProcess;
  /** Asks it to end, and after 8 s makes it. */
  stop(): Promise<void>;
}

/** Whether a program is on this machine's path. */
export function isInstalled(program: string): boolean {
  return spawnSync("which", [program]).status === 0;
}

/** Whatever ends a run, nothing it started stays behind. */
const living = new Set<ChildProcess>();
process.on("exit", () => living.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => process.exit(1));
}

/** Starts a program; what it prints goes to `logFile`. `folder`: where it runs, if not here. */
export function start(
  program: string,
  args: string[],
  logFile: string,
  environment: Record<string, string> = {},
  folder?: string,
): Started {
  const log = openSync(logFile, "a");
  const env = { ...process.env, ...environment };
  const options: SpawnOptions = { stdio: ["ignore", log, log], env, ...(folder && { cwd: folder }) };
  const child = spawn(program, args, options);
  child.on("error", () => {});
  living.add(child);
  child.once("exit", () => living.delete(child));
  return { pid: child.pid ?? 0, child, stop: () => stop(child, "SIGTERM") };
}

/** Ends a process at once, as a machine that loses power would. */
export async function kill(started: Started): Promise<void> {
  await stop(started.child, "SIGKILL");
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const waiting = new AbortController();
  const late = pause(8_000, "late", { signal: waiting.signal }).catch(() => "ended");
  if ((await Promise.race([ended, late])) === "late") {
    child.kill("SIGKILL");
    await ended;
  }
  waiting.abort();
}

interface Stat {
  parent: number;
  name: string;
  cpuSeconds: number;
  rssBytes: number;
}

/** CPU and memory of these processes and of all below them. */
export function usageOf(pids: readonly number[]): Usage {
  const all = readStats();
  const usage = { cpuSeconds: 0, rssBytes: 0 };
  for (const pid of withDescendants(all, pids)) {
    usage.cpuSeconds += all.get(pid)?.cpuSeconds ?? 0;
    usage.rssBytes += all.get(pid)?.rssBytes ?? 0;
  }
  return usage;
}

/** A server that was handed ninety days at once packs and sums them up first, which none does that lived through them. At most two minutes. */
export async function untilQuiet(pid: number): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const before = usageOf([pid]).cpuSeconds;
    await pause(2_000);
    if (usageOf([pid]).cpuSeconds - before < 0.1) {
      progress(`quiet after ${(i + 1) * 2} s`);
      return;
    }
  }
  progress("not quiet after two minutes");
}

/** Our own children of this name, by pid. */
export function childrenNamed(name: string): number[] {
  const all = readStats();
  return [...withDescendants(all, [process.pid])].filter((pid) => all.get(pid)?.name === name);
}

/** The whole machine's busy CPU seconds since it started: how much noise there was. */
export function machineCpuSeconds(): number {
  const [user, nice, system, , , interrupt, soft] = readFileSync("/proc/stat", "utf8")
    .split("\n")[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user! + nice! + system! + interrupt! + soft!) / ticksPerSecond;
}

const ticksPerSecond = 100;
const pageBytes = 4_096;

function readStats(): Map<number, Stat> {
  const all = new Map<number, Stat>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) {
      continue;
    }
    try {
      const text = readFileSync(`/proc/${entry}/stat`, "utf8");
      const end = text.lastIndexOf(")");
      const fields = text.slice(end + 2).split(" ");
      const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0);
      all.set(Number(entry), {
        parent: Number(fields[1]),
        name: text.slice(text.indexOf("(") + 1, end),
        cpuSeconds: ticks / ticksPerSecond,
        rssBytes: Number(fields[21]) * pageBytes,
      });
    } catch {
      // It ended between listing and reading.
    }
  }
  return all;
}

function withDescendants(all: Map<number, Stat>, pids: readonly number[]): Set<number> {
  const found = new Set(pids);
  for (let grew = true; grew;) {
    grew = false;
    for (const [pid, { parent }] of all) {
      if (!found.has(pid) && found.has(parent)) {
        found.add(pid);
        grew = true;
      }
    }
  }
  return found;
}
