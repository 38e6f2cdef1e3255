import { afterAll, beforeAll, expect, it } from "vitest";
import { monthTerms } from "../../../src/domain/sla/measure/kept-month.ts";
import type { OpenDatabase } from "../../../src/store/database.ts";
import { putServiceMonths } from "../../../src/store/service-months.ts";
import { boardAt, measuredService, testApi } from "../../support/api.ts";
import { openFreshDatabase } from "../../support/databases.ts";
import { watch } from "../../support/watched.ts";

const now = Date.parse("2026-07-20T00:00:00Z");
const since = Date.parse("2026-04-10T00:00:00Z");
let open: OpenDatabase;
beforeAll(async () => {
  open = await openFreshDatabase();
  await watch(open.db, "beacon", {}, since);
}, 60_000);
afterAll(() => open.close());

const start = Date.parse("2026-06-10T08:00:00Z");
const board = {
  ...boardAt(now),
  services: [
    measuredService("beacon", now, {
      observedFrom: since,
      segments: [{ start, end: start + 100_000, state: "down" as const }],
      outages: [],
    }),
  ],
};
type Months = { from: string; to: string; services: { service: string; months: { month: string }[] }[] };

it("the months of all services are told at once, a year of them or the ones that are asked for", async () => {
  const api = await testApi(open.db, now, { board: () => board });
  const all = (await (await api.request("/api/v1/months")).json()) as Months;
  expect([all.from, all.to]).toEqual(["2025-08", "2026-07"]);
  expect(all.services[0]!.months.map(({ month }) => month)).toEqual([
    "2026-07",
    "2026-06",
    "2026-05",
    "2026-04",
  ]);
  const june = (await (await api.request("/api/v1/months?from=2026-06&to=2026-06")).json()) as Months;
  expect(june.services).toMatchObject([
    {
      service: "beacon",
      months: [{ month: "2026-06", down_ms: 100_000, percent: "99.996141", verdict: "met" }],
    },
  ]);
  expect(await (await api.request("/api/v1/services/beacon/months")).json()).toMatchObject({
    months: all.services[0]!.months,
  });
});

it("what is kept of a month is told as it is kept", async () => {
  const [from, to] = [Date.parse("2026-05-31T22:00:00Z"), Date.parse("2026-06-30T22:00:00Z")];
  const june = {
    start: from,
    end: to,
    downMs: 7,
    worstDownMs: 8,
    unknownMs: 1,
    longestDownMs: 9,
    shortestDownMs: 6,
  };
  await putServiceMonths(open.db, monthTerms({ timeZone: "Europe/Copenhagen", anchorDay: 1 }), [
    { serviceSlug: "beacon", months: [{ ...june, isFirst: false }] },
  ]);
  const api = await testApi(open.db, now, { board: () => board });
  const told = (await (await api.request("/api/v1/months?from=2026-06&to=2026-06")).json()) as Months;
  expect(told.services[0]!.months).toMatchObject([{ month: "2026-06", down_ms: 7, unknown_ms: 1 }]);
});

it.each(["from=2026-07&to=2026-06", "from=2020-01&to=2026-06"])(
  "between 1 and 24 months are told: %s",
  async (query) => {
    const api = await testApi(open.db, now, { board: () => board });
    const answer = await api.request(`/api/v1/months?${query}`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: "months_between", errors: [{ pointer: "?from" }] });
  },
);
