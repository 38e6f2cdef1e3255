import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { confirmSubscription, tellAgain } from "../../src/actions/change-subscription.ts";
import { receiveMail } from "../../src/actions/receive-mail.ts";
import { sendSubscriptionMessages } from "../../src/actions/send-subscription-messages.ts";
import { subscribe } from "../../src/actions/subscribe.ts";
import { wayBack } from "../../src/actions/way-back.ts";
import { subscriptionState } from "../../src/domain/status/subscription.ts";
import { readRawMail } from "../../src/inbound/raw-mail.ts";
import { subscriptionPost } from "../../src/live/subscription-watch.ts";
import { openMailer } from "../../src/notify/mail.ts";
import { listAudit } from "../../src/store/audit.ts";
import { listMessagesOf } from "../../src/store/subscription-messages.ts";
import { listSubscriptions } from "../../src/store/subscriptions.ts";
import { eachDatabase } from "../support/databases.ts";
import { complaintReport, undeliveredReport } from "../support/mail-reports.ts";
import { rawMail } from "../support/requests.ts";
import { type MailReceiver, type ReceivedMail, startMailReceiver } from "../support/receivers.ts";

const secretKey = "a secret of the test";
const day = 86_400_000;

eachDatabase("a letter to a subscriber that comes back", (database) => {
  let now = Date.parse("2026-06-01T10:00:00Z");
  let mailbox: MailReceiver;

  beforeAll(async () => {
    mailbox = await startMailReceiver();
  });
  beforeEach(async () => {
    mailbox.mails.length = 0;
    await database().execute(
      sql`truncate subscriptions, subscription_messages, subscription_notices, audit_entries restart identity cascade`,
    );
  });
  afterAll(() => mailbox.close());

  const only = async () => (await listSubscriptions(database(), {}, 1))[0]!;
  /** A letter as it arrives: the word to somebody who signs up once more. */
  async function letter(): Promise<ReceivedMail> {
    const wanted = {
      ...{
        channel: "email" as const,
        address: "reader@acme.example",
        scope: null,
        topics: ["incidents" as const],
      },
      ...{ pace: "at_once" as const, language: "en", page: "public" },
    };
    const offer = { languages: ["en"], groups: [], services: [] };
    const rules = { way: { kind: "public" as const }, offer, isInternal: true };
    now += 2 * day;
    await subscribe(database(), wanted, rules, now);
    const before = await only();
    if (subscriptionState(before) === "pending") {
      await confirmSubscription(database(), before.id, "subscriber", now);
      return letter();
    }
    const mailer = openMailer({ smtpUrl: mailbox.url, from: "status@acme.example" }, () => "Acme");
    await sendSubscriptionMessages({
      ...{ db: database(), post: subscriptionPost(mailer, true), now: () => now, goesOn: () => true },
      office: () => ({
        ...{ secretKey, address: "https://status.acme.example", bounceMail: "bounces@acme.example" },
        settings: { name: "Acme", timeZone: "UTC", languages: ["en"] },
      }),
      attempted: () => {},
      failed(error) {
        throw error;
      },
    });
    mailer.close();
    return mailbox.mails.findLast((mail) => mail.header("List-Unsubscribe") !== undefined)!;
  }
  const hand = async (raw: string) =>
    receiveMail(database(), secretKey, await readRawMail(new TextEncoder().encode(raw)), now);
  const report = (mail: ReceivedMail, status: string, to = mail.from) =>
    hand(undeliveredReport({ to, letter: mail.source, status }));

  it("leads back to an address of its own, which no other letter has", async () => {
    const [first, second] = [await letter(), await letter()];
    expect(first.from).toMatch(/^bounces\+[0-9a-f]{24}\.[0-9a-f]{20}@acme\.example$/);
    expect(second.from).not.toBe(first.from);
    expect(first.header("From")).toBe("Acme <status@acme.example>");
  });

  it("for good ends what is sent there, once, on record and with its reason; and is undone on record", async () => {
    const mail = await letter();
    const { id, serial } = await only();
    expect(await report(mail, "5.1.1")).toEqual({ outcome: "returned", reference: id });
    expect(await report(mail, "5.1.1")).toEqual({ outcome: "ignored", reference: null });
    const after = await only();
    expect(after).toMatchObject({
      suppression: "returned",
      returned: { kind: "undelivered", status: "5.1.1" },
    });
    expect(subscriptionState(after)).toBe("suppressed");
    const [latest] = await listMessagesOf(database(), serial, 1);
    expect(latest).toMatchObject({
      state: "sent",
      returnedAt: now,
    });
    await tellAgain(database(), id, "ann", now);
    await tellAgain(database(), id, "ann", now);
    expect(await only()).toMatchObject({ suppression: null, suppressedAt: null, returned: null });
    const steps = (await listAudit(database(), id)).map(({ event, author }) => [event, author]);
    expect(steps.filter(([event]) => event !== "confirmed")).toEqual([
      ["suppressed", "receiver"],
      ["told again", "ann"],
    ]);
  });

  it("for now ends it only once that was so on several days", async () => {
    for (const expected of [null, null, null, "returned_often"]) {
      await report(await letter(), "4.2.2");
      expect((await only()).suppression).toBe(expected);
    }
  });

  it("is not believed to have when somebody makes it up", async () => {
    const mail = await letter();
    const { id } = await only();
    const [message] = await listMessagesOf(database(), (await only()).serial, 1);
    const forged = wayBack("another secret", "bounces@acme.example", message!.id);
    const link = `List-Unsubscribe: <https://status.acme.example/subscription/${id}.${"A".repeat(32)}/end>`;
    expect((await report({ ...mail, source: link }, "5.1.1", forged)).outcome).toBe("ignored");
    expect((await report({ ...mail, source: "" }, "5.1.1", "bounces@acme.example")).outcome).toBe("ignored");
    expect((await only()).suppressedAt).toBeNull();
  });

  it("is known by the way out that it holds, where it came to another address", async () => {
    await report(await letter(), "5.1.1", "postmaster@acme.example");
    expect((await only()).suppression).toBe("returned");
  });

  it("or is complained of ends what is sent there", async () => {
    const { source } = await letter();
    expect(
      (await hand(complaintReport({ to: "abuse@acme.example", letter: source, type: "not-spam" }))).outcome,
    ).toBe("ignored");
    await hand(complaintReport({ to: "abuse@acme.example", letter: source }));
    expect((await only()).suppression).toBe("complained");
  });

  it("is no request when a machine answers it that does not say it is one", async () => {
    const mail = await letter();
    expect(await hand(rawMail({ To: mail.from, Subject: "Away" }, "Back on Monday."))).toEqual({
      ...{ outcome: "ignored", reference: null },
    });
    expect((await only()).softReturns).toEqual([]);
  });

  it("of somebody who is forgotten changes nothing", async () => {
    const mail = await letter();
    await database().execute(sql`delete from subscriptions`);
    expect((await report(mail, "5.1.1")).outcome).toBe("ignored");
  });
});
