/** Every kind of channel as the platform file defines it, told to a receiver on loopback: what arrives is kept in test/golden/channels. */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type {
  ChannelDefinition,
  ChannelKind,
  ChannelSettings,
} from "../../src/domain/alerting/channel-definition.ts";
import { channelKinds } from "../../src/domain/alerting/channel-definition.ts";
import { type Channel, ChannelFailure } from "../../src/notify/channel.ts";
import { openChannel } from "../../src/notify/channels.ts";
import { fillSecrets } from "../../src/platform-file/secrets.ts";
import { alertMessage, lifeOfAlert, loneMessage, messageAt } from "../support/messages.ts";
import {
  type CallReceiver,
  type MailReceiver,
  type ReceivedCall,
  startCallReceiver,
  startMailReceiver,
} from "../support/receivers.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const address = "http://receiver.example";

let hook: CallReceiver;
let mailbox: MailReceiver;
let secrets: Record<string, string>;
beforeAll(async () => {
  hook = await startCallReceiver();
  mailbox = await startMailReceiver();
  secrets = {
    SECRET: secret,
    SLACK: `${hook.url}services/T0/B0/x7f3`,
    TEAMS: `${hook.url}workflows/9/triggers/manual/paths/invoke?sig=x7f3`,
    DISCORD: `${hook.url}api/webhooks/12/x7f3`,
    TOKEN: "123:x7f3",
    KEY: "k3y-x7f3",
  };
});
beforeEach(() => {
  hook.calls.length = 0;
  mailbox.mails.length = 0;
  hook.answer(204);
});
afterAll(() => Promise.all([hook.close(), mailbox.close()]));

/** The settings of every kind, leading to the receiver. */
function settingsOf(kind: ChannelKind): ChannelSettings {
  const here = hook.url.slice(0, -1);
  const headers = { Authorization: "Bearer ${env:KEY}" };
  const all: { [K in ChannelKind]: ChannelSettings } = {
    mail: { kind: "mail", to: ["ops@acme.example"] },
    webhook: { kind: "webhook", url: `${here}/hook`, secret: "${env:SECRET}", headers },
    slack: { kind: "slack", url: "${env:SLACK}" },
    teams: { kind: "teams", url: "${env:TEAMS}" },
    discord: { kind: "discord", url: "${env:DISCORD}" },
    telegram: { kind: "telegram", token: "${env:TOKEN}", chat: "-100123", thread: 4, address: here },
    ntfy: { kind: "ntfy", url: `${here}/acme-alerts`, token: "${env:KEY}" },
    pagerduty: { kind: "pagerduty", key: "${env:KEY}", region: "us", address: here },
    opsgenie: { kind: "opsgenie", key: "${env:KEY}", region: "eu", address: here },
    sms: {
      ...{ kind: "sms", url: `${here}/sms`, method: "POST", to: "+4512345678", headers },
      ...{ body: '{"to":"{to}","text":"{text}","ref":"{id}"}', contentType: "application/json", segments: 2 },
    },
    alertmanager: { kind: "alertmanager", url: `${here}/am/`, headers },
    "alertmanager-webhook": { kind: "alertmanager-webhook", url: `${here}/v4`, headers },
  };
  return all[kind];
}

function open(kind: ChannelKind, more: Partial<ChannelDefinition> = {}): Channel {
  return openChannel(
    { slug: "ops", title: "Ops", language: "en", isInternal: true, settings: settingsOf(kind), ...more },
    {
      mail: { smtpUrl: mailbox.url, from: "fournines@acme.example" },
      fill: (text) => fillSecrets(text, ({ name }) => secrets[name]),
    },
  );
}

/** What arrived, without what is different each time. */
function toldCall({ method, path, headers, body }: ReceivedCall) {
  const { host: _h, connection: _c, "content-length": _l, ...rest } = headers;
  delete rest["accept"];
  delete rest["accept-encoding"];
  delete rest["accept-language"];
  delete rest["sec-fetch-mode"];
  return JSON.parse(
    JSON.stringify({ method, path, headers: rest, body: body === "" ? "" : JSON.parse(body) }).replaceAll(
      hook.url.slice(0, -1),
      address,
    ),
  ) as object;
}

/** How much a service takes at least, where that is more than the least of all, which is Teams'. */
const bytesTaken: Partial<Record<ChannelKind, number>> = {
  ...{ pagerduty: 512_000, opsgenie: 100_000 },
  // Receivers of one's own take what they are sent.
  ...{ webhook: 300_000, alertmanager: 300_000, "alertmanager-webhook": 300_000 },
};

const overHttp = channelKinds.filter((kind) => kind !== "mail");

async function failureOf(sending: Promise<unknown>): Promise<ChannelFailure> {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ChannelFailure);
  return error as ChannelFailure;
}

describe.each(overHttp)("%s", (kind) => {
  it("tells an alert from its opening to its end, and a test", async () => {
    const channel = open(kind);
    for (const message of [...lifeOfAlert, loneMessage]) {
      expect(await channel.send(message, messageAt + 2_000)).toBe("204");
    }
    channel.close();
    const calls = JSON.stringify(hook.calls.map(toldCall), null, 2);
    await expect(`${calls}\n`).toMatchFileSnapshot(`../golden/channels/${kind}.json`);
  });

  it("takes words that are endless, or mean something to the service, as they are", async () => {
    const nasty = `<!channel> @everyone *b* _i_ [x](http://evil.example) <b>&amp; "quote" \\ \u0007`;
    const lines = [nasty, "ø€😀".repeat(9_000)];
    await open(kind).send(
      alertMessage({ subject: nasty + "å".repeat(9_000), text: lines.join("\n") }, { lines }),
      messageAt,
    );
    const { body } = await hook.received();
    expect(Buffer.byteLength(body)).toBeLessThan(bytesTaken[kind] ?? 28_000);
    expect(body.isWellFormed()).toBe(true);
    JSON.parse(body);
  });

  it("is refused for good with 4xx, for now with 5xx and 429, and waits as long as it is told", async () => {
    const channel = open(kind);
    hook.answer(403);
    expect(await failureOf(channel.send(lifeOfAlert[0]!, messageAt))).toMatchObject({ isFinal: true });
    hook.answer(500);
    expect(await failureOf(channel.send(lifeOfAlert[0]!, messageAt))).toMatchObject({
      ...{ isFinal: false, retryAfterMs: null },
      message: "the receiver answered 500",
    });
    hook.answer(429, { "retry-after": "7" });
    expect(await failureOf(channel.send(lifeOfAlert[0]!, messageAt))).toMatchObject({
      ...{ isFinal: false, retryAfterMs: 7_000 },
    });
  });

  it("says nothing of its secrets, whatever is answered", async () => {
    hook.answer(400, {}, `bad: ${Object.values(secrets).join(" ")} k3y-x7f3 /api/webhooks/12/x7f3`);
    const { message } = await failureOf(open(kind).send(lifeOfAlert[0]!, messageAt));
    const own = JSON.stringify(settingsOf(kind)).match(/(?<=\$\{env:)\w+/g) ?? [];
    own.forEach((name) => expect(message).not.toContain(secrets[name]));
    expect(open(kind).leadsTo).not.toContain("x7f3");
  });

  it("does not lead into a private network unless that is said", async () => {
    const failure = await failureOf(open(kind, { isInternal: false }).send(lifeOfAlert[0]!, messageAt));
    expect(failure).toMatchObject({ isFinal: true, message: expect.stringContaining("private network") });
    expect(hook.calls).toEqual([]);
  });
});

it("the webhook is signed so that the secret alone verifies it", async () => {
  await open("webhook").send(lifeOfAlert[0]!, Date.now());
  const { headers, body } = await hook.received();
  expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: "alert.opened" });
});

it("mail of one alert belongs together, and brings the page along", async () => {
  const channel = open("mail");
  const thread = "alert-7";
  const html = "<p>Beacon is down</p>";
  const [opened, , , closed] = lifeOfAlert;
  expect(await channel.send({ ...opened!, html, thread, replyTo: "in@acme.example" }, messageAt)).toMatch(
    /^250/,
  );
  await channel.send({ ...closed!, thread }, messageAt);
  const [first, last] = [await mailbox.received(), await mailbox.received(1)];
  expect(first.parts.map(({ type }) => type)).toEqual(["text/plain", "text/html"]);
  expect(first.header("Reply-To")).toBe("in@acme.example");
  expect(first.header("Message-ID")).toBe("<alert-7.alert_7_opened@acme.example>");
  for (const mail of [first, last]) {
    expect(mail.header("References")).toBe("<alert-7@acme.example>");
  }
});

describe("a channel that cannot work", () => {
  it.each([
    [
      "a secret has no value",
      { settings: { kind: "slack" as const, url: "${env:NOWHERE}" } },
      "no value for ${env:NOWHERE}",
    ],
    [
      "an address is none",
      { settings: { kind: "teams" as const, url: "${env:KEY}" } },
      "its address is not an http",
    ],
  ])("says with every attempt that %s", async (_, more, words) => {
    const channel = open("slack", more);
    const failure = await failureOf(channel.send(lifeOfAlert[0]!, messageAt));
    expect(failure).toMatchObject({ isFinal: false, message: expect.stringContaining(words) });
    expect(failure.message).not.toContain("k3y");
  });
});
