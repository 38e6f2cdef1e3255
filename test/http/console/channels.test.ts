import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { ChannelFailure, type Message } from "../../../src/notify/channel.ts";
import { noteNotTold } from "../../../src/store/alert-tellings.ts";
import { listAudit } from "../../../src/store/audit.ts";
import { alerts, alertTellings } from "../../../src/store/tables/alerts.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";

const now = Date.parse("2026-07-03T08:15:00Z");

onPostgres("the channels of the console", (database) => {
  let api: TestApi;
  let ops: TestBrowser;
  let sent: Message[];
  let failure: ChannelFailure | null;
  beforeEach(async () => {
    await database().execute(sql`
      truncate alert_tellings, alert_events, alerts, channel_attempts, channel_conditions, tokens, people restart identity cascade`);
    sent = [];
    failure = null;
    const chat = {
      ...{ name: "ops-chat", leadsTo: "hooks.slack.example", close() {} },
      send(message: Message) {
        sent.push(message);
        return failure === null ? Promise.resolve("200 ok") : Promise.reject(failure);
      },
    };
    const channels = {
      list: () => [
        {
          ...({ name: "ops-chat", title: "#ops <b>", kind: "slack", language: "da", from: "file" } as const),
          leadsTo: chat.leadsTo,
        },
      ],
      find: (name: string) =>
        Promise.resolve(
          name === "ops-chat" ? { channel: chat, title: "#ops", language: "da" as const } : null,
        ),
    };
    api = await testApi(database(), now, { channels });
    ops = (await comeIn(api, "Ann", "ops")).browser;
  });

  const see = async (path = "", browser = ops) => {
    const answer = await browser.get(`/console/channels${path}`);
    return [answer.status, await answer.text()] as const;
  };
  const test = () => ops.post("/console/channels/ops-chat/tests");

  it("names each one, where it leads and in which language, and says that nothing was told yet", async () => {
    const [status, page] = await see();
    expect(status).toBe(200);
    expect(page).toContain("#ops &lt;b&gt;");
    expect(page).toContain("Slack to hooks.slack.example, in Danish");
    expect(page).toContain("Nothing told yet");
    expect((await see("/ops-chat"))[1]).toContain("Nothing was told on this channel yet.");
    expect((await see("/nowhere"))[0]).toBe(404);
  });

  it("says that nobody can be told where there is none", async () => {
    const bare = await testApi(database(), now);
    const { browser } = await comeIn(bare, "Bo", "ops");
    expect((await see("", browser))[1]).toContain("no channel is configured");
  });

  it("really sends a test in the channel's language, shows what was answered, and records who asked", async () => {
    const answer = await test();
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/console/channels/ops-chat#test"]);
    expect(sent).toMatchObject([
      { type: "channel.tested", subject: "En prøve af #ops", facts: { channel: "ops-chat" } },
    ]);
    expect(sent[0]!.alert).toBeUndefined();
    const [, page] = await see("/ops-chat");
    expect(page).toContain("Answered: 200 ok");
    expect(page).toContain("Last taken");
    const [recorded] = await listAudit(database(), "ops-chat");
    expect(recorded).toMatchObject({ kind: "channel", event: "tested" });
  });

  it("shows why a test was not taken", async () => {
    failure = new ChannelFailure("the receiver answered 403 invalid_token", true);
    await test();
    const [, page] = await see("/ops-chat");
    expect(page).toContain("the receiver answered 403 invalid_token");
    expect((await see())[1]).toContain("Fails since");
  });

  it("is tested no more often than somebody could look whether it arrived", async () => {
    await test();
    api.clock.now = now + 9_999;
    const refused = await test();
    expect([refused.status, (await refused.text()).includes("It was tested a moment ago")]).toEqual([
      409,
      true,
    ]);
    api.clock.now = now + 10_000;
    expect((await test()).status).toBe(303);
    expect(sent).toHaveLength(2);
  });

  it("says what waits and what was given up, and sends it again", async () => {
    const [alert] = await database()
      .insert(alerts)
      .values({ key: "service_down beacon", kind: "service_down", facts: {}, openedAt: now })
      .returning({ id: alerts.id });
    const telling = { alertId: alert!.id, event: "opened" as const, channel: "ops-chat", round: 0, step: 0 };
    await database()
      .insert(alertTellings)
      .values([
        { ...telling, dueAt: now, nextAt: now },
        { ...telling, step: 1, event: "escalated", dueAt: now, nextAt: now },
      ]);
    await noteNotTold(
      database(),
      { ...telling, attempts: 1 },
      { startedAt: now, endedAt: now, failure: "the receiver answered 410", nextAt: null, pausedUntil: null },
    );
    const [, list] = await see();
    expect(list).toContain("1 waits");
    expect(list).toContain("1 given up");
    expect((await see("/ops-chat"))[1]).toContain("Send 1 alert again");
    expect((await ops.post("/console/channels/ops-chat/retries")).status).toBe(303);
    const [, after] = await see();
    expect(after).toContain("2 wait");
    expect(after).not.toContain("given up");
  });

  it("shows buttons to those who may press them alone", async () => {
    const { browser } = await comeIn(api, "Vi", "viewer");
    expect((await see("/ops-chat", browser))[1]).not.toContain("Send a test");
    expect((await browser.post("/console/channels/ops-chat/tests")).status).toBe(403);
    expect(sent).toEqual([]);
  });
});
