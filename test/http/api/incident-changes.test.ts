import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { declareIncident } from "../../../src/actions/declare-incident.ts";
import { listAudit } from "../../../src/store/audit.ts";
import { insertDraft } from "../../../src/store/incident-drafts.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { insertServices } from "../../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;
const iso = (at: number) => new Date(at).toISOString();

interface Json {
  reference: string;
  title: string;
  priority: string | null;
  started_at: string;
  resolved_at: string | null;
  updates: { number: number | null; message: string; from: string | null; edited_at: string | null }[];
  impacts: { service: string; impact: string; start: string; end: string | null }[];
  parts: { reference: string }[];
  merged_into: string | null;
  postmortem: { message: string } | null;
  version: number;
}

onPostgres("changes of incidents over the API", (database) => {
  let api: TestApi;
  let reference: string;
  let path: string;
  const declared = async (title: string, at = now) =>
    declareIncident(
      database(),
      {
        ...{ title, state: "investigating", message: "We look.", startedAt: null, resolvedAt: null },
        services: [{ serviceSlug: "beacon", impact: "major_outage" }],
      },
      "Ann",
      at,
    );
  const send = async (method: string, at: string, body: unknown, headers = {}) => {
    const answer = await api.send(method, at, body, headers);
    return { status: answer.status, etag: answer.headers.get("ETag"), json: (await answer.json()) as Json };
  };
  const read = async (at: string) => (await (await api.request(at)).json()) as Json;

  beforeAll(async () => {
    await insertServices(database(), ["beacon", "lamp"]);
    api = await testApi(database(), now + 60 * minute);
  });
  beforeEach(async () => {
    ({ reference } = await declared("Sign-in fails"));
    path = `/api/v1/incidents/${reference}`;
    await api.deps.changed();
  });

  it("correct title, priority and beginning, and are read at once", async () => {
    const { status, json, etag } = await send("PATCH", path, {
      title: "Nobody can sign in",
      priority: "p1",
      started_at: iso(now - 30 * minute),
    });
    expect([status, etag]).toEqual([200, '"2"']);
    expect(json).toMatchObject({ title: "Nobody can sign in", priority: "p1", version: 2 });
    expect(json.impacts).toEqual([
      { service: "beacon", impact: "major_outage", start: iso(now - 30 * minute), end: null },
    ]);
    expect(await read(path)).toEqual(json);
    const steps = await listAudit(database(), reference);
    expect(steps.map(({ event }) => event)).toEqual(["declared", "edited"]);
    expect(steps[1]!.content).toContain("Nobody can sign in");
  });

  it("say how badly a service was hit from when to when", async () => {
    const impacts = `${path}/impacts`;
    const { json } = await send("POST", impacts, {
      ...{ service: "beacon", impact: "degraded_performance" },
      ...{ start: iso(now + 10 * minute), end: iso(now + 20 * minute) },
    });
    expect(json.impacts.map(({ impact, start, end }) => [impact, start, end])).toEqual([
      ["major_outage", iso(now), iso(now + 10 * minute)],
      ["degraded_performance", iso(now + 10 * minute), iso(now + 20 * minute)],
      ["major_outage", iso(now + 20 * minute), null],
    ]);
    const none = await send("POST", impacts, { service: "beacon", impact: null, start: iso(now) });
    expect(none.json.impacts).toEqual([]);
    const unknown = await send("POST", impacts, { service: "horn", impact: "major_outage", start: iso(now) });
    expect([unknown.status, unknown.json]).toEqual([
      422,
      expect.objectContaining({ code: "unknown_service" }),
    ]);
  });

  it("are refused to whoever looked at an older version, and nothing is overwritten", async () => {
    const stale = { "If-Match": '"1"' };
    expect((await send("PATCH", path, { title: "First" }, stale)).status).toBe(200);
    for (const [method, at, body] of [
      ["PATCH", path, { title: "Second" }],
      ["POST", `${path}/updates`, { message: "Late." }],
      ["POST", `${path}/impacts`, { service: "beacon", impact: null, start: iso(now) }],
      ["PUT", `${path}/postmortem`, { message: "Late." }],
    ] as const) {
      const refused = await api.send(method, at, body, stale);
      expect([method, at, refused.status]).toEqual([method, at, 412]);
      expect(refused.headers.get("Content-Type")).toBe("application/problem+json");
      expect(await refused.json()).toMatchObject({ code: "version_changed" });
    }
    expect(await read(path)).toMatchObject({ title: "First", version: 2 });
    expect((await send("PATCH", path, { title: "Second" }, { "If-Match": '"2"' })).json.title).toBe("Second");
    expect((await send("PATCH", path, { title: "x" }, { "If-Match": "3" })).status).toBe(422);
  });

  it("of two at once for the same version let one through", async () => {
    const answers = await Promise.all(
      ["One", "Two", "Three"].map((title) => api.send("PATCH", path, { title }, { "If-Match": '"1"' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  it("correct and translate the words of an update", async () => {
    const { json } = await send("PATCH", `${path}/updates/1`, { message: "We are looking." });
    expect(json.updates).toMatchObject([
      { number: 1, message: "We are looking.", edited_at: iso(now + 60 * minute) },
    ]);
    const wrong = await send("PATCH", `${path}/updates/1`, { translations: { da: "Vi kigger." } });
    expect([wrong.status, wrong.json]).toEqual([
      422,
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: "/translations/da" })] }),
    ]);
    expect((await send("PATCH", `${path}/updates/2`, { message: "x" })).status).toBe(404);
  });

  it("make one part of another: its updates are told there, and whatever became part of it before", async () => {
    const [middle, inner] = [await declared("Search fails"), await declared("Mail fails", now + minute)];
    const merger = (one: string) => `/api/v1/incidents/${one}/merger`;
    expect((await send("POST", merger(inner.reference), { into: middle.reference })).status).toBe(200);
    const { json } = await send("POST", merger(middle.reference), { into: reference });
    expect(json.parts.map((part) => part.reference)).toEqual([middle.reference, inner.reference]);
    expect(json.updates.map(({ from, number }) => [from, number])).toEqual([
      [null, 1],
      [middle.reference, null],
      [inner.reference, null],
    ]);
    expect(await read(path)).toEqual(json);
    expect((await read(`/api/v1/incidents/${inner.reference}`)).merged_into).toBe(reference);
    const list = (await (await api.request("/api/v1/incidents?limit=200")).json()) as { incidents: Json[] };
    const listed = list.incidents.map((one) => one.reference);
    expect(listed).toContain(reference);
    expect(listed).not.toContain(middle.reference);
    const late = await send("POST", `/api/v1/incidents/${middle.reference}/updates`, { message: "More." });
    expect([late.status, late.json]).toEqual([409, expect.objectContaining({ code: "incident_merged" })]);
    expect((await send("POST", merger(reference), { into: reference })).status).toBe(409);
    expect((await send("POST", merger(reference), { into: "INC-1999-0001" })).status).toBe(404);
    const more = await send("POST", `${path}/updates`, { message: "Found.", state: "resolved" });
    expect(more.json.updates.at(-1)).toMatchObject({ message: "Found.", number: 2 });
  });

  describe("keep a postmortem", () => {
    it("that only who may write reads until it is published", async () => {
      const at = `${path}/postmortem`;
      expect((await api.request(at)).status).toBe(401);
      expect((await send("PUT", at, { message: "A switch failed." })).json.postmortem).toBe(null);
      const draft = await send("GET", at, undefined);
      expect(draft.json).toMatchObject({ postmortem: { message: "A switch failed.", published_at: null } });
      expect((await send("PUT", at, { message: "It failed.", publish: true })).status).toBe(409);
      await send("POST", `${path}/updates`, { message: "Over.", state: "resolved" });
      const published = await send("PUT", at, { message: "It failed.", publish: true });
      expect(published.json.postmortem).toMatchObject({ message: "It failed." });
      expect((await read(path)).postmortem).toMatchObject({ message: "It failed." });
      expect((await send("DELETE", `${at}/publication`, undefined)).json.postmortem).toBe(null);
      expect((await send("DELETE", `${at}/publication`, undefined)).status).toBe(409);
    });
  });

  it("begin from drafts that outages leave, each once", async () => {
    const insert = () =>
      database().transaction((tx) => insertDraft(tx, [{ serviceSlug: "lamp", since: now - minute }], now));
    const drafts = "/api/v1/incident-drafts";
    const [first, second] = [await insert(), await insert()];
    expect((await api.request(drafts)).status).toBe(401);
    const { json } = await send("GET", drafts, undefined);
    expect(json).toEqual({
      drafts: [first, second].map((id) => ({
        ...{ id, drafted_at: iso(now), over_at: null },
        services: [{ service: "lamp", start: iso(now - minute), end: null }],
      })),
    });
    const body = { title: "Lamp is down", message: "We look.", draft: first };
    expect((await send("POST", "/api/v1/incidents", body)).status).toBe(201);
    const again = await send("POST", "/api/v1/incidents", body);
    expect([again.status, again.json]).toEqual([409, expect.objectContaining({ code: "draft_settled" })]);
    const dismissal = () => api.send("POST", `${drafts}/${second}/dismissal`, {});
    expect([(await dismissal()).status, (await dismissal()).status]).toEqual([204, 409]);
    expect((await api.send("POST", `${drafts}/99999/dismissal`, {})).status).toBe(404);
    expect((await send("GET", drafts, undefined)).json).toEqual({ drafts: [] });
  });

  it("resolve with an end that lies in the past", async () => {
    const { json } = await send("POST", `${path}/updates`, {
      ...{ message: "It works again.", state: "resolved", resolved_at: iso(now + 20 * minute) },
    });
    expect(json.resolved_at).toBe(iso(now + 20 * minute));
    expect(json.impacts[0]!.end).toBe(iso(now + 20 * minute));
  });
});
