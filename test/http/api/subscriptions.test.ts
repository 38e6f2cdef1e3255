import { beforeEach, expect, it } from "vitest";
import { sql } from "drizzle-orm";
import { insertSubscription, listSubscriptions } from "../../../src/store/subscriptions.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { consoleBrowser } from "../../support/rooms.ts";
import { aSubscription } from "../../support/subscriptions.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const wish = { address: "Reader@acme.example", consent: "By contract of 1 June" };

onPostgres("subscriptions of others", (database) => {
  let api: TestApi;
  beforeEach(async () => {
    await database().execute(sql`truncate subscriptions, subscription_messages cascade`);
    api = await testApi(database(), now);
  });
  const enter = (body: object, headers = {}) => api.send("POST", "/api/v1/subscriptions", body, headers);
  const list = async (query = "") =>
    (
      (await (await api.send("GET", `/api/v1/subscriptions${query}`, undefined)).json()) as {
        subscriptions: { id: string; address: string | null; state: string }[];
      }
    ).subscriptions;

  it("are entered confirmed with the note of how they agreed, once, and never without", async () => {
    const entered = await enter(wish, { "Idempotency-Key": "one" });
    expect(entered.status).toBe(201);
    expect(await entered.json()).toMatchObject({
      ...{ channel: "email", address: "reader@acme.example", state: "active", secret: null },
      consent: wish.consent,
    });
    expect((await enter(wish, { "Idempotency-Key": "one" })).status).toBe(201);
    expect((await enter(wish)).status).toBe(409);
    expect((await enter({ ...wish, address: "b@acme.example", consent: " " })).status).toBe(422);
    expect((await enter({ address: "b@acme.example" })).status).toBe(422);
    expect(await list()).toHaveLength(1);
  });

  it("of webhooks answer for themselves whoever enters them", async () => {
    const entered = await enter({ ...wish, channel: "webhook", address: "https://acme.example/hook" });
    expect(await entered.json()).toMatchObject({
      state: "pending",
      secret: expect.stringMatching(/^whsec_/) as string,
    });
  });

  it("are found by address and state, and ended with their address forgotten", async () => {
    await enter(wish);
    await enter({ ...wish, address: "other@beta.example" });
    const { id } = (await list("?address=acme&state=active"))[0]!;
    const ended = await api.send("DELETE", `/api/v1/subscriptions/${id}`, undefined);
    expect(await ended.json()).toMatchObject({ id, address: null, state: "ended" });
    expect(await list("?address=reader")).toEqual([]);
    expect((await api.send("DELETE", "/api/v1/subscriptions/sub_none", undefined)).status).toBe(404);
  });

  it("that are told no more say why, and are told again by whoever may see people", async () => {
    const suppressed = {
      suppressedAt: now,
      suppression: "complained" as const,
    };
    await insertSubscription(database(), aSubscription(suppressed));
    expect(await list("?state=suppressed")).toMatchObject([{ suppression: "complained" }]);
    const admin = await consoleBrowser(api, "another admin's token");
    expect(await (await admin.get("/console/subscribers?state=suppressed")).text()).toContain(
      "Its reader complained of a letter.",
    );
    const { id } = (await list())[0]!;
    const again = await api.send("POST", `/api/v1/subscriptions/${id}/resumption`, undefined);
    expect(await again.json()).toMatchObject({ state: "active", suppression: null, failure: null });
    await database().execute(sql`update subscriptions set suppressed_at = ${now}, suppression = 'returned'`);
    expect((await admin.post(`/console/subscribers/${id}/resumption`)).status).toBe(422);
    expect((await admin.post(`/console/subscribers/${id}/resumption`, { confirmed: "yes" })).status).toBe(
      303,
    );
    expect(await list("?state=active")).toHaveLength(1);
    expect(await (await admin.get("/console/audit")).text()).toContain("told again");
  });

  it("to which a letter came back say so: to machines in English, in the console in its own words", async () => {
    const returned = { kind: "undelivered", status: "4.2.2" } as const;
    await insertSubscription(database(), aSubscription({ returned }));
    expect(await list()).toMatchObject([{ state: "active", failure: "it came back (4.2.2)" }]);
    const admin = await consoleBrowser(api, "a Danish admin's token");
    const seen = await admin.get("/console/subscribers", { "Accept-Language": "da" });
    expect(await seen.text()).toContain("Den kunne ikke leveres (4.2.2).");
  });

  it("stand in the console with their addresses for those who may see people alone", async () => {
    await insertSubscription(database(), aSubscription());
    const { browser: viewer } = await comeIn(api, "Vera", "viewer");
    const seen = await (await viewer.get("/console/subscribers?q=reader")).text();
    expect(seen).toContain("r…@acme.example");
    expect(seen).not.toContain("reader@acme.example");
    const admin = await consoleBrowser(api, "an admin's token");
    expect(await (await admin.get("/console/subscribers?q=reader")).text()).toContain("reader@acme.example");
    expect(await (await admin.get("/console/subscribers?q=nobody")).text()).not.toContain("acme.example");
    const { id } = (await listSubscriptions(database(), {}, 1))[0]!;
    expect((await viewer.post(`/console/subscribers/${id}/removal`)).status).toBe(403);
    expect((await admin.post(`/console/subscribers/${id}/removal`)).status).toBe(422);
    expect((await admin.post(`/console/subscribers/${id}/removal`, { confirmed: "yes" })).status).toBe(303);
    expect(await listSubscriptions(database(), {}, 1)).toMatchObject([{ address: null }]);
    expect(api.defects).toEqual([]);
  });
});
