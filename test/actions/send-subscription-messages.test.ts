import { Webhook } from "standardwebhooks";
import fc from "fast-check";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  changeSubscription,
  confirmSubscription,
  endSubscription,
} from "../../src/actions/change-subscription.ts";
import { declareIncident } from "../../src/actions/declare-incident.ts";
import {
  messageAttemptWithinMs,
  type SendSubscriptionMessagesDeps,
  sendSubscriptionMessages,
} from "../../src/actions/send-subscription-messages.ts";
import { spreadAnnouncements } from "../../src/actions/spread-announcements.ts";
import { cancelMaintenance } from "../../src/actions/cancel-maintenance.ts";
import { planMaintenance } from "../../src/actions/plan-maintenance.ts";
import { remindOfMaintenance } from "../../src/actions/remind-of-maintenance.ts";
import { subscribe, type WantedSubscription } from "../../src/actions/subscribe.ts";
import { updateIncident } from "../../src/actions/update-incident.ts";
import { floodMs } from "../../src/domain/status/digest.ts";
import {
  askAgainAfterMs,
  mostAsks,
  remindAgainAfterMs,
  subscriptionChannels,
  subscriptionState,
} from "../../src/domain/status/subscription.ts";
import { subscriptionPost } from "../../src/live/subscription-watch.ts";
import { ChannelFailure } from "../../src/notify/channel.ts";
import { type Mail, type Mailer, openMailer } from "../../src/notify/mail.ts";
import { putBrandFiles } from "../../src/store/brand-files.ts";
import { listMessagesOf, takeMessages } from "../../src/store/subscription-messages.ts";
import {
  countSubscriptions,
  getSubscription,
  insertSubscription,
  listSubscriptions,
} from "../../src/store/subscriptions.ts";
import { queryRows } from "../../src/store/database.ts";
import { brandFiles, brandLogo } from "../support/brand.ts";
import { eachDatabase } from "../support/databases.ts";
import {
  type CallReceiver,
  type MailReceiver,
  startCallReceiver,
  startMailReceiver,
} from "../support/receivers.ts";
import { insertServices } from "../support/services.ts";
import { aSubscription } from "../support/subscriptions.ts";

const offer = { languages: ["en", "da", "nb", "fr"], groups: [], services: ["beacon", "lamp"] };
const started = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;

eachDatabase("messages to subscribers", (database) => {
  let now = started;
  let mailbox: MailReceiver;
  let hook: CallReceiver;
  let mailer: Mailer;
  const ends: string[] = [];

  beforeAll(async () => {
    mailbox = await startMailReceiver();
    hook = await startCallReceiver();
    await insertServices(database(), ["beacon", "lamp"]);
  });
  beforeEach(() => {
    mailer = openMailer({ smtpUrl: mailbox.url, from: "status@acme.example" }, () => "Acme, the platform", 2);
  });
  afterEach(async () => {
    mailer.close();
    mailbox.refuse(false);
    mailbox.mails.length = 0;
    hook.calls.length = 0;
    hook.answer(204);
    ends.length = 0;
    await database().execute(
      sql`truncate subscriptions, announcements, subscription_messages, subscription_notices cascade`,
    );
  });
  afterAll(async () => {
    await mailbox.close();
    await hook.close();
  });

  const deps = (over: Partial<SendSubscriptionMessagesDeps> = {}): SendSubscriptionMessagesDeps => ({
    db: database(),
    post: subscriptionPost(mailer, true),
    office: () => ({
      secretKey: "a secret of the test",
      address: "https://status.acme.example",
      bounceMail: "bounces@acme.example",
      settings: { name: "Acme", timeZone: "Europe/Copenhagen", languages: offer.languages },
    }),
    now: () => now,
    goesOn: () => true,
    attempted: (_, end) => ends.push("failure" in end ? `${end.outcome}: ${end.failure}` : end.outcome),
    failed(error) {
      throw error;
    },
    ...over,
  });
  /** What the watch does in one look. */
  async function look(over: Partial<SendSubscriptionMessagesDeps> = {}): Promise<number> {
    await spreadAnnouncements(deps(over));
    return sendSubscriptionMessages(deps(over));
  }
  const wanted = (given: Partial<WantedSubscription> = {}): WantedSubscription => ({
    ...{ page: "public", channel: "email", address: "reader@acme.example", scope: null },
    ...{ topics: ["incidents", "maintenance"], pace: "at_once", language: "en" },
    ...given,
  });
  const ask = (given: Partial<WantedSubscription> = {}) =>
    subscribe(database(), wanted(given), { way: { kind: "public" }, offer, isInternal: true }, now);
  const attempt = () => ({ now, until: now + messageAttemptWithinMs, channels: subscriptionChannels });
  const only = async () => (await listSubscriptions(database(), {}, 1))[0]!;
  async function subscribed(given: Partial<WantedSubscription> = {}) {
    await ask(given);
    await look();
    mailbox.mails.length = 0;
    return confirmSubscription(database(), (await only()).id, "subscriber", now);
  }
  async function declare(
    title = "Sign-in fails",
    serviceSlug = "beacon",
    nextUpdateAt: number | null = null,
  ): Promise<string> {
    now += 1;
    const incident = {
      nextUpdateAt,
      ...{ title, state: "investigating" as const, message: "We look into it, **now**." },
      ...{ services: [{ serviceSlug, impact: "major_outage" as const }], startedAt: null, resolvedAt: null },
    };
    return (await declareIncident(database(), incident, "ops", now)).reference;
  }
  async function update(reference: string, state: "identified" | "resolved", message: string): Promise<void> {
    now += 1;
    const change = { ...{ title: null, state, message, services: null }, reopen: false };
    await updateIncident(database(), reference, change, "ops", now);
  }
  const subjects = () => mailbox.mails.map((mail) => mail.header("Subject"));

  it("an address is asked whether it wants to hear, and hears nothing before it has said so", async () => {
    await ask({ language: "da" });
    await declare("Before anybody confirmed");
    await look();
    expect(mailbox.mails).toHaveLength(1);
    const [question] = mailbox.mails;
    expect(question!.to).toEqual(["reader@acme.example"]);
    expect(question!.header("Subject")).toBe("Bekræft, at du vil høre fra Acme");
    expect(question!.header("Content-Language")).toBe("da");
    expect(question!.header("List-Unsubscribe")).toBeUndefined();
    const { id } = await only();
    expect(question!.text).toMatch(
      new RegExp(`https://status\\.acme\\.example/da/subscription/${id}\\.[\\w-]{32}\n`),
    );
    await confirmSubscription(database(), id, "subscriber", now);
    await look();
    expect(mailbox.mails).toHaveLength(1);
    now += floodMs;
    await declare("After it was confirmed");
    await look();
    expect(subjects()[1]).toBe("Undersøges: After it was confirmed");
  });

  it("news can be ended with one request, says where else, and stands together with what belongs to it", async () => {
    const { id } = await subscribed();
    const reference = await declare();
    await look();
    const [mail] = mailbox.mails;
    expect(mail!.header("From")).toBe('"Acme, the platform" <status@acme.example>');
    expect(mail!.header("List-Unsubscribe")).toMatch(
      new RegExp(`^<https://status\\.acme\\.example/en/subscription/${id}\\.[\\w-]{32}/end>$`),
    );
    expect(mail!.header("List-Unsubscribe-Post")).toBe("List-Unsubscribe=One-Click");
    expect(mail!.header("List-Id")).toContain("<status.acme.example>");
    expect(mail!.header("Auto-Submitted")).toBe("auto-generated");
    expect(mail!.header("References")).toBe(`<status-${reference}@acme.example>`);
    expect(mail!.parts.map(({ type }) => type)).toEqual(["text/plain", "text/html"]);
    expect(mail!.text).toContain("We look into it, **now**.");
    expect(mail!.text).toContain(`https://status.acme.example/en/incidents/${reference}`);
    expect(mail!.text).toContain("Services: beacon");
    expect(mail!.parts[1]!.content.toString()).toContain("We look into it, <strong>now</strong>.");
  });

  it("whoever ended it hears nothing more, and is forgotten, though not that something was sent", async () => {
    const { id } = await subscribed();
    const reference = await declare();
    await look();
    now += floodMs;
    await update(reference, "identified", "A cable.");
    await spreadAnnouncements(deps());
    await endSubscription(database(), id, "subscriber", now);
    await update(reference, "resolved", "Mended.");
    now += floodMs;
    await look();
    expect(mailbox.mails).toHaveLength(1);
    const over = await getSubscription(database(), id);
    expect(over).toMatchObject({ address: null, endedAt: expect.any(Number) as number });
    expect((await listMessagesOf(database(), over.serial, 9)).map(({ state }) => state)).toEqual([
      "withdrawn",
      "sent",
      "sent",
    ]);
    const kept = await queryRows<{ content: string }>(
      database(),
      sql`select content from audit_entries where kind = 'subscription' and subject = ${id}`,
    );
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(kept)).not.toContain("reader");
  });

  it("several updates within a short time are one message", async () => {
    await subscribed();
    const reference = await declare();
    await look();
    await update(reference, "identified", "A cable.");
    await look();
    await update(reference, "resolved", "Mended.");
    const other = await declare("Mail is slow", "lamp");
    await look();
    expect(mailbox.mails).toHaveLength(1);
    now += floodMs;
    await look();
    expect(subjects()).toEqual([
      "Investigating: Sign-in fails",
      "2 things to know. Investigating: Mail is slow",
    ]);
    const { text } = mailbox.mails[1]!;
    expect(text.indexOf("Mended.")).toBeLessThan(text.indexOf("A cable."));
    expect(text).toContain(other);
  });

  it("is told to whoever wants to hear of its service and topic alone", async () => {
    await subscribed({ scope: { groups: [], services: ["lamp"] } });
    await declare("Beacon fails");
    await look();
    expect(mailbox.mails).toEqual([]);
    await declare("Lamp fails", "lamp");
    await look();
    expect(subjects()).toEqual(["Investigating: Lamp fails"]);
    now += floodMs;
    const choice = { ...wanted(), topics: ["maintenance" as const] };
    await changeSubscription(database(), (await only()).id, choice, { offer, author: "subscriber" }, now);
    await declare("Lamp fails again", "lamp");
    await look();
    expect(mailbox.mails).toHaveLength(1);
  });

  it("once a day, in the morning, where that is wanted", async () => {
    await subscribed({ pace: "daily" });
    const reference = await declare();
    await look();
    await update(reference, "resolved", "Mended.");
    now = Date.parse("2026-06-02T07:59:59Z");
    await look();
    expect(mailbox.mails).toEqual([]);
    now = Date.parse("2026-06-02T08:00:00Z");
    await look();
    expect(subjects()).toEqual(["Resolved: Sign-in fails"]);
    now = started;
  });

  it("whoever asked for maintenance is reminded of it the day before, once, in their language, and not where it was cancelled", async () => {
    await subscribed({ topics: ["maintenance"], language: "da" });
    const begins = now + 4 * 24 * 60 * minute;
    const plan = (title: string, from: number) =>
      planMaintenance(
        database(),
        {
          ...{ title, message: "We replace disks.", serviceSlugs: ["beacon"] },
          ...{ plannedStart: from, plannedEnd: from + 60 * minute },
        },
        "ops",
        now,
      );
    await plan("New disks", begins);
    const { reference } = await plan("New cables", begins + minute);
    await look();
    mailbox.mails.length = 0;
    const remind = async () => {
      await remindOfMaintenance(database(), now);
      await look();
    };
    now = begins - 25 * 60 * minute;
    await remind();
    expect(subjects()).toEqual([]);
    now = begins - 24 * 60 * minute + minute;
    await remindOfMaintenance(database(), now);
    await cancelMaintenance(database(), reference, "Not now.", "ops", now);
    await look();
    expect(mailbox.mails).toHaveLength(1);
    const [letter] = mailbox.mails;
    expect(letter!.text).toContain("Kommende vedligeholdelse");
    expect(letter!.text).toContain("Vedligeholdelse aflyst");
    expect(letter!.text.match(/Kommende vedligeholdelse: New cables/)).toBeNull();
    now += floodMs;
    await remind();
    expect(mailbox.mails).toHaveLength(1);
  });

  it("nobody learns from the answer whether an address is known, and nobody is mailed again and again", async () => {
    expect(await ask()).toBeNull();
    expect(await ask({ topics: ["incidents"] })).toBeNull();
    await look();
    expect(mailbox.mails).toHaveLength(1);
    for (let i = 0; i < 10; i++) {
      now += askAgainAfterMs;
      expect(await ask()).toBeNull();
      await look();
    }
    expect(mailbox.mails).toHaveLength(mostAsks);
    await confirmSubscription(database(), (await only()).id, "subscriber", now);
    now += remindAgainAfterMs;
    for (let i = 0; i < 3; i++) {
      expect(await ask({ topics: ["maintenance"] })).toBeNull();
      await look();
    }
    expect(subjects().slice(mostAsks)).toEqual(["You hear from Acme already"]);
    expect((await only()).topics).toEqual(["incidents", "maintenance"]);
    expect(await listSubscriptions(database(), {}, 9)).toHaveLength(1);
  });

  it("a webhook hears once it has answered its challenge, and can tell who it is from", async () => {
    hook.answer(200, {}, "whatever");
    const asked = await ask({ channel: "webhook", address: `${hook.url}status` });
    expect(asked!.secret).toMatch(/^whsec_/);
    await look();
    await declare("Before it answered");
    await look();
    expect(hook.calls).toHaveLength(1);
    expect(ends.at(-1)).toBe("put_off: the receiver did not answer with the challenge");
    const { challenge } = (JSON.parse(hook.calls[0]!.body) as { data: { challenge: string } }).data;
    hook.answer(200, { "content-type": "application/json" }, JSON.stringify({ challenge }));
    now += minute;
    await look();
    expect(subscriptionState(await only())).toBe("active");
    const reference = await declare();
    await look();
    const { headers, body } = hook.calls.at(-1)!;
    // By the clock of the test, which stands in the past: the library knows no other than its own.
    const webhook = new Webhook(asked!.secret!);
    const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
    expect(webhook.sign(headers["webhook-id"]!, at, body)).toBe(headers["webhook-signature"]);
    expect(JSON.parse(body)).toMatchObject({
      type: "status.news",
      data: { news: [{ subject: "incident", event: "investigating", reference, title: "Sign-in fails" }] },
    });
  });

  it("until when more is promised is told in letters, chats and to machines, in the page's zone", async () => {
    await subscribed();
    const hooked = aSubscription({ id: "sub_hook", channel: "webhook", address: `${hook.url}hook` });
    await insertSubscription(database(), { ...hooked, secret: "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0" });
    await insertSubscription(
      database(),
      aSubscription({ id: "sub_chat", channel: "slack", address: `${hook.url}chat` }),
    );
    now = Date.parse("2026-06-09T12:20:00Z");
    const reference = await declare("Sign-in fails", "beacon", now + 10 * minute);
    await look();
    const words = "Next update by: 9 June 2026 at 14:30";
    expect(mailbox.mails[0]!.text).toContain(words);
    const sentTo = (path: string) => hook.calls.filter((call) => call.path === path).at(-1)!.body;
    expect(sentTo("/chat")).toContain(words);
    const news = () => (JSON.parse(sentTo("/hook")) as { data: { news: object[] } }).data.news;
    expect(news()).toMatchObject([{ reference, next_update_at: "2026-06-09T12:30:00.000Z" }]);
    now += floodMs;
    await update(reference, "resolved", "Over.");
    await look();
    expect(news()).toMatchObject([{ event: "resolved", next_update_at: null }]);
    expect(sentTo("/chat")).not.toContain("Next update");
  });

  it("a webhook that repeats everything it hears has not answered", async () => {
    await ask({ channel: "webhook", address: hook.url });
    hook.answer(200, {}, '{"data":{"challenge":"msg_aaaaaaaaaaaaaaaa"}}');
    await look();
    expect(subscriptionState(await only())).toBe("pending");
  });

  it("no webhook leads into a private network unless that was opened", async () => {
    await ask({ channel: "webhook", address: hook.url });
    await look({ post: subscriptionPost(mailer, false) });
    expect(hook.calls).toEqual([]);
    expect(ends).toEqual([expect.stringMatching(/^failed: it leads into a private network/)]);
  });

  it("a channel of Slack is asked in itself, and told in its words with links of ours alone", async () => {
    // hooks.slack.com is not on this machine: the receiver stands for it.
    await insertSubscription(database(), aSubscription({ channel: "slack", address: hook.url }));
    const reference = await declare("Sign-in <fails>");
    await look();
    const body = JSON.parse(hook.calls[0]!.body) as { text: string };
    expect(body.text).toBe("Investigating: Sign-in &lt;fails&gt;");
    expect(JSON.stringify(body)).toContain(`<https://status.acme.example/en/incidents/${reference}|`);
  });

  it("an address that refuses for good three times in a row is left alone, until its reader says otherwise", async () => {
    const { id } = await subscribed();
    mailbox.refuse(550);
    for (let i = 0; i < 4; i++) {
      await declare(`Trouble ${i}`);
      now += floodMs;
      await look();
    }
    expect(ends.filter((end) => end.startsWith("failed"))).toHaveLength(3);
    expect(subscriptionState(await getSubscription(database(), id))).toBe("suppressed");
    mailbox.refuse(false);
    await confirmSubscription(database(), id, "subscriber", now);
    await declare("Trouble again");
    now += floodMs;
    await look();
    expect(subjects()).toEqual(["Investigating: Trouble again"]);
    expect((await getSubscription(database(), id)).refusals).toBe(0);
  });

  it("a mail server that is away is tried again, and what was said meanwhile comes in one message", async () => {
    await subscribed();
    const reference = await declare();
    mailbox.refuse(true);
    await look();
    expect(ends.at(-1)).toMatch(/^put_off/);
    now += floodMs;
    await update(reference, "identified", "A cable.");
    await look();
    now += floodMs;
    await update(reference, "resolved", "Mended.");
    mailbox.refuse(false);
    now += floodMs;
    await look();
    await look();
    expect(subjects()).toEqual(["Investigating: Sign-in fails", "Resolved: Sign-in fails"]);
  });

  it("carries the platform's logo along, and is the same letter when it is tried again", async () => {
    await putBrandFiles(database(), [...brandFiles.values()]);
    const office = () => {
      const { settings, ...rest } = deps().office();
      return { ...rest, settings: { ...settings, brand: { logo: brandLogo } } };
    };
    await subscribed();
    await declare();
    const tried: Mail[] = [];
    const send = (mail: Mail) => {
      tried.push(mail);
      return tried.length === 1 ? Promise.reject(new ChannelFailure("not now")) : mailer.send(mail);
    };
    await look({ office, post: subscriptionPost({ send }, true) });
    now += floodMs;
    await look({ office, post: subscriptionPost({ send }, true) });
    expect(tried).toHaveLength(2);
    expect(tried[1]).toEqual(tried[0]);
    const [{ parts }] = mailbox.mails as [(typeof mailbox.mails)[0]];
    expect(parts.map(({ type, name }) => [type, name])).toEqual([
      ["text/plain", ""],
      ["text/html", ""],
      ["image/png", "logo.png"],
      ["image/png", "logo-dark.png"],
    ]);
    expect(parts[1]!.content.toString("utf8")).toContain('src="cid:logo"');
    expect(mailbox.mails[0]!.source).toContain("Content-ID: <logo>");
  });

  it("a server that ended between taking and noting is followed by another, with the same message", async () => {
    await subscribed();
    await declare();
    await spreadAnnouncements(deps());
    const [taken] = await takeMessages(database(), { ...attempt(), atMost: 9 });
    expect(await look()).toBe(0);
    now += messageAttemptWithinMs;
    expect(await look()).toBe(1);
    expect(mailbox.mails[0]!.header("Message-ID")).toBe(`<${taken!.id}@acme.example>`);
  });

  it("everybody of many is told once, however often spreading and sending break off", async () => {
    await many(1_100);
    const reference = await declare();
    let left = 0;
    const told: string[] = [];
    const post = subscriptionPost(
      { send: (mail: Mail) => (told.push(`${mail.to} ${mail.subject}`), Promise.resolve()) },
      true,
    );
    for (left = 1; (await look({ post, goesOn: () => left-- > 0 })) > 0 || told.length === 0; left = 30) {
      // Until nobody is left.
    }
    expect(told).toHaveLength(1_100);
    expect(new Set(told).size).toBe(1_100);
    expect(await countSubscriptions(database())).toEqual([
      { channel: "email", state: "active", count: 1_100 },
    ]);
    const messages = await queryRows<{ n: unknown }>(
      database(),
      sql`select count(*) as n from subscription_notices join announcements on announcement_id = announcements.id where reference = ${reference}`,
    );
    expect(Number(messages[0]!.n)).toBe(1_100);
  });

  it("whoever is slow to take a letter holds up nobody else", async () => {
    now = started;
    await many(60);
    await declare();
    await spreadAnnouncements(deps());
    const { promise: othersHeard, resolve } = Promise.withResolvers<void>();
    const heard: string[] = [];
    const send = async ({ to }: Mail) => {
      // The first waits until all others have theirs.
      await (to === "reader1@acme.example" ? othersHeard : undefined);
      heard.push(to);
      if (heard.length === 59) {
        resolve();
      }
    };
    expect(await sendSubscriptionMessages(deps({ post: subscriptionPost({ send }, true) }))).toBe(60);
    expect(new Set(heard).size).toBe(60);
    expect(heard.at(-1)).toBe("reader1@acme.example");
  });

  it("letters go out by themselves, whatever becomes of webhooks", async () => {
    await many(3);
    await insertSubscription(
      database(),
      aSubscription({
        channel: "webhook",
        address: hook.url,
        secret: `whsec_${"A".repeat(32)}`,
        createdAt: now,
        confirmedAt: now,
      }),
    );
    await declare();
    await spreadAnnouncements(deps());
    expect(await sendSubscriptionMessages(deps(), ["email"])).toBe(3);
    expect([mailbox.mails.length, hook.calls.length]).toEqual([3, 0]);
    expect(await sendSubscriptionMessages(deps(), ["webhook", "slack"])).toBe(1);
  });

  it("whatever happens in whatever order, nobody hears twice, nobody unconfirmed hears, and nobody hears after the end", async () => {
    const step = fc.constantFrom("say", "say", "look", "confirm", "end", "die", "wait", "refuse");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const said: { at: number; confirmed: boolean; ended: boolean }[] = [];
        const heard: string[] = [];
        let [confirmed, ended, refuses] = [false, false, false];
        const post = subscriptionPost(
          {
            send(mail: Mail) {
              expect(ended).toBe(false);
              heard.push(...[...mail.text.matchAll(/Said (\d+)\./g)].map(([, n]) => n!));
              return Promise.resolve();
            },
          },
          true,
        );
        await database().execute(sql`truncate subscriptions, announcements, subscription_messages cascade`);
        await insertSubscription(database(), aSubscription({ confirmedAt: null, createdAt: now }));
        const { id } = await only();
        for (const one of steps) {
          now += 1;
          if (one === "say") {
            said.push({ at: now, confirmed, ended });
            const incident = {
              ...{ title: "Trouble", state: "investigating" as const, message: `Said ${said.length}.` },
              ...{ services: [], startedAt: null, resolvedAt: null },
            };
            await declareIncident(database(), incident, "ops", now);
          } else if (one === "confirm" && !ended) {
            await confirmSubscription(database(), id, "subscriber", now);
            confirmed = true;
          } else if (one === "end") {
            await endSubscription(database(), id, "subscriber", now);
            ended = true;
          } else if (one === "die") {
            await spreadAnnouncements(deps());
            await takeMessages(database(), { ...attempt(), atMost: 9 });
          } else if (one === "refuse") {
            refuses = !refuses;
          } else if (one === "wait") {
            now += floodMs;
          } else if (one === "look" && !refuses) {
            await look({ post });
          }
        }
        now += messageAttemptWithinMs + floodMs;
        await look({ post });
        now += floodMs;
        await look({ post });
        expect(new Set(heard).size).toBe(heard.length);
        const mayHear = said.flatMap(({ confirmed: was, ended: over }, i) =>
          was && !over ? String(i + 1) : [],
        );
        expect(mayHear).toEqual(expect.arrayContaining(heard));
        if (!ended) {
          expect(heard.toSorted()).toEqual(mayHear.toSorted());
        }
      }),
      { numRuns: 12 },
    );
  });

  async function many(count: number): Promise<void> {
    await database().execute(sql`
      insert into subscriptions (id, channel, address, topics, pace, language, created_at, confirmed_at)
      select 'sub_' || lpad(n::text, 16, '0'), 'email', 'reader' || n || '@acme.example',
        '["incidents","maintenance"]'::jsonb, 'at_once', 'en', ${now}, ${now}
      from generate_series(1, ${count}::int) as n`);
  }
});
