/**
 * One server asked as hard as 32 kept connections can, by wrk on a core of its own, or by a generator of our own where wrk is missing.
 * Both ask for gzip, as readers do.
 */
import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { progress } from "./figure.ts";
import { isInstalled } from "./processes.ts";

export interface Load {
  perSecond: number;
  p99Ms: number;
}

const connections = 32;
const seconds = 5;
const runs = 3;

/** Who asks, in words. */
export const asker = isInstalled("wrk") ? "wrk" : "our own generator (wrk not installed)";

/** Of three short runs the one with the median rate. Throws on an answer that is no success. */
export async function askHard(url: string): Promise<Load> {
  const all: Load[] = [];
  for (let i = 0; i < runs; i++) {
    all.push(isInstalled("wrk") ? byWrk(url) : await byOurselves(url));
  }
  const told = all.map(({ perSecond, p99Ms }) => `${Math.round(perSecond)} (p99 ${p99Ms.toFixed(1)} ms)`);
  progress(`${url} ${told.join(", ")} requests/s`);
  return all.sort((a, b) => a.perSecond - b.perSecond)[runs >> 1]!;
}

const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000 };

function byWrk(url: string): Load {
  const words = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "-H", "Accept-Encoding: gzip", url];
  const told = execFileSync("wrk", words).toString();
  if (/Non-2xx or 3xx responses/.test(told)) {
    throw new Error(`wrk was answered with errors:\n${told}`);
  }
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(told)!;
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(told)![1]),
    p99Ms: Number(value) * unitMs[unit!]!,
  };
}

/** Asks again as soon as a whole answer of known length is there. */
async function byOurselves(url: string): Promise<Load> {
  const { host, hostname, port, pathname } = new URL(url);
  const request = Buffer.from(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip\r\n\r\n`);
  const took: number[] = [];
  const until = performance.now() + seconds * 1_000;
  const visit = () =>
    new Promise<void>((resolve, reject) => {
      let asked = 0;
      const ask = () => {
        asked = performance.now();
        socket.write(request);
      };
      const socket = connect(Number(port), hostname, ask);
      let missing = 0;
      socket.on("error", reject);
      socket.on("data", (bytes: Buffer) => {
        if (missing === 0) {
          const end = bytes.indexOf("\r\n\r\n");
          const head = bytes.toString("latin1", 0, end);
          if (!head.startsWith("HTTP/1.1 200 ")) {
            reject(new Error(`answered with errors: ${head.slice(0, 100)}`));
          }
          missing = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) + end + 4;
        }
        missing -= bytes.length;
        if (missing <= 0) {
          missing = 0;
          took.push(performance.now() - asked);
          if (performance.now() < until) {
            ask();
          } else {
            socket.destroy();
            resolve();
          }
        }
      });
    });
  await Promise.all(Array.from({ length: connections }, visit));
  took.sort((a, b) => a - b);
  return { perSecond: took.length / seconds, p99Ms: took[Math.floor(took.length * 0.99)]! };
}
