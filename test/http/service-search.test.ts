/** The forms that customers and readers fill in, on a platform with more services than a form can hold. */
import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { makeAccessLink, pathOfAccessLink } from "../../src/actions/access-link.ts";
import { listRequests } from "../../src/store/requests.ts";
import { listSubscriptions } from "../../src/store/subscriptions.ts";
import { boardAt, measuredService, type TestApi, testApi } from "../support/api.ts";
import { type TestBrowser, testBrowser } from "../support/browsers.ts";
import { onPostgres } from "../support/databases.ts";
import { agreeOnSupport } from "../support/requests.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const slugs = Array.from({ length: 60 }, (_, i) => `beacon-${i}`);

onPostgres("a search for services on the public page and in the portal", (database) => {
  let api: TestApi;
  let acme: TestBrowser;
  const wide = {
    ...boardAt(now),
    groups: [
      { slug: "harbour", title: "Harbour", description: "" },
      { slug: "cellar", title: "Cellar", description: "", isPrivate: true },
    ],
    services: [
      ...slugs.map((slug, i) =>
        measuredService(slug, now, { title: `Beacon ${i}`, groupSlug: i === 59 ? "harbour" : null }),
      ),
      measuredService("vault", now, { title: "Beacon of Acme", isPrivate: true, reading: "down" }),
      measuredService("crypt", now, { title: "Beacon below", groupSlug: "cellar" }),
      measuredService("lamp", now, { title: "Lamp" }),
    ],
  };
  beforeEach(async () => {
    await database().execute(
      sql`truncate requests, reporters, mailings, contracts, customers, services, tokens, people, subscriptions, subscription_messages, idempotency_keys restart identity cascade`,
    );
    api = await testApi(database(), now, { board: () => wide });
    await insertServices(database(), [...slugs, "vault", "crypt", "lamp"]);
    await agreeOnSupport(api);
    const link = await makeAccessLink(database(), { customer: "acme" }, "ops", now);
    acme = testBrowser(api);
    await acme.get(pathOfAccessLink(api.deps.secretKey, link));
  });
  const stored = async () => [
    ...(await listRequests(database(), {}, { before: null, limit: 9 })),
    ...(await listSubscriptions(database(), {}, 9)),
  ];

  const forms = [
    [
      "/subscribe",
      "services",
      { channel: "email", topics: "incidents", address: "ida@acme.example" },
      "ida@acme.example",
    ],
    ["/report", "service", { subject: "No light", message: "Since noon." }, "No light"],
  ] as const;

  it.each(forms)(
    "%s finds what it does not offer at once, keeps what was typed, and sends nothing",
    async (path, name, typed, kept) => {
      const reader = testBrowser(api);
      const first = await (await reader.get(path)).text();
      expect([first.includes('value="beacon-7"'), first.includes('value="beacon-42"')]).toEqual([
        true,
        false,
      ]);
      for (const step of ["search", "enter"]) {
        const asked = { ...typed, [name]: "beacon-7", q: "beacon 42", q_was: "", step };
        const answer = await reader.post(path, asked);
        const found = await answer.text();
        expect([answer.status, found.includes(`value="${kept}"`)]).toEqual([200, true]);
        expect(found).toMatch(/value="beacon-7" checked/);
        expect(found).toMatch(/value="beacon-42">/);
      }
      expect(await stored()).toEqual([]);
      const sent = {
        ...typed,
        [name]: "beacon-42",
        q: "beacon 42",
        q_was: "beacon 42",
        step: "enter",
        once: "1",
        pace: "at_once",
        language: "en",
      };
      expect((await reader.post(path, sent)).status).toBe(303);
      expect(await stored()).toHaveLength(1);
    },
  );

  it.each(forms)(
    "%s names no private service, whatever is looked for or chosen",
    async (path, name, typed) => {
      const reader = testBrowser(api);
      for (const q of ["", "acme", "below", "cellar", "vault", "beacon"]) {
        const found = await (
          await reader.post(path, { ...typed, [name]: "vault", q, step: "search" })
        ).text();
        expect([
          q,
          /Beacon of|Beacon below|>Cellar|name="(?:services?|groups)" value="(?:vault|crypt|cellar)"/.exec(
            found,
          ),
        ]).toEqual([q, null]);
      }
      const refused = await reader.post(path, {
        ...typed,
        [name]: "vault",
        once: "2",
        pace: "at_once",
        language: "en",
      });
      expect([refused.status, await stored()]).toEqual([422, []]);
    },
  );

  it("/subscribe finds groups by the same words", async () => {
    const found = await (await testBrowser(api).post("/subscribe", { q: "harb", step: "search" })).text();
    expect(found).toContain("All of Harbour");
    expect(found).toContain("Beacon 59");
    expect(found).not.toContain("Beacon 58");
  });

  it("the portal offers what the customer's contracts cover, and takes nothing else", async () => {
    const typed = { subject: "No light", message: "Since noon.", once: "3" };
    const page = await (await acme.get("/portal/requests")).text();
    expect(page).toContain('value="beacon-7"');
    const found = await (
      await acme.post("/portal/requests", { ...typed, q: "beacon 42", step: "search" })
    ).text();
    expect(found).toMatch(/value="beacon-42">/);
    expect(found).toContain('value="No light"');
    expect(await stored()).toEqual([]);
    expect((await acme.post("/portal/requests", { ...typed, service: "nowhere" })).status).toBe(422);
    expect((await acme.post("/portal/requests", { ...typed, service: "beacon-42" })).status).toBe(303);
    expect(await stored()).toMatchObject([{ service: "beacon-42" }]);
  });
});
