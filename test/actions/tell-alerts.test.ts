import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { failuresMatter, tellAlerts, toldForMs } from "../../src/actions/tell-alerts.ts";
import type { AlertEvent } from "../../src/domain/alerting/alert.ts";
import { type Channel, ChannelFailure, type Message } from "../../src/notify/channel.ts";
import { webhookChannel } from "../../src/notify/webhook.ts";
import {
  type DueTelling,
  listWaitingChannels,
  retryTellings,
  withdrawOwnFailures,
} from "../../src/store/alert-tellings.ts";
import { findCondition, listChannelAttempts, listStandings } from "../../src/store/channel-attempts.ts";
import { queryRows } from "../../src/store/database.ts";
import { alerts, alertTellings } from "../../src/store/tables/alerts.ts";
import { eachDatabase } from "../support/databases.ts";
import { type CallReceiver, startCallReceiver } from "../support/receivers.ts";

const start = Date.UTC(2026, 6, 3, 8, 15);
const minute = 60_000;
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

let hook: CallReceiver;
beforeAll(async () => {
  hook = await startCallReceiver();
});
afterAll(() => hook.close());

eachDatabase("telling alerts", (database) => {
  let now = start;
  const ended: string[] = [];
  beforeEach(async () => {
    await database().execute(
      sql`truncate alert_tellings, alert_events, alerts, channel_attempts, channel_conditions restart identity cascade`,
    );
    now = start;
    ended.length = 0;
    hook.calls.length = 0;
    hook.answer(204);
  });

  /** An alert with what is to be told of it on a channel. */
  async function put(
    key: string,
    events: readonly AlertEvent[],
    channels = ["hook"],
    facts: Record<string, string> = { service: key, title: key },
    kind: "service_down" | "channel_failing" = "service_down",
  ) {
    const [row] = await database()
      .insert(alerts)
      .values({ key: `${kind} ${key}`, kind, facts, openedAt: now })
      .returning({ id: alerts.id });
    await tell(row!.id, events, channels);
    return row!.id;
  }
  const tell = (alertId: number, events: readonly AlertEvent[], channels = ["hook"]) =>
    database()
      .insert(alertTellings)
      .values(
        channels.flatMap((channel) =>
          events.map((event) => ({ alertId, event, channel, dueAt: now, nextAt: now })),
        ),
      );

  const compose = ({ alertId, event, round, step }: DueTelling): Promise<Message> =>
    Promise.resolve({
      ...{ id: `alert_${alertId}_${event}_${round}_${step}`, type: `alert.${event}`, at: start },
      ...{ subject: "Gateway is down", text: "", facts: {} },
    });
  const webhook = webhookChannel({ name: "hook", url: "http://127.0.0.1:1/", secret });
  const deps = (channel: Channel | null = null) => ({
    db: database(),
    channelOf: (name: string) =>
      Promise.resolve(
        name === "nowhere" ? null : (channel ?? { ...webhookChannel({ url: hook.url, secret }), name }),
      ),
    compose,
    now: () => now,
    goesOn: () => true,
    attempted: ({ event, attempts }: DueTelling, { name }: Channel, failure: ChannelFailure | null) =>
      ended.push(`${name} ${event} ${attempts}: ${failure?.message ?? "taken"}`),
    failed: (error: unknown) => ended.push(String(error)),
  });
  const run = (channel = "hook") => tellAlerts(deps(), channel);
  const events = () => hook.calls.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  const tellings = () =>
    queryRows<Record<string, unknown>>(
      database(),
      sql`select event, attempts, failure, told_at is not null as told, given_up_at is not null as given_up
        from alert_tellings order by alert_id, event, channel`,
    );

  it("tells what is due, once, and notes what was answered", async () => {
    await put("gateway", ["opened"]);
    hook.answer(200, {}, "ok");
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    expect(events()).toEqual(["alert.opened"]);
    expect(ended).toEqual(["hook opened 1: taken"]);
    expect(await listChannelAttempts(database(), "hook", 10)).toMatchObject([
      { alertId: 1, event: "opened", number: 1, answer: "200 ok", failure: null, endedAt: start },
    ]);
    expect((await listStandings(database(), 0)).get("hook")).toMatchObject({
      ...{ takenAt: start, failingSince: null, waiting: 0, givenUp: 0 },
    });
    expect(
      await queryRows(database(), sql`select opening_told_at::int8 = ${start} as noted from alerts`),
    ).toEqual([{ noted: true }]);
  });

  it("tells the parts of one alert's life in their order, whatever becomes due first", async () => {
    const id = await put("gateway", ["closed", "acknowledged"]);
    await tell(id, ["escalated", "opened"]);
    expect(await run()).toBe(4);
    expect(events()).toEqual(["alert.opened", "alert.escalated", "alert.acknowledged", "alert.closed"]);
  });

  it("does not call a channel due while what comes before in an alert's life waits to be tried again", async () => {
    await put("gateway", ["opened", "escalated"]);
    hook.answer(503);
    await run();
    const [dueAt] = (await listWaitingChannels(database())).values();
    expect(dueAt).toBeGreaterThan(now);
    expect(await run()).toBe(0);
    now = dueAt!;
    hook.answer(204);
    expect(await run()).toBe(2);
    expect(events()).toEqual(["alert.opened", "alert.opened", "alert.escalated"]);
    expect(await listWaitingChannels(database())).toEqual(new Map());
  });

  it("leaves the end of an alert to the one that took its place, save where alerts are kept open", async () => {
    const facts = { title: "Acme Gold", outgrown_by: "50" };
    await put("gold", ["opened", "closed"], ["chat", "hook"], facts);
    const chat: Channel = {
      ...{ name: "chat", leadsTo: "chat.example", close: () => {} },
      send: ({ type }) => Promise.resolve(type),
    };
    expect(await tellAlerts(deps(chat), "chat")).toBe(1);
    expect(await tellAlerts(deps(chat), "chat")).toBe(0);
    expect(await run()).toBe(2);
    expect(ended).toEqual(["chat opened 1: taken", "hook opened 1: taken", "hook closed 1: taken"]);
    expect(events()).toEqual(["alert.opened", "alert.closed"]);
  });

  it("tries again with growing pauses that are the same for everybody who looks, until it is taken", async () => {
    await put("gateway", ["opened"]);
    hook.answer(503);
    await run();
    const [first] = await queryRows<{ next_at: number | string }>(
      database(),
      sql`select next_at from alert_tellings`,
    );
    const waitsMs = Number(first!.next_at) - now;
    expect(waitsMs).toBeGreaterThanOrEqual(4_000);
    expect(waitsMs).toBeLessThanOrEqual(6_000);
    now += waitsMs - 1;
    expect(await run()).toBe(0);
    expect(hook.calls).toHaveLength(1);
    now += 1;
    hook.answer(200);
    expect(await run()).toBe(1);
    expect(ended).toEqual(["hook opened 1: the receiver answered 503", "hook opened 2: taken"]);
    expect(await findCondition(database(), "hook")).toMatchObject({ failures: 0, failingSince: null });
  });

  it("leaves a channel alone for as long as it asks, with everything that waits for it", async () => {
    await put("gateway", ["opened"]);
    await put("beacon", ["opened"]);
    hook.answer(429, { "retry-after": "30" });
    await run();
    const calls = hook.calls.length;
    await put("later", ["opened"]);
    now += 29_999;
    expect(await run()).toBe(0);
    expect(hook.calls).toHaveLength(calls);
    hook.answer(204);
    now += 1;
    expect(await run()).toBe(3);
  });

  it("asks a channel that takes nothing one by one, with growing pauses, and not for every message", async () => {
    for (let i = 0; i < 50; i++) {
      await put(`service-${i}`, ["opened"]);
    }
    hook.answer(500);
    await run();
    const first = hook.calls.length;
    expect(first).toBeLessThanOrEqual(6 + failuresMatter);
    for (let i = 0; i < 10; i++) {
      now += minute;
      await run();
    }
    expect(hook.calls.length - first).toBeLessThanOrEqual(15);
    hook.answer(204);
    now += 10 * minute;
    expect(await run()).toBe(50);
    expect(new Set(hook.calls.slice(-50).map(({ headers }) => headers["webhook-id"])).size).toBe(50);
  });

  it("gives up at once what is refused for good, sends it again when asked, and goes on with what follows", async () => {
    const id = await put("gateway", ["opened"]);
    hook.answer(403, {}, "no such token");
    expect(await run()).toBe(0);
    now += minute;
    expect(await run()).toBe(0);
    expect(hook.calls).toHaveLength(1);
    expect(await tellings()).toMatchObject([
      { failure: "the receiver answered 403 no such token", told: false, given_up: true },
    ]);
    expect((await listStandings(database(), 0)).get("hook")).toMatchObject({ givenUp: 1, failures: 1 });
    hook.answer(204);
    expect(await retryTellings(database(), "hook", now)).toBe(1);
    expect(await run()).toBe(1);
    await tell(id, ["closed"]);
    expect(await run()).toBe(1);
    expect(events()).toEqual(["alert.opened", "alert.opened", "alert.closed"]);
  });

  it("does not send again what was given up of an alert that is over by then", async () => {
    const id = await put("gateway", ["opened"]);
    hook.answer(403);
    await run();
    await database().execute(sql`update alerts set closed_at = ${now} where id = ${id}`);
    expect(await retryTellings(database(), "hook", now)).toBe(0);
  });

  it("gives up what was not taken for a day", async () => {
    await put("gateway", ["opened"]);
    hook.answer(500);
    await run();
    now += toldForMs;
    await run();
    expect(await tellings()).toMatchObject([{ attempts: 2, given_up: true }]);
  });

  it("gives up what is meant for a channel that there is not, and says so", async () => {
    await put("gateway", ["opened"], ["nowhere"]);
    expect(await run("nowhere")).toBe(0);
    expect(await tellings()).toMatchObject([{ failure: "there is no channel of this name", given_up: true }]);
  });

  it("does not tell on a channel that it fails", async () => {
    await put("hook", ["opened"], ["hook", "other"], { channel: "hook" }, "channel_failing");
    await withdrawOwnFailures(database(), now);
    expect([await run("hook"), await run("other")]).toEqual([0, 1]);
  });

  it("is taken up by another server when the one that attempted it does not come back", async () => {
    await put("gateway", ["opened"]);
    const dead = {
      ...webhook,
      send: () => new Promise<string>(() => {}),
    };
    void tellAlerts(deps(dead), "hook");
    await expect.poll(async () => (await tellings())[0]?.attempts).toBe(1);
    expect(await run()).toBe(0);
    now += minute;
    expect(await run()).toBe(1);
  });

  it("is told once, however many servers are at it", async () => {
    for (let i = 0; i < 20; i++) {
      await put(`service-${i}`, ["opened"]);
    }
    const told = await Promise.all([run(), run(), run()]);
    expect(told.reduce((sum, taken) => sum + taken, 0)).toBe(20);
    expect(hook.calls).toHaveLength(20);
  });

  it("keeps what could not be put into words, and tells it once it can", async () => {
    await put("gateway", ["opened"]);
    const broken = { ...deps(), compose: () => Promise.reject(new Error("no words")) };
    expect(await tellAlerts(broken, "hook")).toBe(0);
    expect(ended).toEqual(["Error: no words"]);
    now += 10_000;
    expect(await run()).toBe(1);
  });
});
