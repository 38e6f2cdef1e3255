import { sql } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { followAlerts } from "../../src/actions/follow-alerts.ts";
import { tellAlerts } from "../../src/actions/tell-alerts.ts";
import { channelsOf } from "../../src/notify/channels.ts";
import { listAlerts } from "../../src/store/alerts.ts";
import { situation } from "../support/alerts.ts";
import { eachDatabase } from "../support/databases.ts";
import {
  type CallReceiver,
  type MailReceiver,
  startCallReceiver,
  startMailReceiver,
} from "../support/receivers.ts";

const start = Date.UTC(2026, 6, 3, 8, 15);
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

let mailbox: MailReceiver;
let hook: CallReceiver;
beforeAll(async () => {
  mailbox = await startMailReceiver();
  hook = await startCallReceiver();
});
afterAll(() => Promise.all([mailbox.close(), hook.close()]));

eachDatabase("telling alerts", (database) => {
  let now = start;
  const failures: string[] = [];
  beforeEach(async () => {
    await database().execute(sql`truncate alert_events, alert_tellings, alerts restart identity cascade`);
    now = start;
    failures.length = 0;
    mailbox.mails.length = 0;
    hook.calls.length = 0;
    hook.answer(204);
  });

  const channels = () =>
    channelsOf({
      mail: { smtpUrl: mailbox.url, from: "fournines@acme.example", to: ["ops@acme.example"] },
      webhook: { url: hook.url, secret },
    });
  const follow = (...down: string[]) =>
    followAlerts(database(), situation(["gateway"], down), ["mail", "webhook"], now);
  const tell = () =>
    tellAlerts({
      db: database(),
      channels: channels(),
      baseUrl: "https://status.acme.example",
      now: () => now,
      onFailure: ({ event, attempts }, channel, failure) =>
        failures.push(`${channel.name} ${event} ${attempts}: ${failure.message}`),
    });
  const events = () => hook.calls.map(({ body }) => (JSON.parse(body) as { type: string }).type);

  it("says on every channel that something is down, once, and that it is over", async () => {
    await follow("gateway");
    expect(await tell()).toBe(2);
    expect(await tell()).toBe(0);
    expect(mailbox.mails.map((mail) => mail.header("Subject"))).toEqual(["Gateway is down"]);
    expect(mailbox.mails[0]!.text).toContain("What was seen last: no answer in time.");
    now += 60_000;
    await follow();
    expect(await tell()).toBe(2);
    expect(mailbox.mails.map((mail) => mail.header("Subject"))).toEqual([
      "Gateway is down",
      "Gateway is no longer down",
    ]);
    expect(events()).toEqual(["alert.opened", "alert.closed"]);
    expect(await listAlerts(database(), 1)).toMatchObject([
      { openingToldAt: start, closingToldAt: start + 60_000 },
    ]);
  });

  it("signs what it calls a webhook with, under the same identity at every attempt", async () => {
    await follow("gateway");
    hook.answer(500);
    await tell();
    now += 5_000;
    hook.answer(204);
    await tell();
    const [first, second] = hook.calls;
    expect(first!.headers["webhook-id"]).toBe("alert_1_opened");
    expect(second!.headers["webhook-id"]).toBe("alert_1_opened");
    const signature = new Webhook(secret).sign("alert_1_opened", new Date(now), second!.body);
    expect(second!.headers["webhook-signature"]).toBe(signature);
    expect(JSON.parse(second!.body)).toMatchObject({
      type: "alert.opened",
      data: { kind: "service_down", service: "gateway", opened_at: "2026-07-03T08:15:00.000Z" },
    });
  });

  it("tries a channel again with growing pauses until it takes it, and bothers no other", async () => {
    await follow("gateway");
    hook.answer(503);
    await tell();
    expect(await tell()).toBe(0);
    now += 4_999;
    expect(await tell()).toBe(0);
    now += 1;
    await tell();
    now += 9_999;
    expect(hook.calls).toHaveLength(2);
    await tell();
    expect(hook.calls).toHaveLength(2);
    now += 1;
    hook.answer(200);
    expect(await tell()).toBe(1);
    expect(failures).toEqual([1, 2].map((n) => `webhook opened ${n}: the receiver answered 503`));
    expect(mailbox.mails).toHaveLength(1);
  });

  it("does not lose what was over before it could be told, and tells it in order", async () => {
    await follow("gateway");
    hook.answer(503);
    await tell();
    now += 60_000;
    await follow();
    await tell();
    expect(events()).toEqual(["alert.opened", "alert.opened"]);
    hook.answer(204);
    now += 10_000;
    await tell();
    await tell();
    expect(events().slice(2)).toEqual(["alert.opened", "alert.closed"]);
    expect(mailbox.mails).toHaveLength(2);
  });

  it("is taken up by another server when the one that attempted it did not come back", async () => {
    await follow("gateway");
    const attempts = await Promise.all([tell(), tell(), tell()]);
    expect(attempts.reduce((sum, taken) => sum + taken, 0)).toBe(2);
    expect(mailbox.mails).toHaveLength(1);
    await database().execute(sql`update alert_tellings set told_at = null where channel = 'mail'`);
    expect(await tell()).toBe(0);
    now += 180_000;
    expect(await tell()).toBe(1);
  });
});
