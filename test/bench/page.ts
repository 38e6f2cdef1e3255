/**
 * W3: the status page with 50 services and 90 days, by wrk over 32 kept connections, next to nginx serving the very same bytes. Without
 * wrk a generator of our own asks; without nginx there is nothing to compare with, and that is said.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { recordBatch } from "../../src/actions/record-batch.ts";
import type { Observation } from "../../probes/protocol.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { applyPlatform } from "../../src/actions/apply-platform.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";
import { openDatabase } from "../../src/store/database.ts";
import { freePort } from "../support/postgres-server.ts";
import { probeIn } from "../support/watched.ts";
import { type Figure, notInstalled, progress } from "./figure.ts";
import { dataFolderOf, platformOf, startFournines } from "./peers/fournines.ts";
import { isInstalled, start, usageOf } from "./processes.ts";
import { asRoot, startTarget, untilAnswering } from "./target.ts";

const services = 50;
const days = 90;
/** Few samples tell ninety days when the checks are asked seldom. */
const intervalSeconds = 1_800;
const seconds = 5;

export async function page(folder: string): Promise<Figure[]> {
  const target = await startTarget(join(folder, "page-target"));
  const definition = platformOf({ checks: services, intervalSeconds, port: target.port });
  const home = join(folder, "page");
  await prepare(home, definition);
  const server = await startFournines("PGlite", home, definition);
  try {
    const response = await fetch(`${server.url}/`, { headers: { "accept-encoding": "gzip" } });
    const plain = Buffer.from(
      await (await fetch(`${server.url}/`, { headers: { "accept-encoding": "identity" } })).arrayBuffer(),
    );
    progress(`w3: status ${response.status}, ${plain.length} bytes plain`);
    const ours = await requestsPerSecond(`${server.url}/`);
    const { rssBytes } = usageOf([server.server().pid]);
    const nginx = isInstalled("nginx") ? await nginxServing(plain, join(folder, "page-nginx")) : notInstalled;
    const share = typeof nginx === "number" ? nginx / 2 : null;
    return [
      {
        name: "w3 status page, 50 services, 90 days, gzip",
        unit: "requests/s",
        better: "higher",
        target: share === null ? null : Math.round(share),
        ours: { "fournines/PGlite": ours },
        peers: { "nginx, same bytes": nginx, "Uptime Kuma (measured elsewhere)": 6_158 },
        note: `${plain.length} bytes plain, server ${Math.round(rssBytes / 2 ** 20)} MB, asked by ${isInstalled("wrk") ? "wrk" : "our own generator (wrk not installed)"}`,
      },
    ];
  } finally {
    await server.stop();
    await server.leave();
    await target.stop();
  }
}

/** Ninety days in the database before the server starts: an answer every half hour for each check. */
async function prepare(home: string, definition: string): Promise<void> {
  const now = Date.now();
  const open = await openDatabase({ folder: dataFolderOf(home, "PGlite") });
  await open.migrate();
  const { db } = open;
  const surroundings = { file: "platform.yaml", capabilities: { icmp: false } };
  await applyPlatform(db, parsePlatformFile(definition, surroundings), now - days * 86_400_000);
  const live = await loadReadings(db, now - 400 * 86_400_000);
  const checks = [...live.checks.keys()];
  const probe = await probeIn(db, "local");
  for (let day = days; day >= 1; day--) {
    const begin = now - day * 86_400_000;
    const observations: Observation[] = [];
    for (let minute = 0; minute < 1_440; minute += intervalSeconds / 60) {
      for (const check of checks) {
        // One day in twenty has an hour of trouble.
        const fails = (day * 31 + check * 17) % 20 === 0 && minute >= 600 && minute < 660;
        const at = begin + minute * 60_000 + check;
        observations.push(
          fails
            ? { check, at, outcome: "fail", timings: {}, reason: "timeout" }
            : { check, at, outcome: "ok", timings: { total: 20 } },
        );
      }
    }
    await recordBatch(db, live, await probe.next(observations, begin + 86_400_000), now);
  }
  await open.close();
}

async function nginxServing(plain: Buffer, folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const port = await freePort();
  writeFileSync(join(folder, "index.html"), plain);
  execFileSync("gzip", ["-9kf", join(folder, "index.html")]);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((part) => `${part}_temp_path ${folder}/${part};`)
    .join(" ");
  writeFileSync(
    join(folder, "nginx.conf"),
    `${asRoot}worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.err; daemon off;
events { worker_connections 4096; }
http { types { text/html html; } access_log off; sendfile on; tcp_nopush on; gzip_static on; open_file_cache max=100; root ${folder};
  keepalive_requests 100000000; ${temporary} server { listen 127.0.0.1:${port}; } }\n`,
  );
  const nginx = start("nginx", ["-c", join(folder, "nginx.conf")], join(folder, "nginx.log"));
  try {
    await untilAnswering(`http://127.0.0.1:${port}/`, nginx);
    return await requestsPerSecond(`http://127.0.0.1:${port}/`);
  } finally {
    await nginx.stop();
  }
}

/** The best of three short runs: what is wanted is the server's limit, not the machine's mood. */
async function requestsPerSecond(url: string): Promise<number> {
  const runs: number[] = [];
  for (let i = 0; i < 3; i++) {
    runs.push(isInstalled("wrk") ? byWrk(url) : await byOurselves(url));
  }
  progress(`w3: ${url} ${runs.map(Math.round).join(", ")} requests/s`);
  return Math.max(...runs);
}

function byWrk(url: string): number {
  const args = ["-t1", "-c32", `-d${seconds}s`, "-H", "Accept-Encoding: gzip", url];
  const told = execFileSync("wrk", args).toString();
  if (/Non-2xx or 3xx responses/.test(told)) {
    throw new Error(`wrk was answered with errors:\n${told}`);
  }
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(told)![1]);
}

/** 32 kept connections that ask again as soon as a whole answer of known length is there. */
async function byOurselves(url: string): Promise<number> {
  const { host, port } = new URL(url);
  const request = Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip\r\n\r\n`);
  let answers = 0;
  const until = performance.now() + seconds * 1_000;
  const visit = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(request));
      let missing = 0;
      socket.on("error", reject);
      socket.on("data", (bytes: Buffer) => {
        if (missing === 0) {
          const end = bytes.indexOf("\r\n\r\n");
          const length = /content-length: (\d+)/i.exec(bytes.toString("latin1", 0, end));
          missing = Number(length?.[1] ?? 0) + end + 4;
        }
        missing -= bytes.length;
        if (missing <= 0) {
          missing = 0;
          answers++;
          if (performance.now() < until) {
            socket.write(request);
          } else {
            socket.destroy();
            resolve();
          }
        }
      });
    });
  await Promise.all(Array.from({ length: 32 }, visit));
  return answers / seconds;
}
