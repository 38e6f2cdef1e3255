/**
 * Every route there is, and who may go there. The list is held against the routers themselves: a route that is added without an entry
 * here, or whose right is another than its entry says, fails.
 */
import { beforeAll, expect, it } from "vitest";
import { makeAccessLink, pathOfAccessLink } from "../../src/actions/access-link.ts";
import { createToken } from "../../src/actions/create-token.ts";
import { roles, type Role, type Scope, scopes, scopesOfRole } from "../../src/domain/people/rights.ts";
import { webApp } from "../../src/http/app.ts";
import type { Database } from "../../src/store/database.ts";
import { customers } from "../../src/store/tables/agreements.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { origin, type TestBrowser, testBrowser } from "../support/browsers.ts";
import { onPostgres } from "../support/databases.ts";
import { comeIn } from "../support/people.ts";
import { type Access, apiRights, consoleRights, portalRights } from "./rights.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

/** An address that a pattern stands for. */
const pathOf = (pattern: string) =>
  pattern
    .replace(/:file\{[^}]*\}/, "report.json")
    .replace(/:reference\{([A-Z]{3})-.*\}(?=\/|$)/, "$1-2026-0001")
    .replace(/:reference\{.*\}(?=\/|$)/, "COR-2026-0001")
    .replace(/:revision\{.*\}(?=\/|$)/, "1")
    .replace(/:month\b/g, "2026-05")
    .replace(/:(\w+)(\{[^}]*\})?/g, "none");

onPostgres("rights", (database) => {
  let db: Database;
  let api: TestApi;
  let routes: { method: string; path: string }[];
  const browsers = new Map<Role, TestBrowser>();
  beforeAll(async () => {
    db = database();
    api = await testApi(db, now);
    routes = [
      ...new Map(
        webApp(api.deps)
          .routes.filter(({ method, path }) => method !== "ALL" && !path.includes("*"))
          .map(({ method, path }) => [`${method} ${path}`, { method, path }]),
      ).values(),
    ];
    const definition = { name: "Acme", language: "en", recipients: [], contacts: [], notes: "" } as const;
    const acme = { slug: "acme", managedBy: "people", createdAt: now, definition } as never;
    await db.insert(customers).values(acme);
    for (const role of roles) {
      browsers.set(role, (await comeIn(api, role, role, role === "customer" ? "acme" : null)).browser);
    }
  }, 60_000);

  const under = (room: string) =>
    routes.filter(({ path }) => path === room || path.startsWith(`${room}/`) || path.startsWith(`${room}.`));
  const key = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

  it("every route of the API, the console and the portal has an entry, and every entry a route", () => {
    expect(under("/console").map(key).sort()).toEqual(Object.keys(consoleRights).sort());
    expect(under("/portal").map(key).sort()).toEqual(Object.keys(portalRights).sort());
    expect(under("/api/v1").map(key).sort()).toEqual(Object.keys(apiRights).sort());
  });

  it("the console lets each role go where its rights lead, and nowhere else", async () => {
    const wrong: unknown[] = [];
    for (const route of under("/console")) {
      const needed = consoleRights[key(route)] as Access;
      for (const role of [...roles, null]) {
        // Signing out or changing oneself would end the walk.
        if (needed === "open" || (needed === "self" && route.method === "POST" && role !== null)) {
          continue;
        }
        const browser = role === null ? testBrowser(api) : browsers.get(role)!;
        const answer =
          route.method === "GET"
            ? await browser.get(pathOf(route.path))
            : await browser.post(pathOf(route.path));
        const isLed = answer.status === 303 && /\/sign-in/.test(answer.headers.get("Location") ?? "");
        const isAsked = isLed || answer.status === 401;
        const mayCome = role !== null && role !== "customer";
        const may = mayCome && (needed === "self" || scopesOfRole(role).includes(needed as Scope));
        const shown = !mayCome ? isAsked : may ? answer.status !== 403 && !isLed : answer.status === 403;
        if (!shown) {
          wrong.push([key(route), role, answer.status, answer.headers.get("Location")]);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it("the portal lets in a customer's people and whoever has its link, who has no account, and nobody else", async () => {
    const holder = testBrowser(api);
    const link = await makeAccessLink(db, { customer: "acme" }, "ops", now);
    await holder.get(pathOfAccessLink(api.deps.secretKey, link));
    const wrong: unknown[] = [];
    for (const route of under("/portal")) {
      const needed = portalRights[key(route)];
      if (needed === "open") {
        continue;
      }
      for (const who of [...roles, "link", null] as const) {
        // Changing oneself would end the walk.
        if (who === "customer" && needed === "self" && route.method === "POST") {
          continue;
        }
        const browser = who === null ? testBrowser(api) : who === "link" ? holder : browsers.get(who)!;
        const answer =
          route.method === "GET"
            ? await browser.get(pathOf(route.path))
            : await browser.post(pathOf(route.path));
        const isLed = answer.status === 303 && /\/enter/.test(answer.headers.get("Location") ?? "");
        const isAsked = isLed || answer.status === 401;
        const shown =
          who !== "customer" && who !== "link"
            ? isAsked
            : who === "link" && needed === "self"
              ? answer.status === 403
              : answer.status !== 403 && !isAsked;
        if (!shown) {
          wrong.push([key(route), who, answer.status, answer.headers.get("Location")]);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it("the API lets a token do what it was made for, and nothing else", async () => {
    const tokens = new Map<Scope, string>();
    for (const scope of scopes) {
      const terms = { scopes: [scope], personId: null, expiresAt: null, author: null };
      tokens.set(scope, await createToken(db, `only ${scope}`, now, terms));
    }
    const wrong: unknown[] = [];
    for (const route of under("/api/v1")) {
      const needed = apiRights[key(route)] as Access;
      if (needed === "open" || needed === "probe") {
        continue;
      }
      const ask = (token: string | null) =>
        api.request(`${origin}${pathOf(route.path)}`, {
          method: route.method,
          headers: {
            "Content-Type": "application/json",
            ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
          },
          ...(route.method === "GET" ? {} : { body: "{}" }),
        });
      const others = scopes.filter((scope) => scope !== needed);
      const nobody = (await ask(null)).status;
      const mine = (await ask(tokens.get(needed as Scope)!)).status;
      const theirs = new Set<number>();
      for (const scope of others) {
        theirs.add((await ask(tokens.get(scope)!)).status);
      }
      if (nobody !== 401 || mine === 401 || mine === 403 || [...theirs].join() !== "403") {
        wrong.push([key(route), needed, { nobody, mine, theirs: [...theirs] }]);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
