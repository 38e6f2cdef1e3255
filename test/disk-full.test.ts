/**
 * The disk under the data folder is full: the page stays and admits it, the log says it once and what to do, the server still ends in
 * order, and everything acknowledged is there after the next start. Linux's prlimit makes the disk full for one process.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { decodeBatch } from "../probes/batch.ts";
import { listBatches } from "../src/store/batches.ts";
import { openDatabase } from "../src/store/open-database.ts";
import { install } from "./support/server-process.ts";
import { startTarget } from "./support/target.ts";

it.runIf(process.platform === "linux")(
  "a full disk stops the database, not the page, and takes nothing that was acknowledged",
  async () => {
    const target = await startTarget();
    const installation = await install(
      `
platform: { name: Acme, time_zone: UTC }
services:
  beacon:
    title: Beacon
    checks: { web: { http: "${target.url}", interval: 1s, timeout: 500ms } }
`,
      "data folder",
    );
    const server = await installation.start({ LOG_LEVEL: "debug" });
    const get = (path: string) => fetch(`${server.url}${path}`, { signal: AbortSignal.timeout(5_000) });
    await expect.poll(server.output).toContain('"acknowledged":2');
    execFileSync("prlimit", ["--pid", String(server.pid), "--fsize=0:"]);
    await expect
      .poll(async () => (await get("/")).text(), { interval: 100 })
      .toContain("Our database has not answered");
    expect((await get("/readyz")).status).toBe(503);
    const { code, tookMs } = await server.stop();
    // What is proved is that it ends; on a busy machine its own limit for what still runs, five seconds, is not all that it takes.
    expect({ code, inTime: tookMs < 20_000 }, server.output()).toEqual({ code: 0, inTime: true });
    const errors = server.output().match(/^.*"level":50.*$/gm)!;
    // That it stopped is told once; before, that a table could not grow, where that was met first.
    const told = errors.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(new Set(told), errors.join("\n")).toEqual(new Set([told.at(-1)]));
    expect(told.length, errors.join("\n")).toBeLessThanOrEqual(2);
    expect(errors.filter((line) => line.includes("Make room, then start Fournines again"))).toHaveLength(1);
    expect(errors.at(-1)).toContain("Make room, then start Fournines again");

    const acknowledged = [...server.output().matchAll(/"acknowledged":(\d+)/g)].map(([, n]) => Number(n));
    const { db, close } = await openDatabase({ folder: join(installation.folder, "data") });
    const batches = await Array.fromAsync(listBatches(db, 0, Number.MAX_SAFE_INTEGER));
    const sequences = batches.map(({ bytes }) => decodeBatch(bytes).sequence);
    expect(sequences).toEqual(sequences.map((_, i) => i + 1));
    expect(sequences.length).toBeGreaterThanOrEqual(Math.max(...acknowledged));
    await close();
    await target.close();
    await installation.remove();
  },
);
