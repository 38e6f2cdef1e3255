/** The journey of somebody who subscribes, over plain HTTP: the same answer for everybody, double opt-in, one request to end it. */
import { beforeEach, describe, expect, it } from "vitest";
import { sql } from "drizzle-orm";
import { pathOfSubscription } from "../../../src/actions/subscription-link.ts";
import { mostAsks, subscriptionState } from "../../../src/domain/status/subscription.ts";
import { queryRows } from "../../../src/store/database.ts";
import { insertSubscription, listSubscriptions } from "../../../src/store/subscriptions.ts";
import { type TestApi, boardAt, testApi } from "../../support/api.ts";
import { testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { aSubscription } from "../../support/subscriptions.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const wish = { channel: "email", topics: ["incidents", "maintenance"], pace: "at_once", language: "en" };

onPostgres("where one subscribes", (database) => {
  let api: TestApi;
  const over = () => {
    const board = boardAt(now);
    const groups = [{ slug: "lights", title: "Lights", description: "" }];
    return { ...board, groups, settings: { ...board.settings, languages: ["en", "da", "nb", "fr"] } };
  };
  beforeEach(async () => {
    await database().execute(sql`truncate subscriptions, subscription_messages cascade`);
    api = await testApi(database(), now, { board: over });
  });
  const all = () => listSubscriptions(database(), {}, 99);
  const messages = async () =>
    Number(
      (await queryRows<{ n: unknown }>(database(), sql`select count(*) n from subscription_messages`))[0]!.n,
    );
  const signUp = (address: string, more = {}) =>
    testBrowser(api).post("/subscribe", { ...wish, address, ...more });

  it.each([
    ["/subscribe", "en-GB", "Be told of what happens"],
    ["/subscribe", "da", "Få besked, når der sker noget"],
    ["/nb/subscribe", "en-GB", "Få beskjed når noe skjer"],
    ["/fr/subscribe?service=beacon", "en-GB", "Être informé de ce qui se passe"],
  ])("%s for %s", async (path, accepted, title) => {
    const answer = await testBrowser(api).get(path, { "Accept-Language": accepted });
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain(title);
    expect(html).not.toContain("page.js");
    expect(answer.headers.get("set-cookie")).toBeNull();
    expect(html.includes('value="beacon" checked')).toBe(path.includes("service=beacon"));
  });

  it("tells whoever subscribed with which code their letters came back, in no language but theirs", async () => {
    const returned = { kind: "undelivered", status: "5.1.1" } as const;
    const suppressed = { suppression: "returned", suppressedAt: now, returned, language: "da" } as const;
    const { id } = await insertSubscription(database(), aSubscription(suppressed));
    const own = await testBrowser(api).get(`/da${pathOfSubscription(api.deps.secretKey, id)}`);
    const html = await own.text();
    expect(html).toContain("Sidste svar: 5.1.1");
    expect(html).not.toContain("came back");
  });

  it("answers the same whether an address is known or not, and asks it once", async () => {
    const first = await signUp("reader@acme.example");
    const { id } = (await all())[0]!;
    const again = await signUp("READER@acme.example ");
    await testBrowser(api).post(`${pathOfSubscription(api.deps.secretKey, id)}/confirmation`);
    const confirmed = await signUp("reader@acme.example");
    const other = await signUp("other@acme.example");
    for (const answer of [first, again, confirmed, other]) {
      expect([answer.status, answer.headers.get("location")]).toEqual([303, "/subscribe/sent?to=email"]);
      expect(await answer.text()).toBe("");
    }
    expect(await messages()).toBe(2);
    expect(await all()).toHaveLength(2);
  });

  it("leads from the letter to a subscription that is confirmed, changed, and ended with one request", async () => {
    const browser = testBrowser(api);
    await browser.post("/da/subscribe", { ...wish, address: "reader@acme.example", language: "da" });
    const [pending] = await all();
    const path = `/da${pathOfSubscription(api.deps.secretKey, pending!.id)}`;
    const page = await browser.get(path);
    const html = await page.text();
    expect(html).toContain("Den er ikke bekræftet endnu");
    expect(html).toContain("r…@acme.example");
    expect(html).not.toContain("reader@");
    expect(html).toContain(`action="${path}/confirmation"`);
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(subscriptionState((await all())[0]!)).toBe("pending");
    expect((await browser.post(`${path}/confirmation`)).headers.get("location")).toBe(path);
    expect(subscriptionState((await all())[0]!)).toBe("active");
    const changed = await browser.post(path, {
      ...wish,
      topics: ["incidents"],
      services: ["lamp"],
      language: "fr",
    });
    expect(changed.headers.get("location")).toBe(`${path}?note=changed`);
    expect((await all())[0]).toMatchObject({
      ...{ topics: ["incidents"], language: "fr" },
      scope: { groups: [], services: ["lamp"] },
    });
    const look = await browser.get(`${path}/end`);
    expect(await look.text()).toContain("<form");
    expect(subscriptionState((await all())[0]!)).toBe("active");
    // As a mail provider does it: RFC 8058, from nowhere, without cookies, following no redirection.
    const oneClick = await api.request(`http://localhost${path}/end`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    expect(oneClick.status).toBe(200);
    expect(await oneClick.text()).toContain("Du er afmeldt");
    expect((await all())[0]).toMatchObject({ address: null, topics: ["incidents"] });
    expect((await browser.get(path)).status).toBe(200);
    expect((await browser.post(path, wish)).status).toBe(409);
  });

  it("to a page that is gone can be ended still, by a button and with one request", async () => {
    const stored = ["sub_aaaaaaaaaaaaaaaa", "sub_bbbbbbbbbbbbbbbb"].map((id) =>
      aSubscription({ id, page: "gone", address: `${id}@acme.example`, way: { kind: "link", id: "L" } }),
    );
    for (const one of stored) {
      await insertSubscription(database(), one);
    }
    const [first, second] = stored.map(
      ({ id }) => `/pages/gone/da${pathOfSubscription(api.deps.secretKey, id)}`,
    );
    const browser = testBrowser(api);
    const shown = await (await browser.get(first!)).text();
    expect(shown).toContain("Du har ikke længere adgang til denne side");
    expect(shown).toContain(`action="${first}/end"`);
    const ended = await browser.post(`${first}/end`);
    expect([ended.status, (await ended.text()).includes("Du er afmeldt")]).toEqual([200, true]);
    const oneClick = await api.request(`http://localhost${second}/end`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });
    expect(oneClick.status).toBe(200);
    expect((await all()).map(subscriptionState)).toEqual(["ended", "ended"]);
    expect((await browser.get("/pages/gone/subscribe")).status).toBe(404);
  });

  it("shows a webhook its secret, asks it again when it is told to, and confirms it by no button", async () => {
    const browser = testBrowser(api);
    const made = await signUp("https://acme.example/hook", { channel: "webhook" });
    const path = made.headers.get("location")!;
    const [hook] = await all();
    expect(path).toBe(pathOfSubscription(api.deps.secretKey, hook!.id));
    expect(await (await browser.get(path)).text()).toContain(hook!.secret);
    expect((await browser.post(`${path}/confirmation`)).status).toBe(409);
    expect((await browser.post(`${path}/challenge`)).status).toBe(409);
    api.clock.now += 60_000;
    expect((await browser.post(`${path}/challenge`)).status).toBe(303);
    expect(await messages()).toBe(2);
    expect(subscriptionState((await all())[0]!)).toBe("pending");
  });

  describe("refuses", () => {
    it.each([
      ["no address", { address: "reader" }, "This is not a mail address"],
      [
        "a webhook without TLS",
        { channel: "webhook", address: "http://a.example" },
        "not an address with https",
      ],
      [
        "another's webhook as one of Slack",
        { channel: "slack", address: "https://a.example" },
        "incoming webhook",
      ],
      ["no topic", { topics: [] }, "Choose at least one"],
      ["a service there is not", { services: ["moon"] }, "no longer there"],
      ["no channel", { channel: "pigeon" }, "Choose how"],
    ])("%s, and loses nothing that was typed", async (_, given, words) => {
      const answer = await signUp("kept@acme.example", given);
      const html = await answer.text();
      expect(answer.status).toBe(422);
      expect(html).toContain(words);
      expect(html).toContain(`value="${(given as { address?: string }).address ?? "kept@acme.example"}"`);
      expect(await all()).toEqual([]);
    });

    it("whoever signs up again and again, and strangers are not mailed by it", async () => {
      const statuses = [];
      for (let i = 0; i < 14; i++) {
        statuses.push((await signUp("stranger@acme.example")).status);
      }
      expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 303));
      expect(statuses.slice(10)).toEqual([429, 429, 429, 429]);
      expect(await messages()).toBe(1);
      expect(mostAsks).toBe(3);
    });

    it("what a page of somebody else's sends", async () => {
      const answer = await testBrowser(api).post(
        "/subscribe",
        { ...wish, address: "reader@acme.example" },
        { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" },
      );
      expect(answer.status).toBe(403);
      expect(await all()).toEqual([]);
    });

    it("a link that was not made here, and forms without end", async () => {
      await signUp("reader@acme.example");
      const { id } = (await all())[0]!;
      for (const link of [id, `${id}.${"A".repeat(32)}`, "sub_x.y", "%00", "a".repeat(500)]) {
        expect((await testBrowser(api).get(`/subscription/${link}`)).status).toBe(404);
        expect((await testBrowser(api).post(`/subscription/${link}/end`)).status).toBe(404);
      }
      expect((await signUp("a".repeat(70_000))).status).toBe(413);
      expect(api.defects).toEqual([]);
    });
  });

  it("offers no mail where none can be sent", async () => {
    api = await testApi(database(), now, { board: over, mailTrouble: "SMTP_URL is not set" });
    const html = await (await testBrowser(api).get("/subscribe")).text();
    expect(html).not.toContain('value="email"');
    expect(html).toContain("No mail can be sent from here");
    expect((await signUp("reader@acme.example")).status).toBe(422);
  });
});
