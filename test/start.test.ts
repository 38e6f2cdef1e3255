/**
 * Starting and ending the real process: every bad setting is a sentence and exit status 1, signals end it in order at any moment, and
 * nobody who stops reading its output can end it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockDataFolder } from "../src/store/data-folder.ts";
import { type Attempt, becomesServer, type Installation, install } from "./support/server-process.ts";
import { startTarget, type Target } from "./support/target.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
let target: Target;
let installation: Installation;

beforeAll(async () => {
  target = await startTarget();
  installation = await install(platform("Beacon"), "data folder");
});

const platform = (title: string) => `
platform: { name: Acme, time_zone: UTC }
locations: { osaka: Osaka }
services:
  beacon:
    title: ${title}
    checks: { web: { http: "${target.url}", interval: 1s, timeout: 500ms } }
`;

afterAll(async () => {
  await target.close();
  await installation.remove();
});

describe("a server that cannot start says why, without a stack", () => {
  async function refusal(environment: Record<string, string>): Promise<string> {
    const attempt = installation.launch({ FOURNINES_LOCATION: "osaka", ...environment });
    expect(await attempt.ended, attempt.output()).toBe(1);
    expect(attempt.output()).not.toMatch(/\n\s+at /);
    return attempt.output();
  }

  it("before anything was opened: several bad settings at once, each by its name", async () => {
    const words = await refusal({ PORT: "70000", DATABASE_URL: "mysql://x", SECRET_KEY_FILE: "/nowhere" });
    expect(words).toMatch(/PORT must be .*DATABASE_URL must be .*SECRET_KEY_FILE names \/nowhere.*ENOENT/);
  });

  it("last of all: a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await refusal({ PORT: String(port) })).toBe(
      `Fournines did not start: port ${port} of 127.0.0.1 is taken by another program; set PORT to another one\n`,
    );
    other.close();
  });
});

it("a platform without this server's location is served, asks nothing, and says what to set; to nobody, if need be", async () => {
  const before = target.askings.length;
  const attempt = installation.launch({ FOURNINES_LOCATION: "lisbon" });
  const { url, pid, output } = await becomesServer(attempt);
  expect(output()).toContain('the platform has no location "lisbon"');
  expect(output()).toContain("set FOURNINES_LOCATION to one of: osaka");
  const statuses = () =>
    Promise.all([url, `${url}/readyz`].map(async (address) => (await fetch(address)).status));
  expect(await statuses()).toEqual([200, 200]);
  // Whoever read what it prints goes away; and it has something to say.
  attempt.child.stdout!.destroy();
  attempt.child.stderr!.destroy();
  await installation.write(platform("Lighthouse"));
  process.kill(pid, "SIGHUP");
  await expect.poll(async () => (await fetch(url)).text()).toContain("Lighthouse");
  expect(await statuses()).toEqual([200, 200]);
  expect(target.askings.length).toBe(before);
  attempt.child.kill("SIGTERM");
  expect(await attempt.ended).toBe(0);
});

describe("signals", () => {
  async function endedBy(attempt: Attempt, ...signals: NodeJS.Signals[]) {
    const began = performance.now();
    signals.forEach((signal) => attempt.child.kill(signal));
    const code = await attempt.ended;
    return { code, inTime: performance.now() - began < 5_000 };
  }
  const inOrder = { code: 0, inTime: true };

  it.each([400, 900, 1_300])("during start-up, after %i ms, end it without harm", async (ms) => {
    const attempt = installation.launch({
      FOURNINES_LOCATION: "osaka",
      DATA_DIR: join(installation.folder, "new"),
    });
    await sleep(ms);
    const { code, inTime } = await endedBy(attempt, "SIGTERM");
    // Before the program's first line runs, the system ends it.
    expect([0, null]).toContain(code);
    expect(inTime).toBe(true);
  });

  it("a folder whose first start was ended can be started on", async () => {
    const server = await installation.start({
      FOURNINES_LOCATION: "osaka",
      DATA_DIR: join(installation.folder, "new"),
    });
    expect((await server.stop()).code).toBe(0);
  });

  it.each([["SIGTERM"], ["SIGINT", "SIGTERM"]] as NodeJS.Signals[][])(
    "%s %s in the middle of delivery ends it in order",
    async (...signals) => {
      const attempt = installation.launch({ FOURNINES_LOCATION: "osaka", LOG_LEVEL: "debug" });
      await becomesServer(attempt);
      await expect.poll(attempt.output).toContain("a batch was recorded");
      expect(await endedBy(attempt, ...signals.filter(Boolean)), attempt.output()).toEqual(inOrder);
      expect(attempt.output()).not.toMatch(/"level":(40|50)|\n\s+at /);
    },
  );

  it("npm start ends in order when npm is told to", async () => {
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn("npm", ["--prefix", root, "start"], {
      cwd: installation.folder,
      env: {
        PATH,
        HOME,
        FOURNINES_LOCATION: "osaka",
        PORT: "0",
        DATA_DIR: join(installation.folder, "data"),
        FOURNINES_CONFIG: join(installation.folder, "platform.yaml"),
      },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
    await expect.poll(() => output).toMatch(/is running: \S+/);
    const url = /is running: (\S+)/.exec(output)![1]!;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
    // The folder is free again: nothing was left running.
    const folder = join(installation.folder, "data");
    const takeFolder = () =>
      lockDataFolder(folder).then(
        (lock) => lock.release().then(() => "free"),
        (error: Error) => error.message,
      );
    await expect.poll(takeFolder).toBe("free");
    await expect(fetch(url)).rejects.toThrow();
  });
});
