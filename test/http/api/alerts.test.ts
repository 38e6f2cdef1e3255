import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { followAlerts } from "../../../src/actions/follow-alerts.ts";
import type { Database } from "../../../src/store/database.ts";
import { services } from "../../../src/store/tables/watched.ts";
import { putRules } from "../../support/alert-rules.ts";
import { situation } from "../../support/alerts.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { insertServices } from "../../support/services.ts";
import { route, step } from "../../support/standing-alerts.ts";

const now = Date.parse("2026-07-03T08:15:00Z");
const minute = 60_000;

onPostgres("alerts over the API", (database) => {
  let db: Database;
  let api: TestApi;

  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate alert_events, alert_tellings, alerts, alert_silences, rota_overrides, tokens, people, idempotency_keys restart identity cascade`,
    );
    await db.delete(services);
    await insertServices(db, ["beacon", "lamp"]);
    api = await testApi(db, now);
    await putRules(db, {
      routes: [route("all")],
      escalations: [
        { slug: "duty", title: "Duty", steps: [step(0, ["channel:chat"]), step(10, ["rota:platform"])] },
      ],
      rotas: [],
      management: [],
    });
  });

  const follow = (at: number, ...down: string[]) =>
    followAlerts(db, situation(["beacon", "lamp"], down), [], at);
  const send = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await api.send(method, `/api/v1${path}`, body, headers);
    return { status: answer.status, body: (await answer.json()) as Record<string, never> };
  };

  it("tells which are open, and one of them with its history and what comes next", async () => {
    await follow(now, "beacon", "lamp");
    const open = await send("GET", "/alerts");
    expect(open.body.alerts).toMatchObject([
      { id: 1, kind: "service_down", severity: "critical", standing: "calling", route: "all" },
      { id: 2, standing: "calling" },
    ]);
    expect((await send("GET", "/alerts/1")).body).toMatchObject({
      history: [{ event: "opened" }, { event: "called", facts: { round: 0, step: 0 } }],
      tellings: [{ event: "opened", channel: "chat", told_at: null }],
      next: { step: 1, at: "2026-07-03T08:25:00.000Z", unless: "acknowledged", channels: [] },
    });
    expect((await send("GET", "/alerts/9")).status).toBe(404);
    await follow(now + minute);
    const over = await send("GET", "/alerts?state=over&limit=1");
    expect(over.body).toMatchObject({ alerts: [{ id: 2, standing: "over" }], next: 2 });
    const last = await send("GET", "/alerts?state=over&limit=1&before=2");
    expect(last.body).toMatchObject({ alerts: [{ id: 1 }], next: null });
  });

  it("lets an alert be taken and given back, and refuses what cannot be", async () => {
    await follow(now, "beacon");
    const until = "2026-07-03T09:00:00Z";
    const taken = await send("POST", "/alerts/1/acknowledgement", { until });
    expect(taken).toMatchObject({ status: 200, body: { standing: "acknowledged", next: null } });
    expect((await send("POST", "/alerts/1/acknowledgement", { until })).status).toBe(200);
    const late = await send("POST", "/alerts/1/acknowledgement", { until: "2026-07-03T08:00:00Z" });
    expect(late).toMatchObject({ status: 422, body: { errors: [{ pointer: "/until" }] } });
    expect((await send("DELETE", "/alerts/1/acknowledgement")).body).toMatchObject({ standing: "calling" });
    expect((await send("DELETE", "/alerts/1/acknowledgement")).status).toBe(409);
  });

  it("silences once, however often it is sent, and says what that mutes", async () => {
    const wish = { services: ["beacon"], end: "2026-07-03T09:00:00Z", reason: "Load test" };
    const key = { "Idempotency-Key": "silence-beacon-today" };
    const first = await send("POST", "/silences", wish, key);
    expect(first).toMatchObject({
      status: 201,
      body: { id: 1, state: "holding", start: "2026-07-03T08:15:00.000Z" },
    });
    expect(await send("POST", "/silences", wish, key)).toEqual(first);
    const wrong = await send("POST", "/silences", { ...wish, services: ["nothing"] });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: "/services/0" }] } });
    await follow(now, "beacon");
    expect((await send("GET", "/silences")).body.silences).toMatchObject([{ id: 1, mutes: [1] }]);
    expect((await send("GET", "/alerts/1")).body).toMatchObject({ standing: "muted", muted_by: "silence 1" });
    expect((await send("DELETE", "/silences/1")).body).toMatchObject({ state: "lifted" });
    expect((await send("DELETE", "/silences/1")).status).toBe(409);
    expect((await send("DELETE", "/silences/7")).status).toBe(404);
  });

  it("tells who is on duty without a hole, and lets somebody take over", async () => {
    const { person } = await comeIn(api, "Olga", "ops");
    await putRules(db, {
      ...{ routes: [], escalations: [], management: [] },
      rotas: [
        {
          ...{ slug: "platform", title: "Platform", timeZone: "UTC" },
          layers: [
            {
              members: [{ person: "nobody@acme.example", channels: [] }],
              ...{ every: { count: 1, unit: "day" }, starts: "2026-07-04", handOver: "09:00", hours: null },
            },
          ],
        },
      ],
    });
    const takeover = { rota: "platform", person: "OLGA@acme.example", end: "2026-07-03T20:00:00Z" };
    const taken = await send("POST", "/on-call/takeovers", takeover, { "Idempotency-Key": "takeover-1" });
    expect(taken).toMatchObject({ status: 201, body: { id: 1, person: person.id } });
    const plan = await send("GET", "/on-call?days=2");
    expect(plan.body.rotas).toMatchObject([
      {
        duties: [
          { start: "2026-07-03T08:15:00.000Z", person: person.id, can_be_called: true, takeover: 1 },
          { start: "2026-07-03T20:00:00.000Z", person: null, can_be_called: false },
          { start: "2026-07-04T09:00:00.000Z", person: null, can_be_called: false, takeover: null },
        ],
      },
    ]);
    expect((await send("POST", "/on-call/takeovers", { ...takeover, rota: "database" })).status).toBe(404);
    expect((await send("POST", "/on-call/takeovers", { ...takeover, person: "zoe" })).status).toBe(422);
    expect((await send("DELETE", "/on-call/takeovers/1")).status).toBe(200);
    expect((await send("DELETE", "/on-call/takeovers/1")).status).toBe(409);
  });
});
