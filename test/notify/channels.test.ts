import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Webhook } from "standardwebhooks";
import type { Message } from "../../src/notify/channel.ts";
import { ChannelFailure, retryAfterMs } from "../../src/notify/channel.ts";
import { channelsOf } from "../../src/notify/channels.ts";
import { mailChannel } from "../../src/notify/mail.ts";
import { tell } from "../../src/notify/tell.ts";
import { webhookChannel } from "../../src/notify/webhook.ts";
import {
  type CallReceiver,
  type MailReceiver,
  startCallReceiver,
  startMailReceiver,
} from "../support/receivers.ts";

const at = Date.UTC(2026, 6, 3, 8, 15, 20);
const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const message: Message = {
  id: "alert_7_opened",
  type: "alert.opened",
  at,
  subject: "Beacon is down",
  text: "Beacon is down since 3 July 2026, 08:15:20 UTC.\nSeen from Lisbon and Osaka – both failed.",
  facts: { service: "beacon", since: at, note: null },
};

let mailbox: MailReceiver;
let hook: CallReceiver;
beforeAll(async () => {
  mailbox = await startMailReceiver();
  hook = await startCallReceiver();
});
afterAll(() => Promise.all([mailbox.close(), hook.close()]));

async function failureOf(sending: Promise<unknown>): Promise<string> {
  const error = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ChannelFailure);
  return (error as ChannelFailure).message;
}

describe("mail", () => {
  const to = ["ops@acme.example", "night@acme.example"];
  const open = (smtpUrl = mailbox.url) => mailChannel({ smtpUrl, from: "fournines@acme.example", to });

  it("reaches everybody on the list with subject, text and the time of sending", async () => {
    await open().send(message, at + 2_000);
    const mail = await mailbox.received();
    expect(mail).toMatchObject({ from: "fournines@acme.example", to, text: expect.stringContaining("both") });
    expect(mail.text.trim()).toBe(message.text);
    expect(mail.header("Subject")).toBe("Beacon is down");
    expect(mail.header("Date")).toBe("Fri, 03 Jul 2026 08:15:22 +0000");
    expect(mail.header("Auto-Submitted")).toBe("auto-generated");
  });

  it("bears the same identity at every attempt", async () => {
    const count = mailbox.mails.length;
    await open().send(message, at);
    const again = await mailbox.received(count);
    expect(again.header("Message-ID")).toBe("<alert_7_opened@acme.example>");
    expect(mailbox.mails[0]!.header("Message-ID")).toBe("<alert_7_opened@acme.example>");
  });

  it("keeps a subject on its line, whatever is in it", async () => {
    const count = mailbox.mails.length;
    await open().send({ ...message, subject: "Beacon\r\nBcc: everybody@acme.example" }, at);
    const mail = await mailbox.received(count);
    expect(mail.header("Bcc")).toBeUndefined();
    expect(mail.to).toEqual(to);
  });

  it("that is refused for now fails with the code of the server, to be tried again", async () => {
    mailbox.refuse(true);
    expect(await failureOf(open().send(message, at))).toMatch(/could not be delivered .*451/);
    mailbox.refuse(false);
  });

  it("says why it could not be delivered without the password of the server", async () => {
    const words = await failureOf(open("smtp://acme:hunter2@127.0.0.1:1").send(message, at));
    expect(words).toMatch(/could not be delivered/);
    expect(words).not.toContain("hunter2");
  });
});

describe("a webhook", () => {
  const open = (url = `${hook.url}fournines?key=k3y`) => webhookChannel({ url, secret });

  it("is a signed POST that the receiver can verify with the secret alone", async () => {
    const now = Date.now();
    await open().send(message, now);
    const call = await hook.received();
    expect(call).toMatchObject({ method: "POST", path: "/fournines?key=k3y" });
    expect(call.headers).toMatchObject({
      "content-type": "application/json",
      "webhook-id": "alert_7_opened",
    });
    const { subject, text } = message;
    expect(new Webhook(secret).verify(call.body, call.headers)).toEqual({
      type: "alert.opened",
      timestamp: "2026-07-03T08:15:20.000Z",
      data: { subject, text, service: "beacon", since: at, note: null },
    });
    expect(() => new Webhook(secret).verify(call.body.replace("down", "up"), call.headers)).toThrow();
  });

  it.each([500, 404, 301])("that is answered with %i was not taken", async (status) => {
    hook.answer(status, { location: `${hook.url}elsewhere` });
    const count = hook.calls.length;
    expect(await failureOf(open().send(message, at))).toContain(`the receiver answered ${status}`);
    expect(hook.calls.length).toBe(count + 1);
    hook.answer(204);
  });

  it("says why it could not be delivered without its address", async () => {
    const words = await failureOf(open("http://127.0.0.1:1/s3cret").send(message, at));
    expect(words).toMatch(/^it could not be delivered \(.+\)$/);
    expect(words).not.toContain("s3cret");
    expect(open().leadsTo).toBe(new URL(hook.url).host);
  });
});

describe("telling without a database", () => {
  it("tries each channel again with growing pauses until it is taken, and bothers no other", async () => {
    const channels = channelsOf({
      mail: { smtpUrl: mailbox.url, from: "a@acme.example", to: ["ops@acme.example"] },
      webhook: { url: hook.url, secret },
    });
    const mails = mailbox.mails.length;
    const failures: string[] = [];
    const pauses: number[] = [];
    hook.answer(503);
    const taken = await tell(channels, message, {
      now: () => at,
      async sleep(ms) {
        pauses.push(ms);
        if (pauses.length === 3) {
          hook.answer(200);
        }
      },
      onFailure: (channel, failure, attempts) =>
        failures.push(`${attempts} ${channel.name}: ${failure.message}`),
    });
    expect(taken).toBe(true);
    expect(pauses).toEqual([5_000, 10_000, 20_000]);
    expect(failures).toEqual([1, 2, 3].map((n) => `${n} webhook: the receiver answered 503`));
    expect(mailbox.mails.length).toBe(mails + 1);
  });

  it("gives up after as many attempts as it may make, and says that nobody took it", async () => {
    const [channel] = channelsOf({ mail: null, webhook: { url: "http://127.0.0.1:1/", secret } });
    const deps = { now: () => at, sleep: async () => {}, onFailure: () => {} };
    expect(await tell([channel!], message, deps, 3)).toBe(false);
    expect(await tell([], message, deps)).toBe(false);
  });

  it("never waits longer than five minutes", () => {
    expect([1, 2, 6, 7, 8, 5000].map(retryAfterMs)).toEqual([
      5_000, 10_000, 160_000, 300_000, 300_000, 300_000,
    ]);
  });
});
