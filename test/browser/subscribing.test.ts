/** Subscribing in a real browser: on a phone, in both themes, without scripts, from the form to the end of it, and looked at by axe. */
import { expect, it } from "vitest";
import { pathOfSubscription } from "../../src/actions/subscription-link.ts";
import { subscriptionState } from "../../src/domain/status/subscription.ts";
import { insertSubscription, listSubscriptions } from "../../src/store/subscriptions.ts";
import { boardAt, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { house } from "../support/house.ts";
import { aSubscription } from "../support/subscriptions.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

const home = house((db) => {
  const board = boardAt(now);
  const languages = ["en", "da", "nb", "fr"];
  return testApi(db, now, {
    board: () => ({ ...board, settings: { ...board.settings, languages } }),
  });
});

it("every page passes axe in light and in dark, and fits 320 px", async () => {
  const linkOf = async (letter: string, over: object) => {
    const id = `sub_${letter.repeat(16)}`;
    await insertSubscription(home.db, aSubscription({ id, address: `${letter}@acme.example`, ...over }));
    return pathOfSubscription(home.api.deps.secretKey, id);
  };
  const active = await linkOf("a", { scope: { groups: [], services: ["beacon"] } });
  const hook = { channel: "webhook", address: "https://acme.example/", secret: `whsec_${"A".repeat(32)}` };
  const paths = [
    "/subscribe?service=beacon",
    "/fr/subscribe/sent?to=email",
    active,
    `/da${active}/end`,
    await linkOf("b", { confirmedAt: null }),
    await linkOf("c", { confirmedAt: null, ...hook, failure: "the receiver answered 500" }),
    await linkOf("d", { suppressedAt: now }),
    await linkOf("e", { endedAt: now, address: null }),
  ];
  const page = await home.enter({ bypassCSP: true });
  for (const path of paths) {
    const answer = await page.goto(home.url + path, { waitUntil: "load" });
    expect([path, answer?.status(), await findingsInEveryLook(page)]).toEqual([path, 200, []]);
  }
}, 120_000);

it("leads from the form over the letter's link to the end of it, without scripts and cookies", async () => {
  const page = await home.enter({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
  await page.goto(`${home.url}/da/subscribe`);
  await page.fill("#address", "reader@acme.example");
  await page.uncheck('input[value="maintenance"]');
  await page.click(".subscribe form button:visible");
  expect(new URL(page.url()).pathname).toBe("/da/subscribe/sent");
  const found = async () =>
    (await listSubscriptions(home.db, { search: "reader@" }, 1)).at(0) ??
    (await listSubscriptions(home.db, {}, 1))[0]!;
  const { id } = await found();
  expect(await found()).toMatchObject({ topics: ["incidents"], language: "da", confirmedAt: null });
  await page.goto(`${home.url}/da${pathOfSubscription(home.api.deps.secretKey, id)}`);
  expect(subscriptionState(await found())).toBe("pending");
  await page.click('form[action$="/confirmation"] button');
  expect(subscriptionState(await found())).toBe("active");
  await page.click('form[action$="/end"] button');
  expect(await page.locator("h1").innerText()).toBe("Du er afmeldt");
  expect(await listSubscriptions(home.db, { search: "reader@" }, 1)).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);
}, 60_000);
