import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { topicOf } from "../../../src/domain/status/announcement.ts";
import {
  askAgainAfterMs,
  changeSubscription,
  confirmSubscription,
  endSubscription,
  hears,
  maskedAddress,
  mayAsk,
  mostAsks,
  refuseUnfit,
  refuseUnfitChoice,
  subscriptionState,
  tidyAddress,
} from "../../../src/domain/status/subscription.ts";
import { noteDelivery } from "../../../src/domain/status/suppression.ts";
import { anAnnouncement, aSubscription, subscribedAt } from "../../support/subscriptions.ts";

const groupOf = (slug: string) => ({ beacon: "lights", lamp: "lights" })[slug];
const offer = { languages: ["en", "da"], groups: ["lights"], services: ["beacon", "lamp", "mail"] };

const anyTime = fc.option(fc.integer({ min: subscribedAt - 10, max: subscribedAt + 10 }), { nil: null });
const anySubscription = fc
  .record({
    confirmedAt: anyTime,
    suppressedAt: anyTime,
    endedAt: anyTime,
    scope: fc.constantFrom(null, { groups: ["lights"], services: [] }, { groups: [], services: ["mail"] }),
    topics: fc.subarray(["incidents", "maintenance"] as const).map((some) => [...some]),
  })
  .map(aSubscription);
const anyAnnouncement = fc
  .record({
    at: fc.integer({ min: subscribedAt - 10, max: subscribedAt + 10 }),
    subject: fc.constantFrom("incident", "postmortem", "maintenance"),
    serviceSlugs: fc.subarray(["beacon", "lamp", "mail", "alone"]),
  })
  .map(anAnnouncement);

describe("whoever hears", () => {
  it("has confirmed before it was said, has not ended it, and is not suppressed", () => {
    fc.assert(
      fc.property(anySubscription, anyAnnouncement, (subscription, announcement) => {
        if (hears(subscription, announcement, groupOf)) {
          const { confirmedAt, suppressedAt, endedAt } = subscription;
          expect(confirmedAt).not.toBeNull();
          expect(confirmedAt!).toBeLessThanOrEqual(announcement.at);
          expect([suppressedAt, endedAt]).toEqual([null, null]);
          expect(subscription.topics).toContain(topicOf(announcement));
        }
      }),
    );
  });

  it("hears nothing more once it is over, whatever is done to it then", () => {
    fc.assert(
      fc.property(anySubscription, anyAnnouncement, (subscription, announcement) => {
        const over = noteDelivery(endSubscription(subscription, announcement.at), null, announcement.at);
        expect(hears(over, announcement, groupOf)).toBe(false);
        expect(() => confirmSubscription(over, announcement.at)).toThrow("over");
        expect(() => changeSubscription(over, subscription)).toThrow("over");
      }),
    );
  });

  it.each([
    ["the whole page", null, ["beacon"], true],
    ["the whole page, of what concerns no service", null, [], true],
    ["its service", { groups: [], services: ["mail"] }, ["beacon", "mail"], true],
    ["another service", { groups: [], services: ["mail"] }, ["beacon"], false],
    ["the group of a service", { groups: ["lights"], services: [] }, ["lamp"], true],
    ["a group that it is not in", { groups: ["lights"], services: [] }, ["mail"], false],
    ["a service, of what concerns none", { groups: [], services: ["mail"] }, [], false],
  ])("%s", (_, scope, serviceSlugs, expected) => {
    expect(hears(aSubscription({ scope }), anAnnouncement({ serviceSlugs }), groupOf)).toBe(expected);
  });

  it("hears of what it asked for alone", () => {
    const planned = anAnnouncement({ subject: "maintenance" });
    expect(hears(aSubscription({ topics: ["incidents"] }), planned, groupOf)).toBe(false);
    expect(hears(aSubscription({ topics: ["maintenance"] }), planned, groupOf)).toBe(true);
  });
});

describe("a subscription", () => {
  it.each([
    ["pending", { confirmedAt: null }],
    ["active", {}],
    ["suppressed", { suppressedAt: subscribedAt }],
    ["ended", { endedAt: subscribedAt }],
    ["ended", { endedAt: subscribedAt, confirmedAt: null }],
  ] as const)("is %s", (state, given) => {
    expect(subscriptionState(aSubscription(given))).toBe(state);
  });

  it("forgets its address, its secret and its consent when it ends, and keeps what it was", () => {
    const hook = aSubscription({ channel: "webhook", secret: "whsec_x", consent: "By contract" });
    const over = endSubscription(hook, subscribedAt + 1);
    expect(over).toMatchObject({ address: null, secret: null, consent: null, endedAt: subscribedAt + 1 });
    expect(over.id).toBe(hook.id);
    expect(endSubscription(over, subscribedAt + 2)).toBe(over);
  });

  it.each([
    ["never asked", { askedAt: null, asks: 0 }, 0, true],
    ["asked just now", { asks: 1 }, askAgainAfterMs - 1, false],
    ["asked an hour ago", { asks: 1 }, askAgainAfterMs, true],
    ["asked often enough", { asks: mostAsks }, askAgainAfterMs * 10, false],
  ])("%s", (_, given, laterMs, expected) => {
    expect(mayAsk(aSubscription(given), subscribedAt + laterMs)).toBe(expected);
  });
});

it.each([
  ["email", "reader@acme.example", "r…@acme.example"],
  ["webhook", "https://acme.example/hook?key=secret", "acme.example/…"],
  ["slack", "https://hooks.slack.com/services/T/B/secret", "hooks.slack.com/…"],
  ["email", null, ""],
] as const)("an address is shown to others as %s %s: %s", (channel, address, shown) => {
  expect(maskedAddress({ channel, address })).toBe(shown);
});

describe("what may be subscribed", () => {
  const choice = { scope: null, topics: ["incidents" as const], pace: "at_once" as const, language: "en" };
  const refusal = (channel: "email" | "webhook" | "slack", address: string) => () =>
    refuseUnfit({ ...choice, channel, address: tidyAddress(channel, address) }, offer);

  it.each([
    ["email", " Reader@Acme.example "],
    ["email", "o'neil+status@mail.acme.example"],
    ["webhook", "https://acme.example/hook?team=1"],
    ["slack", "https://hooks.slack.com/services/T000/B000/xyz"],
  ] as const)("%s %s", (channel, address) => {
    expect(refusal(channel, address)).not.toThrow();
  });

  it.each([
    ["email", "reader"],
    ["email", "reader@acme"],
    ["email", "a@b.example,c@d.example"],
    ["email", "reader@acme.example\nBcc: all@acme.example"],
    ["email", "Reader <reader@acme.example>"],
    ["email", `${"a".repeat(65)}@acme.example`],
    ["webhook", "http://acme.example/hook"],
    ["webhook", "ftp://acme.example"],
    ["webhook", "https://user:secret@acme.example/"],
    ["webhook", "acme"],
    ["slack", "https://acme.example/services/T/B/x"],
    ["slack", "https://hooks.slack.com.acme.example/services/T/B/x"],
  ] as const)("not %s %j", (channel, address) => {
    expect(refusal(channel, address)).toThrow("cannot be subscribed");
  });

  it("an address is one, however it is written", () => {
    expect(tidyAddress("email", " Reader@ACME.example")).toBe("reader@acme.example");
    expect(tidyAddress("webhook", "HTTPS://Acme.example")).toBe("https://acme.example/");
  });

  it.each([
    ["no topic", { topics: [] }],
    ["a topic twice", { topics: ["incidents", "incidents"] }],
    ["a language the page has not", { language: "tlh" }],
    ["no service at all", { scope: { groups: [], services: [] } }],
    ["a service there is not", { scope: { groups: [], services: ["moon"] } }],
    ["a group there is not", { scope: { groups: ["moon"], services: [] } }],
  ] as const)("not %s", (_, given) => {
    const wanted = { ...choice, ...(given as object) };
    expect(() => refuseUnfitChoice(wanted, offer)).toThrow("cannot be subscribed");
  });
});
