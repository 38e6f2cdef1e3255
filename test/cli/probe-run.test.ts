/** `fournines probe` as a process: how it starts, what it says, how it ends, and what it does when nobody takes its samples. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { httpTarget } from "../probes/cases.ts";
import { invitation, type SmallServer, startSmallServer } from "../probes/node/small-server.ts";
import { type MailReceiver, startMailReceiver } from "../support/receivers.ts";

const launcher = fileURLToPath(new URL("../../src/cli/fournines.js", import.meta.url));
const web = createServer((_, response) => response.end("fine"));
await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;

let server: SmallServer;
let mail: MailReceiver;
let folder: string;
let children: ChildProcess[];
beforeEach(async () => {
  children = [];
  folder = await mkdtemp(join(tmpdir(), "fournines-probe-"));
  [server, mail] = await Promise.all([startSmallServer(), startMailReceiver()]);
  const check = { check: 1, key: "beacon/web", intervalMs: 500, timeoutMs: 400, slowAboveMs: null };
  server.assign([{ ...check, family: "any", confirmDown: 2, confirmUp: 1, target: httpTarget(url) }]);
});
afterEach(async () => {
  children.forEach((child) => child.kill("SIGKILL"));
  await Promise.all([server.close(), mail.close()]);
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => new Promise((resolve) => web.close(resolve)));

function launch(words: string[], environment: Record<string, string> = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [launcher, "probe", ...words], {
    cwd: folder,
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const closed = once(child, "close") as Promise<[number | null]>;
  return {
    output: () => output,
    end: async (signal: NodeJS.Signals) => {
      child.kill(signal);
      return (await closed)[0];
    },
    ended: () => closed.then(([code]) => code),
  };
}

const soon = { interval: 50 };

it("needs no arguments, says what it does, keeps others off its folder, and ends in order", async () => {
  const probe = launch([], { FOURNINES_SERVER: server.url, PROBE_TOKEN: invitation });
  await expect.poll(() => server.batches.length, soon).toBeGreaterThan(1);
  expect(probe.output()).toContain(`Fournines probe osaka-1 asks from "osaka" for ${server.url}`);
  expect(probe.output()).toContain("alerts     nobody: set ALERT_EMAIL or ALERT_WEBHOOK_URL");
  expect(probe.output()).not.toContain(invitation);

  const second = launch(["run"], { FOURNINES_SERVER: server.url, PROBE_TOKEN: invitation });
  expect(await second.ended()).toBe(1);
  expect(second.output()).toMatch(
    /is used by another probe that is running: stop it first, or set PROBE_DIR/,
  );

  const rotating = launch(["rotate"]);
  expect(await rotating.ended()).toBe(0);
  expect(rotating.output()).toMatch(/^The new key signs from batch \d+ on\.$/m);

  expect(await probe.end("SIGTERM")).toBe(0);
  expect(probe.output()).toContain("ended; everything was delivered");
});

it("killed while the server is away, it has lost nothing that was closed, and tells people", async () => {
  const settings = {
    FOURNINES_SERVER: server.url,
    PROBE_TOKEN: invitation,
    PROBE_ALERT_AFTER: "2s",
    ALERT_EMAIL: "ops@acme.example",
    SMTP_URL: mail.url,
  };
  const first = launch([], settings);
  await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
  await server.goAway();
  const told = await mail.received();
  expect(told.to).toEqual(["ops@acme.example"]);
  expect(told.header("Subject")).toMatch(/^Probe osaka-1 has delivered nothing for \d s$/);
  await first.end("SIGKILL");

  const second = launch([], settings);
  await expect.poll(second.output, soon).toContain("samples from before wait to be delivered");
  await mail.received(1);
  await server.comeBack();
  const again = await mail.received(2);
  expect(again.header("Subject")).toBe("Probe osaka-1 delivers again");
  expect(await second.end("SIGTERM")).toBe(0);
  const times = server.samples();
  expect(new Set(times).size).toBe(times.length);
  expect(server.batches.map(({ sequence }) => sequence)).toEqual(server.batches.map((_, i) => i + 1));
});

it("says what is missing to start", async () => {
  const nothing = launch([]);
  expect(await nothing.ended()).toBe(1);
  expect(nothing.output()).toContain("no server is named (FOURNINES_SERVER)");
  const stranger = launch(["run", "--server", server.url, "--token", "fnp_stranger"]);
  expect(await stranger.ended()).toBe(1);
  expect(stranger.output()).toContain("refused: invitation_unknown");
});

it("revoked, it ends with a status of its own", async () => {
  const probe = launch([
    "run",
    "--server",
    server.url,
    "--token",
    invitation,
    "--data",
    join(folder, "here"),
  ]);
  await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
  server.set.revoked = true;
  expect(await probe.ended()).toBe(3);
  expect(probe.output()).toContain("Probe osaka-1 was revoked");
});
