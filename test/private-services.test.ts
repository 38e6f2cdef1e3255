/**
 * A service that is private, on a whole server: every address that anybody may ask is walked, those of the API as its own table of rights
 * lists them, and none says a word of it. With a token everything is told.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { statuspagePaths } from "../src/http/statuspage-v2/answers.ts";
import { apiRights } from "./http/rights.ts";
import { type Installation, install, type ServerProcess } from "./support/server-process.ts";
import { startTarget, type Target } from "./support/target.ts";

/** Every word that belongs to what is private: slugs, titles, descriptions, what was said of it alone. */
const secrets = /vault|cellar|crypt|hush/i;

describe("a private service", () => {
  let target: Target;
  let installation: Installation;
  let server: ServerProcess;
  let token: string;
  /** References by what they are about. */
  const references: Record<"open" | "private" | "mixed", string[]> = { open: [], private: [], mixed: [] };

  const platform = () => `
platform: { name: Acme, time_zone: UTC, languages: [en, da, nb, fr], address: https://status.acme.example }
groups:
  front: Front
  cellar: { title: The cellar, description: Nobody is to hush about it, private: true }
services:
  beacon:
    title: Beacon
    group: front
    checks: { web: { http: "${target.url}", interval: 1s, parent: vault/web } }
  vault:
    title: The vault
    description: Hush
    group: front
    private: true
    checks: { web: { http: "${target.url}", interval: 1s } }
  crypt:
    title: The crypt
    group: cellar
    checks: { web: { http: "${target.url}", interval: 1s } }
`;

  const send = async (path: string, body: object) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    expect([path, answer.status, await answer.clone().text()]).toEqual([path, 201, expect.anything()]);
    return ((await answer.json()) as { reference: string }).reference;
  };

  beforeAll(async () => {
    target = await startTarget();
    installation = await install(platform());
    server = await installation.start();
    token = /fn_[\w-]{43}/.exec(server.output())![0];
    const tomorrow = Date.now() + 86_400_000;
    const planned = {
      planned_start: new Date(tomorrow).toISOString(),
      planned_end: new Date(tomorrow + 3_600_000).toISOString(),
    };
    const start = new Date(tomorrow).toISOString().slice(0, 16);
    const recurrence = { rule: "FREQ=MONTHLY", start, length_ms: 1_800_000 };
    for (const [kind, slugs, title] of [
      ["open", ["beacon"], "Open trouble"],
      ["private", ["vault", "crypt"], "Hush trouble"],
      ["mixed", ["beacon", "crypt", "vault"], "Common trouble"],
    ] as const) {
      const services = slugs.map((service) => ({ service, impact: "partial_outage" }));
      references[kind].push(
        await send("/incidents", { title, message: `${title}.`, services }),
        await send("/maintenance-windows", { title, message: `${title}.`, services: slugs, ...planned }),
        await send("/maintenance-series", { title, message: `${title}.`, services: slugs, recurrence }),
      );
    }
  });

  beforeEach(({ onTestFailed }) => onTestFailed(() => console.error(server?.output())));
  afterAll(async () => {
    await server?.kill();
    await target.close();
    await installation.remove();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(server.url + path, { headers, redirect: "manual" });

  /** Where a page leads, as far as it stays on this server and is public. */
  const leadsOf = (html: string) =>
    [...html.matchAll(/(?:href|src)="(?:https:\/\/status\.acme\.example)?(\/[^"#]*)/g)]
      .map(([, path]) => path!.replaceAll("&amp;", "&"))
      .filter((path) => !/^\/(console|portal|assets)/.test(path));

  /** Routes of the API that are open, with every name put in that there is. */
  const openRoutes = () =>
    Object.entries(apiRights)
      .filter(([route, access]) => access === "open" && route.startsWith("GET "))
      .flatMap(([route]) => {
        const path = route.slice("GET ".length);
        return path.includes(":slug")
          ? ["beacon", "vault", "crypt"].map((slug) => path.replace(":slug", slug))
          : path.includes(":reference")
            ? Object.values(references)
                .flat()
                .map((reference) => path.replace(":reference", reference))
            : [path, `${path}?month=${new Date().toISOString().slice(0, 7)}`, `${path}?state=open`];
      });

  const named = () => [
    ...["", "/da", "/nb", "/fr"].flatMap((base) =>
      ["/", "/history", "/methodology", "/problems", "/report", "/subscribe", "/no-such-page"].map(
        (path) => base + path,
      ),
    ),
    ...["beacon", "vault", "crypt"].flatMap((slug) => [
      `/services/${slug}`,
      ...["feed.atom", "feed.rss", "feed.json", "history.atom", "maintenance.ics"].map(
        (face) => `/services/${slug}/${face}`,
      ),
      ...["status", "uptime-month", "uptime-30d"].map((badge) => `/badge/${slug}/${badge}.svg`),
      `/report?service=${slug}`,
      `/subscribe?service=${slug}&group=cellar`,
      `/subscribe/atom?service=${slug}`,
    ]),
    ...Object.values(references)
      .flat()
      .flatMap((reference) => [
        `/incidents/${reference}`,
        `/maintenance/${reference}`,
        `/maintenance/${reference}.ics`,
      ]),
    ...["/badge/status.svg", "/feed.atom", "/feed.rss", "/feed.json", "/history.rss", "/maintenance.ics"],
    ...["/robots.txt", "/sitemap.xml", "/favicon.svg", "/widget.js", "/og.png", "/manifest.webmanifest"],
    ...["/.well-known/security.txt", "/healthz", "/readyz", "/metrics", "/schema/platform.json"],
    ...statuspagePaths,
    ...openRoutes(),
  ];

  it("is not told of at any address that anybody may ask", async () => {
    const waiting = named();
    const asked = new Set<string>();
    const leaks: string[] = [];
    while (waiting.length > 0) {
      const path = waiting.pop()!;
      if (asked.has(path)) {
        continue;
      }
      asked.add(path);
      const answer = await get(path, { Accept: "text/html" });
      const text = await answer.text();
      expect([path, answer.status]).not.toEqual([path, 500]);
      // What was asked may be repeated: it was known to whoever asked.
      const said = path.split(/[/?&=.]/).filter((part) => secrets.test(part));
      const heard = said.reduce((rest, part) => rest.replaceAll(part, ""), text);
      if (secrets.test(heard)) {
        leaks.push(`${path}: ${secrets.exec(heard)![0]}`);
      }
      waiting.push(...leadsOf(text));
    }
    expect(leaks).toEqual([]);
    expect(asked.size).toBeGreaterThan(150);
  });

  it("is answered like one that does not exist", async () => {
    for (const address of ["/services/NAME", "/services/NAME/feed.atom", "/api/v1/services/NAME/months"]) {
      const [hidden, missing] = await Promise.all(
        ["vault", "vaulx"].map(async (slug) => {
          const answer = await get(address.replace("NAME", slug));
          const text = (await answer.text()).replaceAll(slug, "NAME");
          return { status: answer.status, text: text.replace(/urn:uuid:[\w-]+|data-version="\d+"/g, "") };
        }),
      );
      expect(hidden).toEqual(missing);
      expect(hidden!.status).toBe(404);
    }
    const [incident, window, series] = references.private;
    for (const path of [
      ...[`/incidents/${incident}`, `/maintenance/${window}`, `/api/v1/incidents/${incident}`],
      ...[`/api/v1/maintenance-windows/${window}`, `/api/v1/maintenance-series/${series}`],
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  it("is left out of what concerns it and others", async () => {
    const [incident, window] = references.mixed;
    const told = (await (await get(`/api/v1/incidents/${incident}`)).json()) as {
      impacts: { service: string }[];
    };
    expect(told.impacts.map(({ service }) => service)).toEqual(["beacon"]);
    const html = await (await get(`/maintenance/${window}`)).text();
    expect(html).toContain("/services/beacon");
    const page = await (await get("/")).text();
    expect(page).toContain("Common trouble");
    expect(page).not.toContain("Hush trouble");
  });

  it("cannot be found out by asking for it in a form", async () => {
    const post = (path: string, fields: Record<string, string>) =>
      fetch(server.url + path, {
        method: "POST",
        headers: { Origin: server.url, "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(fields),
        redirect: "manual",
      });
    const report = { subject: "Help", message: "It is dark.", once: "a".repeat(22) };
    const choice = { channel: "webhook", address: "https://a.example/", topics: "incidents" };
    const refused = async (slug: string) => [
      (await post("/report", { ...report, service: slug })).status,
      (await post("/subscribe", { ...choice, services: slug, language: "en" })).status,
      (await post("/subscribe", { ...choice, groups: slug, language: "en" })).status,
    ];
    expect(await refused("vault")).toEqual(await refused("no-such-thing"));
    expect(await refused("vault")).toEqual([422, 422, 422]);
  });

  it("is told of to whoever has a token of those who run the platform", async () => {
    const headers = { Authorization: `Bearer ${token}` };
    const { services } = (await (await get("/api/v1/services", headers)).json()) as {
      services: { slug: string }[];
    };
    expect(services.map(({ slug }) => slug)).toEqual(["beacon", "vault", "crypt"]);
    const { incidents } = (await (await get("/api/v1/incidents", headers)).json()) as {
      incidents: { reference: string }[];
    };
    expect(incidents).toHaveLength(3);
    expect((await get("/api/v1/services", { Authorization: `Bearer fn_${"x".repeat(43)}` })).status).toBe(
      401,
    );
  });

  it("stays private when it is archived, with all that was said of it", async () => {
    const text = platform()
      .replace(/ {2}vault:\n(?: {4}.*\n)+/, "")
      .replace(", parent: vault/web", "")
      .replace(/ {2}crypt:\n(?: {4}.*\n)+/, "")
      .replace(/ {2}cellar:.*\n/, "");
    expect(text).not.toMatch(secrets);
    await installation.write(text);
    process.kill(server.pid, "SIGHUP");
    const headers = { Authorization: `Bearer ${token}` };
    const known = async () =>
      ((await (await get("/api/v1/services", headers)).json()) as { services: object[] }).services.length;
    await expect.poll(known, { timeout: 10_000 }).toBe(1);
    for (const path of ["/", "/history", "/feed.json", "/api/v1/incidents", "/api/v2/summary.json"]) {
      expect([path, secrets.exec(await (await get(path)).text())]).toEqual([path, null]);
    }
    expect((await get(`/incidents/${references.private[0]}`)).status).toBe(404);
  });
});
