import { beforeAll, describe, expect, it } from "vitest";
import { onPostgres } from "../../support/databases.ts";
import { insertServices } from "../../support/services.ts";
import { type TestApi, testApi } from "../../support/api.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;

interface IncidentJson {
  reference: string;
  state: string;
  title: string;
  started_at: string;
  declared_at: string;
  resolved_at: string | null;
  updates: { message: string; at: string }[];
  impacts: { service: string; impact: string; start: string; end: string | null }[];
}

onPostgres("incidents over the API", (database) => {
  let api: TestApi;
  beforeAll(async () => {
    await insertServices(database(), ["beacon", "lamp"]);
    api = await testApi(database(), now);
  });

  it("are declared, updated, resolved and opened again, and everybody reads them at once", async () => {
    const declared = await api.send("POST", "/api/v1/incidents", {
      title: "Sign-in fails",
      message: "We look.",
      services: [{ service: "beacon", impact: "partial_outage" }],
      started_at: "2026-06-01T11:30:00+02:00",
    });
    expect(declared.status).toBe(201);
    expect(declared.headers.get("Location")).toBe("/api/v1/incidents/INC-2026-0001");
    const incident = (await declared.json()) as IncidentJson;
    expect(incident).toEqual({
      reference: "INC-2026-0001",
      title: "Sign-in fails",
      language: "en",
      titles: {},
      state: "investigating",
      priority: null,
      started_at: "2026-06-01T09:30:00.000Z",
      declared_at: "2026-06-01T10:00:00.000Z",
      resolved_at: null,
      updates: [
        {
          ...{ number: 1, state: "investigating", message: "We look.", at: "2026-06-01T10:00:00.000Z" },
          ...{ language: "en", translations: {}, edited_at: null, next_update_at: null, from: null },
        },
      ],
      impacts: [
        { service: "beacon", impact: "partial_outage", start: "2026-06-01T09:30:00.000Z", end: null },
      ],
      ...{ parts: [], merged_into: null, postmortem: null, version: 1 },
    });
    expect(await (await api.request("/api/v1/incidents/INC-2026-0001")).json()).toEqual(incident);
    const open = await api.request("/api/v1/incidents?state=open");
    expect(await open.json()).toEqual({ incidents: [incident], next: null });
    expect(((await (await api.request("/api/v1/services/beacon")).json()) as { state: string }).state).toBe(
      "partial_outage",
    );

    api.clock.now = now + minute;
    const updates = "/api/v1/incidents/INC-2026-0001/updates";
    const past = { message: "Soon.", next_update_at: "2026-06-01T10:01:00Z" };
    expect(await (await api.send("POST", updates, past)).json()).toMatchObject({
      ...{ code: "invalid_incident_update", errors: [{ pointer: "/next_update_at" }] },
    });
    const resolved = await api.send("POST", updates, { state: "resolved", message: "It works again." });
    expect(((await resolved.json()) as IncidentJson).resolved_at).toBe("2026-06-01T10:01:00.000Z");

    const silent = await api.send("POST", updates, { message: "By the way." });
    expect(silent.status).toBe(409);
    expect(await silent.json()).toMatchObject({
      code: "incident_resolved",
      errors: [{ pointer: "/reopen" }],
    });
    api.clock.now = now + 2 * minute;
    const again = await api.send("POST", updates, { message: "It is back.", reopen: true });
    expect(await again.json()).toMatchObject({ state: "investigating", resolved_at: null });
    api.clock.now = now + 3 * minute;
    await api.send("POST", updates, { message: "Done.", state: "resolved" });
  });

  it("the same key does the work once and is answered alike", async () => {
    const body = { title: "Slow search", message: "We look." };
    const key = { "Idempotency-Key": "a-key" };
    const answers = await Promise.all([1, 2, 3].map(() => api.send("POST", "/api/v1/incidents", body, key)));
    const texts = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(texts.size).toBe(1);
    expect(answers.filter((answer) => answer.headers.has("Idempotency-Replayed"))).toHaveLength(2);

    const other = await api.send("POST", "/api/v1/incidents", { ...body, title: "Another" }, key);
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: "idempotency_key_reused" });
  });

  it("a key of a refused request may be used again", async () => {
    const key = { "Idempotency-Key": "mended" };
    expect((await api.send("POST", "/api/v1/incidents", { title: "", message: "m" }, key)).status).toBe(422);
    expect((await api.send("POST", "/api/v1/incidents", { title: "t", message: "m" }, key)).status).toBe(201);
  });

  it("are listed by month of the platform's zone and a page at a time", async () => {
    // Half past midnight in Copenhagen on the first of May is still April in UTC.
    await api.send("POST", "/api/v1/incidents", {
      title: "May night",
      message: "Over.",
      state: "resolved",
      started_at: "2026-04-30T22:30:00Z",
      resolved_at: "2026-04-30T22:40:00Z",
    });
    const titles = async (path: string) =>
      ((await (await api.request(path)).json()) as { incidents: IncidentJson[] }).incidents.map(
        ({ title }) => title,
      );
    expect(await titles("/api/v1/incidents?month=2026-05")).toEqual(["May night"]);
    expect(await titles("/api/v1/incidents?month=2026-04")).toEqual([]);
    expect(await titles("/api/v1/incidents?state=resolved")).toEqual(["Sign-in fails", "May night"]);

    const seen = [];
    let before = "";
    do {
      const page = (await (await api.request(`/api/v1/incidents?limit=1${before}`)).json()) as {
        incidents: IncidentJson[];
        next: string | null;
      };
      seen.push(...page.incidents.map(({ title }) => title));
      before = page.next === null ? "" : `&before=${page.next}`;
    } while (before !== "" && seen.length < 20);
    expect(seen).toEqual(await titles("/api/v1/incidents"));
    expect(seen).toHaveLength(4);
  });

  describe("refuse", () => {
    it.each([
      ["words that are missing", {}, ["/title", "/message"]],
      ["words that are empty", { title: " ", message: "" }, ["/title", "/message"]],
      ["what is not known here", { title: "t", message: "m", severity: 1 }, ["/severity"]],
      ["a wrong word", { title: "t", message: "m", state: "over" }, ["/state"]],
      [
        "a wrong place inside",
        { title: "t", message: "m", services: [{ service: "beacon", impact: "bad" }] },
        ["/services/0/impact"],
      ],
      [
        "services that do not exist",
        { title: "t", message: "m", services: [{ service: "bacon", impact: "operational" }] },
        ["/services/0/service"],
      ],
      [
        "a service with a zero byte",
        { title: "t", message: "m", services: [{ service: "bea\u0000con", impact: "operational" }] },
        ["/services/0/service"],
      ],
      [
        "a day that does not exist",
        { title: "t", message: "m", started_at: "2026-02-30T00:00:00Z" },
        ["/started_at"],
      ],
      [
        "a time without offset",
        { title: "t", message: "m", started_at: "2026-02-20T00:00:00" },
        ["/started_at"],
      ],
    ])("%s, by its place", async (_, body, pointers) => {
      const answer = await api.send("POST", "/api/v1/incidents", body);
      expect(answer.status).toBe(422);
      expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
      const problem = (await answer.json()) as { errors: { pointer: string }[] };
      expect(problem.errors.map(({ pointer }) => pointer)).toEqual(pointers);
    });

    it.each(["/api/v1/incidents/INC%00", "/api/v1/incidents?before=%00", "/api/v1/incidents/%E0%A4%A"])(
      "what is no reference: %s",
      async (path) => {
        expect((await api.request(path)).status).toBe(422);
        expect(api.defects).toEqual([]);
      },
    );

    it("an incident that does not exist", async () => {
      expect((await api.request("/api/v1/incidents/INC-1999-0001")).status).toBe(404);
      const answer = await api.send("POST", "/api/v1/incidents/INC-1999-0001/updates", { message: "m" });
      expect(await answer.json()).toMatchObject({ code: "incident_not_found", status: 404 });
    });
  });
});
