import { beforeAll, expect, it } from "vitest";
import { listKeptTemplates } from "../../../src/store/incident-templates.ts";
import { putSettings } from "../../../src/store/platforms.ts";
import { boardAt, type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { consoleBrowser } from "../../support/rooms.ts";
import { insertServices } from "../../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const list = "/console/incidents/templates";

onPostgres("incident templates in the console", (database) => {
  let api: TestApi;
  let ann: TestBrowser;
  const read = async (path: string, browser = ann) => (await browser.get(path)).text();
  const fields = () => ({
    ...{ once: crypto.randomUUID(), name: "Search is slow", title: "Search is slow", language: "en" },
    ...{ message: "We **look**.", message_da: "Vi kigger.", title_da: "Søgning er langsom" },
    ...{ services: ["beacon", "lamp"], impact_lamp: "operational", priority: "p3", impact: "" },
    ...{ state: "identified", step: "keep" },
  });
  const kept = async () => (await listKeptTemplates(database())).map(({ wanted }) => wanted);

  beforeAll(async () => {
    await insertServices(database(), ["beacon", "lamp"]);
    api = await testApi(database(), now);
    const settings = {
      ...boardAt(now).settings,
      languages: ["en", "da"],
      incidents: {
        templates: [
          {
            ...{ slug: "sign-in", name: "Nobody can sign in", state: "investigating" as const },
            ...{ priority: "p1", impact: null, services: [] },
            ...{ title: { en: "Sign-in fails" }, message: { en: "We look." } },
          },
        ],
      },
    };
    await putSettings(database(), settings, "file", now);
    const told = api.deps.board;
    api.deps.board = () => ({ ...told(), settings });
    ann = await consoleBrowser(api, "Ann");
  });

  it("are looked at in all languages, kept once, and fill the form in which an incident is declared", async () => {
    const shown = await ann.post(`${list}/new`, { ...fields(), step: "preview" });
    expect(await shown.text()).toContain('<h3 lang="da">Søgning er langsom</h3>');
    expect(await kept()).toEqual([]);
    const same = fields();
    const answers = await Promise.all([ann.post(`${list}/new`, same), ann.post(`${list}/new`, same)]);
    expect(answers.map(({ status, headers }) => [status, headers.get("Location")])).toEqual([
      [303, list],
      [303, list],
    ]);
    expect(await kept()).toEqual([
      {
        ...{ slug: "search-is-slow", name: "Search is slow", state: "identified", priority: "p3" },
        ...{ impact: null, services: ["beacon", "lamp"], impacts: { lamp: "operational" } },
        title: { en: "Search is slow", da: "Søgning er langsom" },
        message: { en: "We **look**.", da: "Vi kigger." },
      },
    ]);
    const form = await read("/console/incidents/new?template=search-is-slow");
    expect(form).toContain('value="Søgning er langsom"');
    expect(form).toMatch(/value="lamp" checked/);
    expect(form).toMatch(/name="impact_lamp".*?value="operational" selected/s);
    expect(form).toMatch(/>Nobody can sign in<.*>Search is slow</s);
  });

  it("stand in a list beside those of the platform file, which are changed there", async () => {
    const page = await read(list);
    expect(page).toMatch(/Nobody can sign in.*Managed by the platform file/);
    expect(page).toMatch(/<a href="[^"]*\/search-is-slow\/edit">Search is slow<.*Kept here/);
    expect(page).not.toContain("/sign-in/edit");
    for (const refused of [
      await ann.get(`${list}/sign-in/edit`),
      await ann.post(`${list}/sign-in/archive`),
    ]) {
      expect(refused.status).toBe(409);
    }
    const taken = await ann.post(`${list}/new`, { ...fields(), slug: "sign-in" });
    expect([taken.status, await taken.text()]).toEqual([
      409,
      expect.stringMatching(/id="slug-fault">is the name of a template in the platform file/),
    ]);
  });

  it("are changed by one of two at once; the other is told, with what they typed", async () => {
    const at = `${list}/search-is-slow/edit`;
    const form = await read(at);
    expect(form).toContain('name="version" value="1"');
    expect(form).toContain("We **look**.");
    expect((await ann.post(at, { ...fields(), version: "1", priority: "p2" })).status).toBe(303);
    const late = await ann.post(at, { ...fields(), version: "1", message: "My own words." });
    const text = await late.text();
    expect(late.status).toBe(412);
    expect(text).toContain("Somebody else changed these words meanwhile.");
    expect(text).toContain("My own words.");
    expect(text).toContain('name="version" value="2"');
    expect((await kept())[0]).toMatchObject({ priority: "p2", message: { en: "We **look**." } });
  });

  it("come back with what was typed and the fault at its field", async () => {
    const refused = await ann.post(`${list}/new`, {
      ...{ ...fields(), name: "", slug: "Bad Slug", title: "", title_da: "x".repeat(151) },
      ...{ services: ["gone"], message: "Words that stay." },
    });
    expect(refused.status).toBe(422);
    const bad = await refused.text();
    expect(bad).toContain("The words cannot be kept like this.");
    expect(bad).toMatch(/id="slug-fault">[^<]*must be/);
    const page = await (
      await ann.post(`${list}/new`, {
        ...{ ...fields(), name: "", slug: "fine", title: "", title_da: "x".repeat(151) },
        ...{ services: ["gone"], message: "Words that stay." },
      })
    ).text();
    expect(page).toMatch(/id="name-fault">must not be empty/);
    expect(page).toMatch(/id="title-fault">must not be empty/);
    expect(page).toMatch(/id="title_da-fault">must have at most 150/);
    expect(page).toMatch(/id="services-fault">there is no service &quot;gone&quot;/);
    expect(page).toContain("Words that stay.");
  });

  it("are archived, which is undone with one button", async () => {
    const version = () => listKeptTemplates(database()).then(([one]) => String(one!.version));
    expect((await ann.post(`${list}/search-is-slow/archive`, { version: await version() })).status).toBe(303);
    expect(await read("/console/incidents/new")).not.toContain("template=search-is-slow");
    expect(await read(list)).toMatch(/Search is slow.*Archived.*action="[^"]*\/restoration"/s);
    expect((await ann.post(`${list}/search-is-slow/archive`)).status).toBe(409);
    expect((await ann.post(`${list}/search-is-slow/restoration`, { version: await version() })).status).toBe(
      303,
    );
    expect(await read("/console/incidents/new")).toContain("template=search-is-slow");
  });

  it("are read by a viewer, who is offered nothing to change", async () => {
    const { browser } = await comeIn(api, "Vera", "viewer");
    const page = await read(list, browser);
    expect(page).toContain("Search is slow");
    expect(page).not.toMatch(/\/edit"|\/archive"|templates\/new/);
  });
});
