/** Private pages while the database is away: open to whoever was let in, by what is in memory, and closed to everybody else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "./support/postgres-server.ts";
import { type Installation, install, type ServerProcess } from "./support/server-process.ts";
import { startTarget, type Target } from "./support/target.ts";

const secrets = /vault|for partners/i;
const password = "the brass key hangs here";

describe("private pages without a database", () => {
  let database: PostgresServer;
  let target: Target;
  let installation: Installation;
  let server: ServerProcess;
  let token: string;

  const platform = () => `
platform: { name: Acme, time_zone: UTC }
services:
  beacon: { title: Beacon, checks: { web: { http: "${target.url}", interval: 1s } } }
  vault: { title: The vault, private: true, checks: { web: { http: "${target.url}", interval: 1s } } }
pages:
  by-link: { title: For partners, services: [vault], access: link }
  by-password: { title: For partners, services: [vault], access: password }
  by-sign-in: { title: For partners, services: [vault], access: sign_in }
  from-here: { title: For partners, services: [vault], access: network, networks: ["127.0.0.0/8", "::1"] }
page: { access: [password] }
`;
  beforeAll(async () => {
    [database, target] = await Promise.all([startPostgres(), startTarget()]);
    installation = await install(platform(), "none");
    server = await installation.start({ DATABASE_URL: database.url });
    token = /fn_[\w-]{43}/.exec(server.output())![0];
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.error(server?.output())));
  afterAll(async () => {
    await server?.kill();
    await target.close();
    await installation.remove();
    await database.stop();
  });

  const get = (path: string, Cookie = "") =>
    fetch(server.url + path, { headers: { Cookie, Accept: "text/html" }, redirect: "manual" });
  const post = (path: string, fields: Record<string, string>, Cookie = "") =>
    fetch(server.url + path, {
      method: "POST",
      headers: { Origin: server.url, "Content-Type": "application/x-www-form-urlencoded", Cookie },
      body: new URLSearchParams(fields),
      redirect: "manual",
    });
  const cookieOf = (answer: Response) => /^[^;]+/.exec(answer.headers.get("set-cookie") ?? "")?.[0] ?? "";
  const admin = async (method: string, path: string, body: object) =>
    (
      await fetch(`${server.url}/api/v1/pages${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: JSON.stringify(body),
      })
    ).json() as Promise<{ path: string; key: string }>;

  it("stay open to whoever came in, open to what is known, and say how old they are", async () => {
    const link = await admin("POST", "/by-link/links", { name: "Ada" });
    await admin("PUT", "/by-password/password", { password });
    const signedIn = cookieOf(await post("/console/sign-in", { token }));
    const visited = cookieOf(await get("/console/pages/by-sign-in/visit", signedIn));
    expect((await get("/pages/by-sign-in/", visited)).status).toBe(200);
    const stranger = cookieOf(await get("/console/pages/by-sign-in/visit", signedIn)).replace(/.$/, "_");
    await database.halt();
    const away = "Our database has not answered";
    await expect.poll(async () => (await get("/pages/from-here/")).text(), { interval: 100 }).toContain(away);
    const entered = await get(link.path);
    expect(entered.status).toBe(303);
    const typed = await post("/pages/by-password/enter", { password });
    expect(typed.status).toBe(303);
    for (const [page, cookie] of [
      ["by-link", cookieOf(entered)],
      ["by-password", cookieOf(typed)],
      ["by-sign-in", visited],
    ] as const) {
      const html = await (await get(`/pages/${page}/`, cookie)).text();
      expect([page, html.includes(away), html.includes("The vault")]).toEqual([page, true, true]);
    }
    expect((await get(`/pages/by-link/api/v2/summary.json?key=${link.key}`)).status).toBe(200);
    for (const [path, cookie] of [
      ["/pages/by-link/", ""],
      ["/pages/by-password/", cookieOf(entered)],
      ["/pages/by-sign-in/", stranger],
      ["/pages/by-link/feed.atom?key=x", ""],
      ["/", ""],
    ] as const) {
      const answer = await get(path, cookie);
      expect([path, answer.status, secrets.test(await answer.text())]).toEqual([path, 401, false]);
    }
    const unknown = await get("/pages/by-link/subscription/sub_aaaaaaaaaaaaaaaa.AAAA");
    expect(unknown.status).toBe(404);
    const form = await post("/pages/from-here/subscribe", {
      ...{ channel: "slack", address: "https://hooks.slack.com/services/T/B/x" },
      ...{ topics: "incidents", pace: "at_once", language: "en" },
    });
    expect([form.status, secrets.test(await form.text())]).toEqual([503, false]);
    await database.resume();
  });

  it("are not served by a server that starts meanwhile, nor is the root that is closed", async () => {
    await expect
      .poll(async () => (await get("/pages/from-here/")).text(), { interval: 100 })
      .not.toContain("Our database has not answered");
    await server.stop();
    await database.halt();
    const attempt = installation.launch({ DATABASE_URL: database.url });
    await expect.poll(attempt.output).toContain("Waiting: the database");
    expect(attempt.output()).not.toContain("Meanwhile");
    attempt.child.kill("SIGKILL");
    await attempt.ended;
    await database.resume();
  });
});
