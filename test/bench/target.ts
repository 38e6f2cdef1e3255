/**
 * What is probed, and who judges: nginx with one worker on every 127.x.y.z address, or our own small server where nginx is missing. The
 * judge is its access log: one line `<epoch seconds> <address asked>` for every check that arrived.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../support/postgres-server.ts";
import { isInstalled, start, type Started } from "./processes.ts";

export interface Target {
  kind: "nginx" | "own server";
  /** Refuses to keep connections; 200 with 1,024 bytes. */
  port: number;
  /** The same, but 503 while it is told to fail. */
  failingPort: number;
  setFailing(failing: boolean): void;
  judge: Judge;
  stop(): Promise<void>;
}

export interface Judgement {
  checks: number;
  perSecond: number;
  /** Share of the wanted checks that arrived, and of gaps no longer than interval + max(10 %, 250 ms). */
  kept: number;
  onTime: number;
}

export interface Judge {
  /** Of checks that arrived in [from, to), epoch seconds. */
  over(from: number, to: number, checks: number, intervalSeconds: number): Judgement;
  /** When each address was first asked at or after an instant. */
  firstAsked(from: number): Map<string, number>;
}

/** Address number i: nobody shares a connection with another. */
export function hostOf(i: number): string {
  return `127.1.${(i >> 8) & 255}.${i & 255}`;
}

export async function startTarget(folder: string): Promise<Target> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const log = join(folder, "access.log");
  const flag = join(folder, "fail");
  rmSync(log, { force: true });
  rmSync(flag, { force: true });
  const port = await freePort();
  const failingPort = await freePort();
  const nginx = isInstalled("nginx");
  const server = nginx
    ? startNginx(folder, log, flag, port, failingPort)
    : start(
        process.execPath,
        [ownTarget, String(port), String(failingPort), log, flag],
        join(folder, "target.log"),
      );
  await untilAnswering(`http://127.0.0.1:${port}/`, server);
  return {
    kind: nginx ? "nginx" : "own server",
    port,
    failingPort,
    setFailing: (failing) => (failing ? writeFileSync(flag, "") : rmSync(flag, { force: true })),
    judge: judgeOf(log),
    stop: () => server.stop(),
  };
}

/** Started by root, nginx would drop to a user who cannot read our folder. */
export const asRoot = process.getuid?.() === 0 ? "user root; " : "";

const ownTarget = fileURLToPath(new URL("./own-target.ts", import.meta.url));

function startNginx(folder: string, log: string, flag: string, port: number, failingPort: number): Started {
  const www = join(folder, "www");
  mkdirSync(www, { recursive: true });
  writeFileSync(join(www, "index.html"), "x".repeat(1024));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((part) => `${part}_temp_path ${folder}/${part};`)
    .join(" ");
  const file = join(folder, "target.conf");
  writeFileSync(
    file,
    `${asRoot}worker_processes 1; pid ${folder}/target.pid; error_log ${folder}/target.err; daemon off;
events { worker_connections 16000; }
http {
  log_format judge '$msec $server_addr'; access_log ${log} judge buffer=64k flush=200ms;
  root ${www}; default_type text/html; allow 127.0.0.0/8; deny all; tcp_nodelay on; open_file_cache max=100; ${temporary}
  server { listen ${port} backlog=8192; keepalive_timeout 0; }
  server { listen ${failingPort} backlog=8192; keepalive_timeout 0; open_file_cache off;
    location / { if (-f ${flag}) { return 503; } } }
}\n`,
  );
  return start("nginx", ["-c", file], join(folder, "nginx.log"));
}

/** Waits until an address answers well, at most 60 s, or until whoever should answer has ended. */
export async function untilAnswering(url: string, by: Started): Promise<void> {
  for (let tries = 0; ; tries++) {
    const status = await statusOf(url);
    if (status === 200) {
      return;
    }
    if (tries >= 600 || by.child.exitCode !== null) {
      const ended = by.child.exitCode === null ? "" : `, it ended with code ${by.child.exitCode}`;
      throw new Error(`${url} answers with ${status ?? "nothing"}${ended}`);
    }
    await pause(100);
  }
}

async function statusOf(url: string): Promise<number | null> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status;
  } catch {
    // Nobody listens yet.
    return null;
  }
}

function judgeOf(log: string): Judge {
  const lines = function* (): Generator<[at: number, host: string]> {
    for (const line of readFileSync(log, "latin1").split("\n")) {
      const space = line.indexOf(" ");
      if (space > 0) {
        yield [Number(line.slice(0, space)), line.slice(space + 1)];
      }
    }
  };
  return {
    over(from, to, checks, intervalSeconds) {
      const longest = intervalSeconds + Math.max(intervalSeconds * 0.1, 0.25);
      const last = new Map<string, number>();
      let arrived = 0;
      let gaps = 0;
      let onTime = 0;
      for (const [at, host] of lines()) {
        if (!host.startsWith("127.1.")) {
          continue;
        }
        const before = last.get(host);
        if (at >= from && at < to) {
          arrived++;
          if (before !== undefined) {
            gaps++;
            onTime += at - before <= longest ? 1 : 0;
          }
        }
        last.set(host, at);
      }
      return {
        checks: arrived,
        perSecond: arrived / (to - from),
        kept: (arrived * intervalSeconds) / (checks * (to - from)),
        onTime: gaps === 0 ? 0 : onTime / gaps,
      };
    },
    firstAsked(from) {
      const first = new Map<string, number>();
      for (const [at, host] of lines()) {
        if (at >= from && host.startsWith("127.1.") && !first.has(host)) {
          first.set(host, at);
        }
      }
      return first;
    },
  };
}
