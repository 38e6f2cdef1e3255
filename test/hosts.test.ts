/**
 * Under which names a whole server answers: its own, those of pages, and none that somebody made up; and whom it takes for who asks, behind
 * a proxy.
 */
import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Installation, install, type ServerProcess } from "./support/server-process.ts";
import { startTarget, type Target } from "./support/target.ts";

const main = "status.acme.example";
const partners = "partners.acme.example";
const open = "lights.acme.example";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

describe("the names of a server", () => {
  let target: Target;
  let installation: Installation;
  let server: ServerProcess;
  let token: string;
  let port: number;

  beforeAll(async () => {
    target = await startTarget();
    installation = await install(`
platform: { name: Acme, time_zone: UTC, languages: [en, da] }
services:
  beacon: { title: Beacon, checks: { web: { http: "${target.url}", interval: 1s } } }
  vault: { title: The vault, private: true, checks: { web: { http: "${target.url}", interval: 1s } } }
pages:
  partners: { title: For partners, services: [vault], access: [link, password, sign_in], domain: ${partners} }
  lights: { title: Lights alone, services: [beacon], access: public, domain: "${open.toUpperCase()}" }
  office: { services: [vault], access: network, networks: [192.0.2.0/24, "2001:db8::/32"] }
`);
    server = await installation.start({
      ...{ BASE_URL: `https://${main}`, OTHER_HOSTS: "origin.acme.example", TRUSTED_PROXIES: "127.0.0.1" },
    });
    token = /fn_[\w-]{43}/.exec(server.output())![0];
    const note = readFileSync(join(installation.folder, "data/server.json"), "utf8");
    port = Number(new URL((JSON.parse(note) as { url: string }).url).port);
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.error(server?.output())));
  afterAll(async () => {
    await server?.kill();
    await target.close();
    await installation.remove();
  });

  function ask(
    host: string,
    path: string,
    { method = "GET", headers = {}, body = "" }: { method?: string; headers?: object; body?: string } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: "127.0.0.1", port, path, method, headers: { Host: host, ...headers }, agent: false },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (part: string) => (text += part));
          response.on("end", () =>
            resolve({ status: response.statusCode!, headers: response.headers, text }),
          );
        },
      );
      asked.on("error", reject);
      asked.end(body);
    });
  }
  const post = (host: string, path: string, fields: Record<string, string>, headers: object = {}) =>
    ask(host, path, {
      method: "POST",
      headers: {
        Origin: `https://${host}`,
        "Content-Type": "application/x-www-form-urlencoded",
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    });
  const told = ({ status, headers }: Answer) => [status, headers.location ?? headers["content-type"]];
  const cookieOf = ({ headers }: Answer) => /^[^;]+/.exec(headers["set-cookie"]?.[0] ?? "")?.[0] ?? "";

  it.each([
    main,
    `${main}:443`,
    `${main.toUpperCase()}.`,
    "origin.acme.example",
    "localhost",
    "[::1]:3000",
    "127.0.0.1",
  ])("%s is one of its own", async (host) => {
    const page = await ask(host, "/");
    expect(told(page)).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.text).toContain(`<link rel="canonical" href="https://${main}/"`);
    expect((await ask(host, "/console/sign-in")).status).toBe(200);
  });

  const strangers = ["evil.example", "203.0.113.9", "10.0.0.5:3000", `${main}.evil.example`, `evil.${main}`];
  it.each(strangers)(
    "whoever calls it %j is led to its own name, and nothing is written under it",
    async (host) => {
      for (const path of [
        "/",
        "/da/services/beacon?x=1",
        "/console",
        "/feed.atom",
        "/pages/office/",
        "/events",
      ]) {
        const answer = await ask(host, path);
        expect([path, ...told(answer), answer.text]).toEqual([path, 307, `https://${main}${path}`, ""]);
        expect(answer.headers["cache-control"]).toBe("no-store");
      }
      expect((await post(host, "/subscribe", { address: "eve@acme.example" })).status).toBe(421);
      expect((await post(host, "/console/sign-in", { token })).status).toBe(421);
    },
  );

  it("machines may call it by its address: health, probes, jobs and the API", async () => {
    for (const path of ["/healthz", "/readyz", "/metrics", "/api/v1/openapi.json", "/api/v1/services"]) {
      expect([path, (await ask("10.0.0.5:3000", path)).status]).toEqual([path, 200]);
    }
    const batch = await ask("10.0.0.5:3000", "/api/v1/batches", { method: "POST", body: "x" });
    expect(batch.status).toBeGreaterThanOrEqual(400);
    expect(batch.status).not.toBe(421);
    expect((await ask("10.0.0.5:3000", "/check-in/no-such")).status).toBe(404);
  });

  it("a proxy that is trusted says by which name it was asked, where it asks by one of its own", async () => {
    const through = (host: string, forwarded: string) =>
      ask(host, "/", { headers: { "X-Forwarded-Host": forwarded } });
    expect((await through("10.0.0.5", main)).status).toBe(200);
    expect((await through("10.0.0.5", "evil.example")).status).toBe(307);
    expect((await through("10.0.0.5", open)).text).toContain("Lights alone");
    // What came by a name of ours is no other page because a header says so.
    expect((await through(main, open)).text).not.toContain("Lights alone");
  });

  it("an address in a request line that is none leads nowhere else", async () => {
    for (const path of ["http://evil.example/", "//evil.example/x"]) {
      const { status, headers } = await ask("evil.example", path);
      expect([path, status]).toEqual([path, 307]);
      expect(new URL(headers.location!).host).toBe(main);
    }
  });

  it("a page under its own name is that page from the root on, with addresses of its own", async () => {
    const page = await ask(open, "/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("Lights alone");
    expect(page.text).toContain(`<link rel="canonical" href="https://${open}/"`);
    expect(page.text).toContain(`<meta property="og:image" content="https://${open}/og.png">`);
    expect(page.text).toMatch(/href="\/feed\.atom"/);
    expect(page.text).not.toContain("/pages/");
    const danish = await ask(open, "/da/services/beacon");
    expect(danish.text).toContain(`<link rel="canonical" href="https://${open}/da/services/beacon"`);
    const feed = await ask(open, "/feed.atom");
    expect(feed.text).toContain(`https://${open}/`);
    expect(feed.text).not.toContain(main);
    const asset = /href="(\/assets\/[^"]+page\.css)"/.exec(page.text)![1]!;
    expect((await ask(open, asset)).status).toBe(200);
    expect((await ask(open, "/healthz")).status).toBe(200);
    expect((await ask(open, "/robots.txt")).text).toContain(`https://${open}/sitemap.xml`);
    for (const path of ["/services/vault", "/console", "/portal", "/api/v1/services", "/pages/office/"]) {
      expect([path, (await ask(open, path)).status]).toEqual([path, 404]);
    }
    const report = await ask(open, "/report");
    expect(report.status).toBe(200);
    expect(report.text).toContain("beacon");
    expect(report.text).not.toContain("vault");
  });

  it("whoever asks for it where it stood before is led there, with what they carry", async () => {
    for (const [path, there] of [
      ["/pages/lights", "/"],
      ["/pages/lights/da/services/beacon", "/da/services/beacon"],
      ["/pages/lights/feed.atom?key=x", "/feed.atom?key=x"],
      ["/pages/lights/subscribe", "/subscribe"],
    ] as const) {
      expect([path, ...told(await ask(main, path))]).toEqual([path, 308, `https://${open}${there}`]);
    }
  });

  it("a private page under its own name has its door there: password, link, and out again", async () => {
    const door = await ask(partners, "/services/vault");
    expect([door.status, door.text.includes("The vault"), door.text.includes("For partners")]).toEqual([
      401,
      false,
      false,
    ]);
    expect(door.text).toContain('action="/enter"');
    const admin = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const password = "the brass key hangs here";
    const set = await ask(main, "/api/v1/pages/partners/password", {
      ...{ method: "PUT", headers: admin, body: JSON.stringify({ password }) },
    });
    expect(set.status).toBe(200);
    const entered = await post(partners, "/enter", { password, then: "/services/vault" });
    expect(told(entered)[1]).toBe("/services/vault");
    expect(entered.headers["set-cookie"]![0]).toMatch(
      /^fn_page=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const Cookie = cookieOf(entered);
    const vault = await ask(partners, "/services/vault", { headers: { Cookie } });
    expect([vault.status, vault.headers["cache-control"]]).toEqual([200, "private, no-cache"]);
    expect(vault.text).toContain(`<link rel="canonical" href="https://${partners}/services/vault"`);
    expect((await ask(partners, "/subscribe", { headers: { Cookie } })).text).toContain('value="vault"');
    // The same pass opens nothing under another name.
    expect((await ask(main, "/pages/office/", { headers: { Cookie } })).status).toBe(403);
    const made = await ask(main, "/api/v1/pages/partners/links", {
      ...{ method: "POST", headers: admin, body: JSON.stringify({ name: "Ada" }) },
    });
    const { url, path } = JSON.parse(made.text) as { url: string; path: string };
    expect([url, path]).toEqual([`https://${partners}${path}`, expect.stringMatching(/^\/enter\/[\w.-]+$/)]);
    const followed = await ask(partners, path);
    expect(told(followed)).toEqual([303, "/"]);
    expect((await ask(partners, "/", { headers: { Cookie: cookieOf(followed) } })).status).toBe(200);
    const out = await post(partners, "/leave", {}, { Cookie });
    expect(out.headers["set-cookie"]![0]).toMatch(/^fn_page=; Max-Age=0; Path=\//);
    expect((await post(partners, "/enter", { password }, { Origin: `https://${main}` })).status).toBe(403);
  });

  it("whoever is signed in elsewhere is handed over to it, once and for a minute", async () => {
    const door = await ask(partners, "/");
    const visit = new RegExp(`href="https://${main}(/console/pages/partners/visit[^"]*)"`).exec(
      door.text,
    )![1]!;
    const signedIn = await post(main, "/console/sign-in", { token });
    const visited = await ask(main, visit.replaceAll("&amp;", "&"), {
      headers: { Cookie: cookieOf(signedIn) },
    });
    const address = new URL(visited.headers.location!);
    expect([visited.status, address.host, visited.headers["referrer-policy"]]).toEqual([
      303,
      partners,
      "no-referrer",
    ]);
    expect(visited.headers["set-cookie"]).toBeUndefined();
    const entered = await ask(partners, address.pathname + address.search);
    expect(told(entered)).toEqual([303, "/"]);
    expect((await ask(partners, "/", { headers: { Cookie: cookieOf(entered) } })).text).toContain(
      "The vault",
    );
    const again = await ask(partners, address.pathname + address.search);
    expect([told(again), again.headers["set-cookie"]]).toEqual([[303, "/"], undefined]);
    const bent = address.pathname.replace(/\.\d+\./, (until) => `.${Number(until.slice(1, -1)) + 9}.`);
    expect((await ask(partners, bent)).status).toBe(401);
    // What a cookie holds is no handover.
    const pass = cookieOf(entered).slice("fn_page=".length);
    expect((await ask(partners, `/enter/pass/${pass}`)).status).toBe(401);
  });

  it.each([
    ["192.0.2.7", 200],
    ["2001:db8::7", 200],
    ["198.51.100.7", 403],
    ["192.0.2.7, 198.51.100.7", 403],
    ["198.51.100.7, 192.0.2.7", 200],
    ["192.0.2.7, unknown", 403],
    ["", 403],
  ])("a page for a network, behind a trusted proxy, is open to %j or not", async (way, status) => {
    const answer = await ask(main, "/pages/office/", { headers: { "X-Forwarded-For": way } });
    expect([answer.status, answer.text.includes("The vault")]).toEqual([status, status === 200]);
  });
});
