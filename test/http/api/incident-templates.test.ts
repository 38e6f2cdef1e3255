import { beforeAll, expect, it } from "vitest";
import { listAudit } from "../../../src/store/audit.ts";
import { putSettings } from "../../../src/store/platforms.ts";
import { boardAt, type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { insertServices } from "../../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const all = "/api/v1/incident-templates";
const words = {
  name: "Search is slow",
  title: { en: "Search is slow", da: "Søgning er langsom" },
  message: { en: "We look.", da: "Vi kigger." },
  priority: "p3",
  services: { beacon: "usual", lamp: "operational" },
};

onPostgres("incident templates over the API", (database) => {
  let api: TestApi;
  const send = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await api.send(method, path, body, headers);
    return { status: answer.status, etag: answer.headers.get("ETag"), body: (await answer.json()) as any };
  };

  beforeAll(async () => {
    await insertServices(database(), ["beacon", "lamp"]);
    api = await testApi(database(), now);
    const settings = {
      ...boardAt(now).settings,
      languages: ["en", "da"],
      incidents: {
        templates: [
          {
            ...{ slug: "sign-in", name: "Sign in", state: "investigating" as const, priority: "p1" },
            ...{ impact: null, title: { en: "Sign-in fails" }, message: { en: "We look." }, services: [] },
          },
        ],
      },
    };
    await putSettings(database(), settings, "file", now);
    const told = api.deps.board;
    api.deps.board = () => ({ ...told(), settings });
  });

  it("are made, read and changed by whoever looked at them last, and everybody else is told", async () => {
    const made = await send("PUT", `${all}/search`, words);
    expect([made.status, made.etag]).toEqual([201, '"1"']);
    expect(made.body).toEqual({
      ...{ slug: "search", ...words, state: "investigating", impact: null },
      ...{ managed_by: "people", archived: false, version: 1 },
    });
    const { services, name, title, message, priority } = made.body;
    const changed = await send(
      "PUT",
      `${all}/search`,
      { services, name, title, message, priority, state: "identified" },
      { "If-Match": '"1"' },
    );
    expect([changed.status, changed.etag, changed.body.state]).toEqual([200, '"2"', "identified"]);
    const late = await send("PUT", `${all}/search`, words, { "If-Match": '"1"' });
    expect([late.status, late.body.code]).toEqual([412, "version_changed"]);
    expect((await send("GET", `${all}/search`)).body).toEqual(changed.body);
    const list = (await send("GET", all)).body.templates as { slug: string; managed_by: string }[];
    expect(list.map((one) => [one.slug, one.managed_by])).toEqual([
      ["sign-in", "file"],
      ["search", "people"],
    ]);
    const audit = (await listAudit(database(), "search")).map(({ kind, event }) => `${kind} ${event}`);
    expect(audit).toEqual(["template added", "template changed"]);
  });

  it("are declared from, with whatever is said beside them", async () => {
    const declared = await send("POST", "/api/v1/incidents", { template: "search", message: "We know why." });
    expect([declared.status, declared.body]).toMatchObject([
      201,
      {
        ...{ title: "Search is slow", titles: { da: "Søgning er langsom" }, priority: "p3" },
        updates: [{ message: "We know why.", translations: {}, state: "identified" }],
        impacts: [
          { service: "beacon", impact: "degraded_performance" },
          { service: "lamp", impact: "operational" },
        ],
      },
    ]);
    expect((await send("POST", "/api/v1/incidents", { template: "sign-in" })).body.title).toBe(
      "Sign-in fails",
    );
    const unknown = await send("POST", "/api/v1/incidents", { template: "none" });
    expect([unknown.status, unknown.body.errors]).toMatchObject([422, [{ pointer: "/template" }]]);
  });

  it("are archived and taken up again, with all their words", async () => {
    const archived = await send("DELETE", `${all}/search`);
    expect([archived.status, archived.body.archived]).toEqual([200, true]);
    expect((await send("DELETE", `${all}/search`)).body.code).toBe("already_archived");
    expect((await send("POST", "/api/v1/incidents", { template: "search" })).status).toBe(422);
    expect((await send("PUT", `${all}/search`, words)).body).toMatchObject({ archived: false, version: 4 });
  });

  it("of the platform file are changed there, and those that nobody made are not there", async () => {
    for (const method of ["PUT", "DELETE"]) {
      const refused = await send(method, `${all}/sign-in`, method === "PUT" ? words : undefined);
      expect([method, refused.status, refused.body.code]).toEqual([method, 409, "made_by_file"]);
    }
    expect((await send("GET", `${all}/none`)).status).toBe(404);
    expect((await send("DELETE", `${all}/none`)).status).toBe(404);
  });

  it.each([
    ["no title", { ...words, title: { en: "" } }, "/title/en"],
    ["a language that the page has not", { ...words, title: { fr: "Panne" } }, "/title/fr"],
    ["a service that is not there", { ...words, services: ["beakon"] }, "/services/0"],
    ["an impact that is none", { ...words, services: { beacon: "bad" } }, "/services/beacon"],
    ["a priority that is not there", { ...words, priority: "p9" }, "/priority"],
    ["a word of its own", { ...words, colour: "red" }, "/colour"],
  ])("are refused with %s, at its place", async (_, body, pointer) => {
    const refused = await send("PUT", `${all}/bad`, body);
    expect([refused.status, refused.body.code]).toEqual([422, "bad_template"]);
    expect(refused.body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  });
});
