/**
 * A whole server behind the Worker, both as they run: the server pushes its page, is killed, and the page goes on being served with its age
 * until the server is back.
 */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSeal } from "../../../src/actions/report-seal.ts";
import { type Installation, install, type ServerProcess } from "../../support/server-process.ts";
import { startTarget, type Target } from "../../support/target.ts";
import { bundle, startWorkerd } from "./workerd.ts";

const secretKey = "a secret that this installation keeps to itself";
let target: Target;
let installation: Installation;
let server: ServerProcess;
let workerd: Miniflare;
let worker: string;
let port: number;

const platform = () => `
platform: { name: Acme, time_zone: Europe/Copenhagen, languages: [en, da] }
services:
  beacon: { title: Beacon, checks: { web: { http: "${target.url}", interval: 1s, timeout: 900ms } } }
`;

const startServer = async () => {
  server = await installation.start({
    ...{ PORT: String(port), SECRET_KEY: secretKey, BASE_URL: worker },
    ...{ PAGE_COPY_URL: worker, PAGE_COPY_EVERY: "1s" },
  });
};

beforeAll(async () => {
  target = await startTarget();
  port = await freePort();
  installation = await install(platform());
  workerd = await startWorkerd(await bundle(), {
    durableObjects: {
      LOCATIONS: { className: "ProbeLocation", useSQLite: true },
      PAGES: { className: "PageCopy", useSQLite: true },
    },
    bindings: {
      ...{ FOURNINES_SERVER: "", REGIONS: "", DNS_OVER_HTTPS: "http://127.0.0.1:1/" },
      ...{
        PAGE_ORIGIN: `http://127.0.0.1:${port}`,
        PAGE_KEY: openSeal(secretKey).publicKey,
        PAGE_PATIENCE: "1s",
      },
    },
  });
  worker = (await workerd.ready).origin;
  await startServer();
});
afterAll(async () => {
  await server.kill();
  await workerd.dispose();
  await installation.remove();
  await target.close();
});

const page = async (path = "/da/services/beacon") => {
  const answer = await fetch(worker + path, { headers: { accept: "text/html" } });
  const copied = answer.headers.get("fournines-copy");
  return {
    status: answer.status,
    at: copied === null ? null : Date.parse(copied),
    html: await answer.text(),
  };
};

it("a page is served with its age while its server is gone, and by the server once it is back", async () => {
  await expect
    .poll(async () => (await (await fetch(`${worker}/status`)).json()) as object)
    .toMatchObject({
      page: { missing: null, at: expect.any(Number) as number },
    });
  expect(await page()).toMatchObject({ status: 200, at: null });

  await server.kill();
  await expect.poll(async () => (await page()).at).not.toBeNull();
  const copied = await page();
  expect(copied.status).toBe(200);
  expect(copied.html).toContain("Beacon");
  expect(copied.html).toContain("Serveren bag denne side svarer ikke i øjeblikket.");
  expect((await page("/console")).status).toBe(503);

  await startServer();
  await expect.poll(async () => (await page()).at).toBeNull();
  expect((await page()).html).not.toContain('id="copy"');
  const before = copied.at!;
  await expect
    .poll(async () => {
      const status = (await (await fetch(`${worker}/status`)).json()) as { page: { at: number } };
      return status.page.at;
    })
    .toBeGreaterThan(before);
});

it("a page that is closed is withdrawn from where it was pushed, before its server is gone", async () => {
  const pushed = async () => {
    const status = (await (await fetch(`${worker}/status`)).json()) as { page: { files: number } };
    return status.page.files;
  };
  expect(await pushed()).toBeGreaterThan(100);
  await installation.write(`${platform()}page: { access: sign_in }\n`);
  process.kill(server.pid, "SIGHUP");
  await expect.poll(pushed).toBe(0);
  await server.kill();
  await expect.poll(async () => (await page("/")).status).toBe(503);
  const closed = await page("/");
  expect([closed.at, closed.html.includes("Beacon")]).toEqual([null, false]);
  await installation.write(platform());
  await startServer();
  await expect.poll(pushed).toBeGreaterThan(100);
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port: free } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return free;
}
