/** Subscribers of private pages, from the way in to the letter: what they hear, what nobody else hears, and how it ends. */
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { confirmSubscription } from "../../src/actions/change-subscription.ts";
import { declareIncident } from "../../src/actions/declare-incident.ts";
import { endShutOut } from "../../src/actions/end-shut-out.ts";
import { makePageLink, revokePageLink, setPagePassword } from "../../src/actions/manage-page-keys.ts";
import { openPageLink } from "../../src/actions/page-pass.ts";
import { sendSubscriptionMessages } from "../../src/actions/send-subscription-messages.ts";
import { spreadAnnouncements } from "../../src/actions/spread-announcements.ts";
import { subscribe } from "../../src/actions/subscribe.ts";
import { floodMs } from "../../src/domain/status/digest.ts";
import type { PageDefinition } from "../../src/domain/status/page-definition.ts";
import { type SubscriberWay, subscriptionState } from "../../src/domain/status/subscription.ts";
import { subscriptionPost } from "../../src/live/subscription-watch.ts";
import { openMailer } from "../../src/notify/mail.ts";
import { people } from "../../src/store/tables/people.ts";
import { platforms, services } from "../../src/store/tables/watched.ts";
import { listPagePasswords } from "../../src/store/page-keys.ts";
import { getSubscription, lockSubscriptionsAt } from "../../src/store/subscriptions.ts";
import { boards } from "../support/boards.ts";
import { eachDatabase } from "../support/databases.ts";
import { type MailReceiver, startMailReceiver } from "../support/receivers.ts";

const secretKey = "a secret of the test";
const partners: PageDefinition = {
  ...{ slug: "partners", title: "For partners" },
  scope: { services: ["vault"], groups: [] },
  access: ["link", "password", "sign_in", "network"],
  ...{ networks: ["10.0.0.0/8"], customers: [] },
};
const settings = { ...boards.calm().settings, name: "Acme", languages: ["en", "da"] };

eachDatabase("subscribers of a private page", (database) => {
  let now = Date.parse("2026-06-01T10:00:00Z");
  let mailbox: MailReceiver;
  let pages: PageDefinition[];

  beforeAll(async () => {
    mailbox = await startMailReceiver();
    const said = { description: "", position: 0, managedBy: "file" as const, createdAt: 0 };
    await database()
      .insert(services)
      .values([
        { ...said, slug: "vault", title: "The vault", isPrivate: true },
        { ...said, slug: "beacon", title: "Beacon" },
      ]);
    await database().insert(platforms).values({ id: 1, settings, managedBy: "file", createdAt: 0 });
  });
  beforeEach(async () => {
    await database().execute(
      sql`truncate subscriptions, announcements, subscription_messages, subscription_notices cascade`,
    );
    mailbox.mails.length = 0;
    await say([partners]);
  });
  afterAll(() => mailbox.close());

  async function say(said: PageDefinition[]): Promise<void> {
    pages = said;
    await database()
      .update(platforms)
      .set({ settings: { ...settings, pages } });
  }

  /** What a server does in one look. */
  async function look(): Promise<void> {
    const mailer = openMailer({ smtpUrl: mailbox.url, from: "status@acme.example" }, () => "Acme", 2);
    const deps = {
      ...{ db: database(), now: () => now, goesOn: () => true, attempted: () => {} },
      post: subscriptionPost(mailer, false),
      office: () => ({
        bounceMail: null,
        ...{ secretKey, address: "https://status.acme.example" },
        settings: { ...settings, pages },
      }),
      failed(error: unknown) {
        throw error;
      },
    };
    await spreadAnnouncements(deps);
    await sendSubscriptionMessages(deps);
    mailer.close();
  }

  const choice = { scope: null, topics: ["incidents" as const], pace: "at_once" as const, language: "en" };
  const offer = { languages: ["en", "da"], groups: [], services: ["vault"] };
  async function subscribed(way: SubscriberWay, page = "partners", mail = "ada"): Promise<string> {
    const wanted = { ...choice, page, channel: "email" as const, address: `${mail}@acme.example` };
    await subscribe(database(), wanted, { way, offer, isInternal: false }, now);
    await look();
    const [made] = await lockSubscriptionsAt(database(), wanted);
    await confirmSubscription(database(), made!.id, "subscriber", now);
    return made!.id;
  }
  /** Something is said of a service, long after the last; the letters that went out. */
  async function declared(title: string, serviceSlug = "vault") {
    now += floodMs;
    mailbox.mails.length = 0;
    const services = [{ serviceSlug, impact: "major_outage" as const }];
    const said = { title, state: "investigating" as const, message: "We look.", services };
    await declareIncident(database(), { ...said, startedAt: null, resolvedAt: null }, "ops", now);
    now += 1;
    await look();
    return mailbox.mails.map((mail) => [...mail.to, mail.header("Subject")].join(": "));
  }

  it("hear of its services in its name, by links that let in whoever came by one; nobody else hears", async () => {
    const link = await makePageLink(
      database(),
      "partners",
      { name: "Ada", opens: "page", days: 7 },
      "ops",
      now,
    );
    await subscribed({ kind: "link", id: link.id });
    expect(mailbox.mails[0]!.header("Subject")).toContain("For partners");
    expect(mailbox.mails[0]!.text).toMatch(
      /https:\/\/status\.acme\.example\/pages\/partners\/en\/subscription\/sub_/,
    );
    await subscribed({ kind: "public" }, "public", "bo");
    expect(await declared("The vault is shut")).toEqual([
      "ada@acme.example: Investigating: The vault is shut",
    ]);
    const { text } = mailbox.mails[0]!;
    const [, key, then] =
      /https:\/\/status\.acme\.example\/pages\/partners\/en\/enter\/([\w.-]+)\?then=(\S+)/.exec(text)!;
    expect(openPageLink(secretKey, "partners", key!)).toBe(link.id);
    expect(decodeURIComponent(then!)).toMatch(/^\/incidents\/INC-/);
    expect(text).not.toContain("Acme ");
    expect(await declared("Beacon is dark", "beacon")).toEqual([
      "bo@acme.example: Investigating: Beacon is dark",
    ]);
  });

  it("are one thing on each page: the same address may stand on several", async () => {
    await subscribed({ kind: "network", network: "10.0.0.0/8" });
    await subscribed({ kind: "public" }, "public");
    expect(await declared("The vault is shut")).toHaveLength(1);
    expect(await declared("Beacon is dark", "beacon")).toHaveLength(1);
  });

  it("hear nothing from the instant at which their link is revoked, what waits included; and are forgotten", async () => {
    const link = await makePageLink(
      database(),
      "partners",
      { name: "Ada", opens: "page", days: null },
      "ops",
      now,
    );
    const id = await subscribed({ kind: "link", id: link.id });
    expect(await endShutOut(database(), now)).toBe(0);
    expect(await declared("One")).toHaveLength(1);
    await revokePageLink(database(), "partners", link.id, "ops", now);
    expect(await declared("Two")).toEqual([]);
    expect(await endShutOut(database(), now)).toBe(1);
    const over = await getSubscription(database(), id);
    expect([subscriptionState(over), over.address]).toEqual(["ended", null]);
    expect(await endShutOut(database(), now)).toBe(0);
  });

  it("are over with the password by which they came, and begin anew with the next", async () => {
    await setPagePassword(database(), "partners", "the brass key hangs here", "ops", now);
    const setAt = async () => (await listPagePasswords(database()))[0]!.setAt;
    await subscribed({ kind: "password", setAt: await setAt() });
    expect(await declared("One")).toHaveLength(1);
    await setPagePassword(database(), "partners", "another key hangs here now", "ops", now);
    expect(await declared("Two")).toEqual([]);
    const again = await subscribed({ kind: "password", setAt: await setAt() });
    expect(await declared("Three")).toHaveLength(1);
    expect(subscriptionState(await getSubscription(database(), again))).toBe("active");
  });

  it("are over with the person who signed in", async () => {
    await database().insert(people).values({
      id: "per_ann",
      role: "viewer",
      name: "Ann",
      mail: "ann@acme.example",
      author: "ops",
      createdAt: 0,
    });
    await subscribed({ kind: "person", id: "per_ann" });
    expect(await declared("One")).toHaveLength(1);
    await database().update(people).set({ deactivatedAt: now }).where(eq(people.id, "per_ann"));
    expect(await declared("Two")).toEqual([]);
    expect(await endShutOut(database(), now)).toBe(1);
  });

  it("are silent while the platform file names their way in no more, and hear again when it does", async () => {
    await subscribed({ kind: "network", network: "10.0.0.0/8" });
    for (const [said, heard] of [
      [[{ ...partners, networks: ["192.0.2.0/24"] }], 0],
      [[partners], 1],
      [[{ ...partners, access: ["link"] as const }], 0],
      [[], 0],
      [[partners], 1],
    ] as [PageDefinition[], number][]) {
      await say(said);
      expect(await declared("Again")).toHaveLength(heard);
      expect(await endShutOut(database(), now)).toBe(0);
    }
  });

  it("hear nothing of a service that their page no longer shows, though it was said before", async () => {
    await subscribed({ kind: "network", network: "10.0.0.0/8" });
    await say([{ ...partners, scope: { services: ["beacon"], groups: [] } }]);
    expect(await declared("The vault is shut")).toEqual([]);
  });
});
