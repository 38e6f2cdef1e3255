import { afterAll, beforeAll, expect, it } from "vitest";
import type { OpenDatabase } from "../../../src/store/database.ts";
import { boardAt, measuredService, testApi } from "../../support/api.ts";
import { rulesOfCheck } from "../../support/boards.ts";
import { openFreshDatabase } from "../../support/databases.ts";

const now = Date.parse("2026-07-31T22:00:00Z");
const start = Date.parse("2026-07-10T08:00:00Z");
let open: OpenDatabase;

beforeAll(async () => {
  open = await openFreshDatabase();
});
afterAll(() => open.close());

const outage = {
  checkSlug: "page",
  start,
  end: start + 100_000,
  lastFailAt: start + 85_000,
  lastOkBeforeAt: start - 15_000,
  firstOkAfterAt: start + 100_000,
};
const board = {
  ...boardAt(now),
  services: [
    measuredService("beacon", now, {
      segments: [{ start, end: start + 100_000, state: "down" as const }],
      outages: [outage],
      checks: [
        {
          slug: "page",
          kind: "http",
          intervalMs: 15_000,
          counts: true,
          rules: rulesOfCheck(15_000),
          parent: null,
          reading: "up" as const,
          trouble: null,
        },
      ],
    }),
    measuredService("lamp", now, {
      observedFrom: null,
      readingSince: null,
      lastSampleAt: null,
      reading: "unknown",
    }),
  ],
};

it("a service tells its state and the running month by the arithmetic of the product", async () => {
  const api = await testApi(open.db, now, { board: () => board });
  const service = (await (await api.request("/api/v1/services/beacon")).json()) as { month: unknown };
  expect(service).toMatchObject({
    state: "operational",
    reading: "up",
    checks: [{ slug: "page", interval_ms: 15_000 }],
  });
  // July in Copenhagen ended at 22:00Z; at that instant August runs, with nothing elapsed.
  expect(service.month).toMatchObject({ month: "2026-08", verdict: "no_data", percent: null });

  const { months } = (await (await api.request("/api/v1/services/beacon/months")).json()) as {
    months: object[];
  };
  expect(months.map((month) => (month as { month: string }).month)).toEqual([
    "2026-08",
    "2026-07",
    "2026-06",
  ]);
  expect(months[1]).toMatchObject({
    start: "2026-06-30T22:00:00.000Z",
    end: "2026-07-31T22:00:00.000Z",
    provisional: false,
    percent: "99.996266",
    target_percent: "99.99",
    verdict: "met",
    eligible_ms: 2_678_400_000,
    down_ms: 100_000,
    budget: { allowed_ms: 267_840, spent_ms: 100_000, left_ms: 167_840 },
    edges: { low: "99.995706", high: "99.996826" },
  });
});

it("says which service and which check are behind one that is down", async () => {
  const checked = (slug: string, parent: string | null) =>
    measuredService(slug, now, {
      reading: "down",
      checks: [
        {
          slug: "page",
          kind: "http",
          intervalMs: 15_000,
          counts: true,
          rules: rulesOfCheck(15_000),
          parent,
          reading: "down" as const,
          trouble: null,
        },
      ],
    });
  const down = { ...boardAt(now), services: [checked("beacon", "gateway/page"), checked("gateway", null)] };
  const api = await testApi(open.db, now, { board: () => down });
  const { services } = (await (await api.request("/api/v1/services")).json()) as { services: object[] };
  expect(services).toMatchObject([
    { slug: "beacon", behind: ["gateway"], checks: [{ parent: "gateway/page", behind: "gateway/page" }] },
    { slug: "gateway", behind: [], checks: [{ parent: null, behind: null }] },
  ]);
});

it("outages that wrong clocks saw tell by how much, and bounds that are wider by it", async () => {
  const unsure = measuredService("beacon", now, { outages: [{ ...outage, uncertaintyMs: 7_000 }] });
  const api = await testApi(open.db, now, { board: () => ({ ...boardAt(now), services: [unsure] }) });
  expect(await (await api.request("/api/v1/services/beacon/outages")).json()).toMatchObject({
    outages: [{ uncertainty_ms: 7_000, lower_ms: 71_000, observed_ms: 100_000, upper_ms: 129_000 }],
  });
});

it("outages tell their three lengths, and may be asked for by time", async () => {
  const api = await testApi(open.db, now, { board: () => board });
  const list = async (query: string) =>
    ((await (await api.request(`/api/v1/services/beacon/outages${query}`)).json()) as { outages: object[] })
      .outages;
  expect(await list("")).toEqual([
    {
      check: "page",
      start: "2026-07-10T08:00:00.000Z",
      end: "2026-07-10T08:01:40.000Z",
      last_ok_before_at: "2026-07-10T07:59:45.000Z",
      last_fail_at: "2026-07-10T08:01:25.000Z",
      first_ok_after_at: "2026-07-10T08:01:40.000Z",
      uncertainty_ms: 0,
      lower_ms: 85_000,
      observed_ms: 100_000,
      upper_ms: 115_000,
    },
  ]);
  expect(await list("?from=2026-07-10T08:01:39.999Z")).toHaveLength(1);
  expect(await list("?from=2026-07-10T08:01:40Z")).toHaveLength(0);
  expect(await list("?to=2026-07-10T08:00:00Z")).toHaveLength(0);
});

it("a service of which nothing was measured has no percentage", async () => {
  const api = await testApi(open.db, now - 1, { board: () => board });
  expect(await (await api.request("/api/v1/services/lamp")).json()).toMatchObject({
    state: "unknown",
    observed_from: null,
    month: { percent: null, verdict: "no_data" },
  });
});

it("the summary is one answer for scripts", async () => {
  const api = await testApi(open.db, now, { board: () => board });
  expect(await (await api.request("/api/v1/summary")).json()).toMatchObject({
    name: "Acme",
    state: "unknown",
    services: { operational: 1, unknown: 1, major_outage: 0 },
    incidents: [],
    as_of: "2026-07-31T22:00:00.000Z",
  });
});

it("no reading of the present asks the database", async () => {
  const away = new Proxy(
    {},
    {
      get: () => () => {
        throw new Error("asked the database");
      },
    },
  ) as never;
  const { deps } = await testApi(open.db, now, { board: () => board });
  const { apiRoutes } = await import("../../../src/http/api/routes.ts");
  const app = apiRoutes({ ...deps, db: away });
  for (const path of [
    "summary",
    "services",
    "services/beacon",
    "services/beacon/months",
    "services/beacon/outages",
    "incidents",
    "incidents?state=open",
    "maintenance-windows",
    "openapi.json",
  ]) {
    expect((await app.request(`/api/v1/${path}`)).status, path).toBe(200);
  }
});

it("describes itself as OpenAPI 3.1, every route with its answers", async () => {
  const api = await testApi(open.db, now);
  const document = (await (await api.request("/api/v1/openapi.json")).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { responses: object; summary?: string; security?: unknown }>>;
  };
  expect(document.openapi).toBe("3.1.0");
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({ name: `${method} ${path}`, method, route })),
  );
  expect(routes.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "get /api/v1/services/{slug}/outages",
      "post /api/v1/incidents",
      "post /api/v1/incidents/{reference}/updates",
      "patch /api/v1/maintenance-windows/{reference}",
      "post /api/v1/batches",
    ]),
  );
  for (const { name, route } of routes) {
    expect(Object.keys(route.responses), name).toContain("500");
    expect(route.summary, name).toBeTruthy();
  }
});
