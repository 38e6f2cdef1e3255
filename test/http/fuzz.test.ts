/**
 * Whatever anybody sends to what is public: never a defect, never markup of theirs in an answer, never an answer that takes long. Every
 * address is made of those that exist, bent; the seed is fixed, so that a run that fails fails again.
 */
import { globSync, readFileSync } from "node:fs";
import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copiedAddresses } from "../../src/http/pages/copied-addresses.ts";
import { boards, now } from "../support/boards.ts";
import { onPostgres } from "../support/databases.ts";
import { servePages, type ServedPages } from "../support/pages.ts";
import { testApi, type TestApi } from "../support/api.ts";
import type { TestBrowser } from "../support/browsers.ts";
import { comeIn } from "../support/people.ts";
import { insertServices } from "../support/services.ts";
import { webApp } from "../../src/http/app.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { type ServedRooms, serveWhole } from "../support/rooms.ts";

const seed = 99_990;
const longestMs = 5_000;

/** What tells that something of a request came back as markup. */
const planted = `"><script src=//x.example></script><img src=x onerror=alert(1)>`;
const signs = /<script src=\/\/x\.example|<img src=x onerror/i;

const nasty = fc.oneof(
  fc.constantFrom(
    ...[
      planted,
      encodeURIComponent(planted),
      "%00",
      "%",
      "%ff%fe",
      "..%2f..%2fetc%2fpasswd",
      "../../etc/passwd",
    ],
    ...["__proto__", "constructor", "toString", "${env:SECRET_KEY}", "{{7*7}}", "<%= 7*7 %>", "' or '1'='1"],
    ...["-1", "NaN", "1e309", "9999999999999999999", "2026-13", "0000-00", "\u202e", "a".repeat(4_000)],
  ),
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 30 }),
);

/** A text as it may stand in a request line: whatever else is in it is escaped, as any client would. */
const sendable = (text: string) =>
  text.replace(/[^!-~]/gu, (sign) => encodeURIComponent(sign.toWellFormed()));

const paths = (known: readonly string[]) =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...known) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom(...known), nasty, fc.nat(6)).map(([path, bent, at]) => {
        const steps = path.split("/");
        steps[1 + (at % Math.max(1, steps.length - 1))] = bent;
        return steps.join("/");
      }),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...known), nasty).map((parts) => parts.join("/")) },
  );

const queries = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          "month",
          "service",
          "group",
          "reference",
          "to",
          "state",
          "from",
          "until",
          "language",
          "limit",
        ),
        nasty,
      ),
      nasty,
    ),
    { maxLength: 4 },
  )
  .map((pairs) =>
    pairs.length === 0 ? "" : `?${pairs.map((pair) => pair.map(sendable).join("=")).join("&")}`,
  );

const headerText = nasty.map((text) => text.replace(/[^\t\x20-\x7e]/g, "").trim());
const headers = fc.dictionary(
  fc.constantFrom(
    ...[
      "accept-language",
      "accept-encoding",
      "accept",
      "if-none-match",
      "if-modified-since",
      "range",
      "cookie",
    ],
    ...[
      "x-forwarded-for",
      "x-forwarded-host",
      "x-forwarded-proto",
      "authorization",
      "origin",
      "referer",
      "user-agent",
    ],
  ),
  headerText,
  { maxKeys: 5 },
);

interface Heard {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

function expectHarmless(what: string, { status, text, headers: answered }: Heard, began: number): void {
  expect([what, status >= 500 && status !== 503]).toEqual([what, false]);
  expect([what, performance.now() - began < longestMs]).toEqual([what, true]);
  const type = String(answered["content-type"] ?? "");
  if (type.includes("html") || type.includes("xml") || type.includes("svg")) {
    expect([what, signs.test(text)]).toEqual([what, false]);
  }
  // Nothing that was sent becomes a place to go to.
  expect([what, String(answered.location ?? "/")]).toEqual([what, expect.stringMatching(/^(\/(?!\/)|\?|$)/)]);
  expect([what, text.includes("evil.example")]).toEqual([what, false]);
}

/** One request over a socket, with whatever Host. A stream is heard as far as it has come at once. */
function askOver(
  url: string,
  path: string,
  { method, headers: sent }: { method: string; headers: Record<string, string> },
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const asked = request(
      { host: "127.0.0.1", port, path: sendable(path), method, headers: sent },
      (answer) => {
        const parts: Buffer[] = [];
        const heard = () =>
          resolve({
            status: answer.statusCode!,
            headers: answer.headers,
            text: Buffer.concat(parts).toString("latin1"),
          });
        answer.on("data", (part: Buffer) => {
          parts.push(part);
          if (answer.headers["content-type"]?.startsWith("text/event-stream") === true) {
            heard();
            asked.destroy();
          }
        });
        answer.on("error", reject);
        answer.on("end", heard);
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

describe("whatever is asked of the pages", () => {
  let pages: ServedPages;
  const board = boards.outage();
  const known = [
    ...copiedAddresses(board).map(({ path }) => path),
    ...[
      "/og.png",
      "/services/beacon/og.png",
      "/apple-touch-icon.png",
      "/favicon.ico",
      "/events",
      "/embed",
      "/da/",
      "/events/x",
    ],
  ];
  beforeAll(async () => {
    pages = await servePages({ ...board, settings: { ...board.settings, languages: ["en", "da"] } });
  });
  afterAll(() => pages.stop());

  const ask = (path: string, method: string, sent: Record<string, string>): Promise<Heard> =>
    askOver(pages.url, path, { method, headers: { ...sent, host: "evil.example" } });

  it("is answered, without a defect, without its markup, without the host it named", async () => {
    const asking = fc.tuple(
      paths(known),
      queries,
      fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS"),
      headers,
    );
    await fc.assert(
      fc.asyncProperty(asking, async ([path, query, method, sent]) => {
        const began = performance.now();
        // Uncompressed, so that what is in it can be read.
        const { "accept-encoding": _, ...rest } = sent;
        const heard = await ask(path.startsWith("/") ? path + query : `/${path}${query}`, method, rest);
        expectHarmless(`${method} ${path}${query}`, heard, began);
      }),
      { numRuns: 600, seed },
    );
    expect(pages.errors).toEqual([]);
  });
});

onPostgres("whatever is asked of private pages and their doors", (database) => {
  let api: TestApi;
  let rooms: ServedRooms;
  const errors: unknown[] = [];
  const secrets = /the vault|for partners/i;
  beforeAll(async () => {
    const board = boards.outage();
    const [first, ...rest] = board.services;
    const way = { networks: [], customers: [] };
    const pages = [
      {
        slug: "partners",
        title: "For partners",
        scope: "all" as const,
        access: ["link" as const, "password" as const],
        ...way,
      },
      {
        slug: "named",
        title: "For partners",
        scope: "all" as const,
        access: ["sign_in" as const],
        domain: "named.example",
        ...way,
      },
    ];
    api = await testApi(database(), now, {
      board: () => ({
        ...board,
        settings: { ...board.settings, languages: ["en", "da"], pages },
        services: [{ ...first!, title: "The vault", isPrivate: true }, ...rest],
      }),
    });
    rooms = await serveWhole(api, (error) => errors.push(error));
  });
  afterAll(() => rooms.stop());

  const below = [
    ...[
      "/",
      "/services/beacon",
      "/history",
      "/feed.atom",
      "/api/v2/summary.json",
      "/events",
      "/og.png",
      "/embed",
    ],
    ...[
      "/enter",
      "/enter/abc",
      "/enter/pass/abc",
      "/leave",
      "/subscribe",
      "/subscribe/sent",
      "/subscription/abc",
    ],
    ...["/da/", "/da/enter/abc", "/da/subscription/abc/end", "/badge/status.svg", "/manifest.webmanifest"],
  ];
  const known = below.flatMap((path) => [`/pages/partners${path}`, `/pages/named${path}`, path]);
  const carried = fc.tuple(fc.constantFrom("then", "key", "service", "group", "x"), nasty);

  it("is answered, without a defect, without its markup, and without what is private", async () => {
    const asking = fc.record({
      path: paths(known),
      query: fc.array(carried, { maxLength: 3 }),
      method: fc.constantFrom("GET", "GET", "GET", "POST", "HEAD"),
      host: fc.constantFrom("localhost", "named.example", "NAMED.example:8080", "named.example.evil.example"),
      cookie: fc.oneof(
        fc.constant(""),
        headerText.map((text) => `fn_page=${text}`),
      ),
    });
    await fc.assert(
      fc.asyncProperty(asking, async ({ path, query, method, host, cookie }) => {
        const began = performance.now();
        const search = query.map((pair) => pair.map(sendable).join("=")).join("&");
        const heard = await askOver(rooms.url, `${path.startsWith("/") ? path : `/${path}`}?${search}`, {
          ...{ method, headers: { host, cookie, accept: "text/html" } },
        });
        const what = `${method} ${host}${path}?${search}`;
        const led = String(heard.headers.location ?? "/").replace(/^https:\/\/named\.example\//, "/");
        expectHarmless(what, { ...heard, headers: { ...heard.headers, location: led } }, began);
        expect([what, secrets.exec(heard.text)?.[0]]).toEqual([what, undefined]);
      }),
      { numRuns: 400, seed },
    );
    expect(errors).toEqual([]);
    expect(api.defects).toEqual([]);
  });
});

onPostgres("whatever is asked of forms and of the public API", (database) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi(database(), now);
  });

  const known = [
    ...["/api/v1/summary", "/api/v1/services", "/api/v1/services/beacon", "/api/v1/services/beacon/months"],
    ...[
      "/api/v1/services/beacon/outages",
      "/api/v1/incidents",
      "/api/v1/maintenance-windows",
      "/api/v1/openapi.json",
    ],
    ...[
      "/api/docs",
      "/report",
      "/da/report",
      "/subscribe",
      "/subscribe/sent",
      "/subscription/abc",
      "/check-in/abc",
    ],
    ...[
      "/console/sign-in",
      "/portal",
      "/portal/enter/abc",
      "/console/welcome/abc",
      "/schema/platform.json",
      "/healthz",
    ],
  ];
  const ask = async (path: string, init: RequestInit): Promise<Heard> => {
    const answer = await api.request(`http://evil.example${sendable(path)}`, init);
    return {
      ...{ status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() },
    };
  };

  it("is answered when it is read, whatever stands in its address and its headers", async () => {
    await fc.assert(
      fc.asyncProperty(paths(known), queries, headers, async (path, query, sent) => {
        const began = performance.now();
        const heard = await ask(path.startsWith("/") ? path + query : `/${path}${query}`, { headers: sent });
        expectHarmless(`GET ${path}${query}`, heard, began);
      }),
      { numRuns: 250, seed },
    );
  });

  it("is answered when it is sent, whatever stands in its fields", async () => {
    const field = fc.constantFrom(
      ...["subject", "message", "service", "name", "mail", "website", "once", "channel", "address", "topics"],
      ...["groups", "services", "language", "pace", "password", "code", "__proto__"],
    );
    const sendTo = fc.constantFrom(
      "/report",
      "/fr/report",
      "/subscribe",
      "/console/sign-in",
      "/api/v1/evaluations",
    );
    await fc.assert(
      fc.asyncProperty(
        sendTo,
        fc.array(fc.tuple(field, nasty), { maxLength: 8 }),
        fc.boolean(),
        async (path, pairs, asJson) => {
          const began = performance.now();
          const heard = await ask(path, {
            method: "POST",
            body: asJson
              ? JSON.stringify(Object.fromEntries(pairs))
              : new URLSearchParams(
                  pairs.map(([name, text]): [string, string] => [name, text.toWellFormed()]),
                ),
            headers: {
              Origin: "http://evil.example",
              ...(asJson ? { "Content-Type": "application/json" } : {}),
            },
          });
          expectHarmless(`POST ${path} ${JSON.stringify(pairs)}`, heard, began);
        },
      ),
      { numRuns: 150, seed },
    );
  });

  it("is refused when it is larger than anybody needs", async () => {
    const large = "x".repeat(300 * 1024);
    for (const path of ["/report", "/subscribe", "/console/sign-in", "/api/v1/evaluations"]) {
      const answer = await api.request(path, {
        method: "POST",
        body: path.startsWith("/api")
          ? JSON.stringify({ kind: large })
          : new URLSearchParams({ message: large }),
        headers: {
          Origin: "http://localhost",
          ...(path.startsWith("/api") ? { "Content-Type": "application/json" } : {}),
        },
      });
      expect([path, answer.status]).toEqual([path, 413]);
    }
  });
});

/** What a pattern of a route stands for, with something bent in the place of each of its parts that are free. */
const filled = (pattern: string, parts: readonly string[]) => {
  let at = 0;
  return pattern.replace(/:(\w+)(\{(?:[^{}]|\{[^{}]*\})*\})?/g, () => parts[at++ % parts.length]!);
};

/** Names of all fields that any form of ours has, so that one that is added is sent, too. */
const fieldNames = [
  ...new Set(
    globSync("views/**/*.eta").flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/\bname="([\w.-]+)"/g)].map(([, name]) => name!),
    ),
  ),
];

onPostgres("whatever is asked of every route there is", (database) => {
  let api: TestApi;
  let routes: { method: string; path: string }[];
  let names: string[];
  let ann: TestBrowser;
  beforeAll(async () => {
    api = await testApi(database(), now, { baseUrl: "http://localhost" });
    const { settings } = boards.calm();
    await database()
      .insert(platforms)
      .values({ id: 1, settings, managedBy: "file", createdAt: now } as never);
    const everyRoute = webApp(api.deps).routes.filter(({ method }) => method !== "ALL");
    routes = [...new Map(everyRoute.map((one) => [`${one.method} ${one.path}`, one])).values()];
    const described = (await (await api.request("/api/v1/openapi.json")).json()) as {
      paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
    };
    names = [
      ...new Set(
        Object.values(described.paths)
          .flatMap((methods) => Object.values(methods))
          .flatMap(({ parameters = [] }) => parameters.map(({ name }) => name)),
      ),
      ...fieldNames,
    ];
    await insertServices(database(), ["beacon"]);
    ann = (await comeIn(api, "Ann", "admin")).browser;
  }, 60_000);

  /** Some of what an address names is there, so that what stands behind it is reached, too. */
  const bent = fc.array(
    fc.oneof(nasty.map(sendable), fc.constantFrom("beacon", "2026-05", "INC-2026-0001", "1", "none")),
    { minLength: 1, maxLength: 4 },
  );
  const pairs = () => fc.array(fc.tuple(fc.constantFrom(...names), nasty), { maxLength: 8 });
  const formOf = (fields: readonly [string, string][]) =>
    new URLSearchParams(fields.map(([name, text]) => [name, text.toWellFormed()] as [string, string]));
  const hear = async (answer: Response): Promise<Heard> => ({
    ...{ status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() },
  });
  /** Asks some of everything, whichever route it is; what was a defect of ours is told with what led to it. */
  async function askAll(
    chosen: { method: string; path: string }[],
    times: number,
    ask: (method: string, path: string, fields: [string, string][]) => Promise<Response>,
  ): Promise<void> {
    expect(chosen.length).toBeGreaterThan(10);
    for (const { method, path } of chosen) {
      const asking = fc.asyncProperty(bent, pairs(), async (parts, fields) => {
        const began = performance.now();
        const before = api.defects.length;
        const to = filled(path, parts);
        const heard = await hear(await ask(method, to, fields));
        const what = `${method} ${to} ${JSON.stringify(fields)}`;
        expect([what, api.defects.slice(before)]).toEqual([what, []]);
        expectHarmless(what, heard, began);
      });
      await fc.assert(asking, { numRuns: times, seed });
    }
  }

  it("without a right is answered without a defect, and leads nowhere", async () => {
    await askAll(routes, 2, (method, path, fields) =>
      api.request(`http://evil.example${path}?${formOf(fields).toString()}`, {
        method,
        headers: { Origin: "http://evil.example", "Content-Type": "application/x-www-form-urlencoded" },
        ...(method === "GET" ? {} : { body: formOf(fields) }),
      }),
    );
  });

  it("of a form that is none is refused without a defect", async () => {
    const sent = routes.filter(({ method, path }) => method === "POST" && !/sign-out/.test(path));
    const types = [
      "multipart/form-data",
      "multipart/form-data; boundary=x",
      'multipart/form-data; boundary="',
    ];
    for (const { path } of sent) {
      for (const type of types) {
        const began = performance.now();
        const to = filled(path, ["beacon"]);
        const answer = await api.request(`http://localhost${to}`, {
          ...{ method: "POST", body: "--y no part of anything" },
          headers: {
            ...{ Origin: "http://localhost", "Content-Type": type },
            Cookie: [...ann.cookies].map((pair) => pair.join("=")).join("; "),
          },
        });
        expectHarmless(`POST ${to} ${type}`, await hear(answer), began);
      }
    }
    expect(api.defects).toEqual([]);
  });

  it("of the API with every right is answered without a defect", async () => {
    const ofApi = routes.filter(({ path }) => path.startsWith("/api/v1/"));
    await askAll(ofApi, 3, (method, path, fields) =>
      api.send(
        method,
        method === "GET" ? `${path}?${formOf(fields).toString()}` : path,
        method === "GET" ? undefined : Object.fromEntries(fields),
      ),
    );
  });

  it("of the console, signed in, is answered without a defect", async () => {
    const ofConsole = routes.filter(
      ({ path }) => path.startsWith("/console") && !/sign-out|\/account\//.test(path),
    );
    await askAll(ofConsole, 2, (method, path, fields) =>
      method === "GET"
        ? ann.get(`${path}?${formOf(fields).toString()}`)
        : ann.post(path, Object.fromEntries(fields.map(([name, text]) => [name, text.toWellFormed()]))),
    );
  });
});
