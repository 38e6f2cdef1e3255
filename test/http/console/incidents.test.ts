import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { followOutages } from "../../../src/actions/follow-outages.ts";
import type { StatusBoard } from "../../../src/domain/status/status-board.ts";
import type { Database } from "../../../src/store/database.ts";
import { listAudit } from "../../../src/store/audit.ts";
import { getIncident, listIncidentsSince } from "../../../src/store/incidents.ts";
import { boardAt, measuredService, type TestApi, testApi } from "../../support/api.ts";
import { agree } from "../../support/closing.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { consoleBrowser } from "../../support/rooms.ts";
import { insertServices } from "../../support/services.ts";
import { putSettings } from "../../../src/store/platforms.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;
const list = "/console/incidents";
const declaring = `${list}/new`;
const template = {
  ...{
    slug: "sign-in",
    name: "Nobody can sign in",
    state: "identified" as const,
    priority: "p1",
    impact: null,
  },
  title: { en: "Sign-in fails", da: "Ingen kan logge ind" },
  message: { en: "We **look**.", da: "Vi **kigger**." },
  services: ["lamp"],
};

onPostgres("incidents in the console", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: TestBrowser;
  /** What is measured; changed by tests. */
  let down: string[] = [];
  const read = async (path: string, browser = ann) =>
    (await (await browser.get(path)).text()).replaceAll("\u00a0", " ");
  const declare = async (fields: Record<string, string | string[]> = {}) => {
    const answer = await ann.post(declaring, {
      ...{ once: crypto.randomUUID(), title: "Search is slow", message: "We look.", services: "beacon" },
      ...{ priority: "p2", impact: "", language: "en", state: "investigating", step: "declare" },
      ...fields,
    });
    return { status: answer.status, page: answer.headers.get("Location") ?? "", answer };
  };
  const referenceOf = (page: string) => page.split("/").at(-1)!;
  const one = (page: string) => getIncident(db, referenceOf(page));

  beforeAll(async () => {
    db = database();
    await insertServices(db, ["beacon", "lamp"]);
    api = await testApi(db, now);
    const told = api.deps.board;
    api.deps.board = (): StatusBoard => ({
      ...told(),
      settings: {
        ...boardAt(now).settings,
        languages: ["en", "da", "nb"],
        incidents: { templates: [template] },
      },
      services: ["beacon", "lamp"].map((slug) =>
        measuredService(slug, api.clock.now, {
          title: slug === "beacon" ? "Beacon" : "Lamp",
          ...(down.includes(slug) ? { reading: "down" as const, readingSince: now - 5 * minute } : {}),
        }),
      ),
    });
    await putSettings(db, api.deps.board().settings, "people", now);
    for (const [slug, service] of [
      ["acme-gold", "beacon"],
      ["acme-tin", "beacon"],
      ["acme-lamp", "lamp"],
    ] as const) {
      await agree(db, slug, `policy: oneoffice-da\ncovers: [${service}]`);
    }
    ann = await consoleBrowser(api, "Ann");
  });
  beforeEach(async () => {
    api.clock.now = now;
    down = [];
    await db.execute(
      sql`truncate incident_draft_services, incident_drafts, incident_updates, incident_services, incident_postmortems, incidents cascade`,
    );
    await api.deps.changed();
  });

  describe("are declared", () => {
    it("on one screen, with the impact that the priority stands for (policy rule 26)", async () => {
      const { status, page } = await declare({
        services: ["beacon", "lamp"],
        impact_lamp: "degraded_performance",
      });
      expect([status, page]).toEqual([303, `${list}/INC-2026-0001`]);
      expect(await one(page)).toMatchObject({
        ...{ title: "Search is slow", priority: "p2", language: "en" },
        impacts: [
          { serviceSlug: "beacon", impact: "partial_outage" },
          { serviceSlug: "lamp", impact: "degraded_performance" },
        ],
      });
      expect((await listAudit(db, "INC-2026-0001")).map(({ event }) => event)).toContain("declared");
      expect(await read(list)).toContain("Search is slow");
    });

    it("once, however often the form is sent", async () => {
      const fields = { once: "the-same" };
      const [first, second, third] = await Promise.all([declare(fields), declare(fields), declare(fields)]);
      expect([second.page, third.page]).toEqual([first.page, first.page]);
      expect(await listIncidentsSince(db, 0)).toHaveLength(1);
    });

    it("with what is measured down, when it began, and words for it, before anybody typed", async () => {
      down = ["lamp"];
      const page = await read(declaring);
      expect(page).toMatch(/value="lamp" checked/);
      expect(page).not.toMatch(/value="beacon" checked/);
      expect(page).toContain('value="Lamp is down"');
      expect(page).toContain("have not been able to reach Lamp");
      expect(page).toContain('value="2026-06-01T11:55"');
      expect(page).toMatch(/value="p1" selected/);
      expect(page).toContain("Lamp er nede");
    });

    it("from a template, in every language of the page that it has", async () => {
      const page = await read(`${declaring}?template=sign-in`);
      expect(page).toContain('value="Sign-in fails"');
      expect(page).toContain("We **look**.");
      expect(page).toContain('value="Ingen kan logge ind"');
      expect(page).toMatch(/value="lamp" checked/);
      expect(page).toMatch(/value="identified" selected/);
      expect(page).toMatch(/<a class="button" href="[^"]*" aria-current="true">Nobody can sign in/);
    });

    it("in several languages, and looked at beforehand in all of them", async () => {
      const words = { title_da: "Søgning er langsom", message_da: "Vi **kigger**.", step: "preview" };
      const shown = await declare(words);
      expect(shown.status).toBe(200);
      const preview = await shown.answer.text();
      expect(preview).toContain('<h3 lang="da">Søgning er langsom</h3>');
      expect(preview).toContain('<div class="said"><p>Vi <strong>kigger</strong>.</p></div>');
      expect(preview).toContain('<div class="said" lang="en"><p>We look.</p></div>');
      expect(await listIncidentsSince(db, 0)).toEqual([]);
      const { page } = await declare({ ...words, step: "declare" });
      expect(await one(page)).toMatchObject({
        titles: { da: "Søgning er langsom" },
        updates: [{ translations: { da: "Vi **kigger**." } }],
      });
    });

    it("with what the contracts that it touches promise, the strictest first, contracts of one time together", async () => {
      const { page } = await declare();
      const clocks = /<ul class="clocks">.*?<\/ul>/s.exec(await read(page))![0];
      expect(clocks).not.toContain("acme-lamp");
      const [solution, answer, ...others] = clocks.split("<li>").slice(1);
      expect(others).toEqual([]);
      expect(solution).toMatch(
        /data-mood="running".*Solution.*data-due="2026-06-01T14:00:00.000Z">4 h left</,
      );
      expect(solution).toMatch(/Medium · <a href="[^"]*\/contracts\/acme-gold">.*\/contracts\/acme-tin">/);
      expect(answer).toMatch(/data-mood="met".*First answer.*met/);
    });

    it("with promises that were broken, once it is over", async () => {
      const times = { began: "2026-06-01T08:00", ended: "2026-06-01T11:00" };
      const { page } = await declare({ ...times, state: "resolved", priority: "p1" });
      const clocks = /<ul class="clocks">.*?<\/ul>/s.exec(await read(page))![0];
      expect(
        [...clocks.matchAll(/data-mood="(\w+)"><span class="kind">([^<]*)/g)].map(([, ...told]) => told),
      ).toEqual([
        ["missed", "First answer"],
        ["missed", "Solution"],
      ]);
      expect(clocks).not.toContain("data-due");
    });

    it("without an impact as a potential disturbance (policy rule 107)", async () => {
      const { page } = await declare({ priority: "p5" });
      expect((await one(page)).impacts).toMatchObject([{ impact: "operational" }]);
      expect(await read(page)).toContain("Potential disturbance");
      expect((await declare({ services: [], priority: "p5" })).status).toBe(303);
    });

    it("in hindsight, dated back and over already", async () => {
      const { page } = await declare({
        state: "resolved",
        began: "2026-06-01T09:00",
        ended: "2026-06-01T09:30",
      });
      expect(await one(page)).toMatchObject({
        startedAt: Date.parse("2026-06-01T07:00:00Z"),
        resolvedAt: Date.parse("2026-06-01T07:30:00Z"),
      });
    });

    it("or refused with what was typed and the fault at its field", async () => {
      const refused = await declare({
        ...{ title: "", began: "2026-06-01T13:00", title_da: "x".repeat(151), message: "Words that stay." },
      });
      const page = await refused.answer.text();
      expect(refused.status).toBe(422);
      expect(page).toMatch(/id="title-fault">A title is needed/);
      expect(page).toMatch(/id="began-fault">An incident cannot begin in the future/);
      expect(page).toMatch(/id="title_da-fault">A title has at most 150/);
      expect(page).toContain("Words that stay.");
      expect(page).toMatch(/value="beacon" checked/);
      const unsaid = await declare({ priority: "", impact: "" });
      expect(await unsaid.answer.text()).toMatch(/id="impact-fault">Choose a priority, or say how bad it is/);
    });

    it("among thousands of services by searching, keeping what is chosen and typed", async () => {
      const board = api.deps.board;
      api.deps.board = () => ({
        ...board(),
        services: Array.from({ length: 5_000 }, (_, i) => measuredService(`service-${i}`, now)),
      });
      const found = await (
        await declare({ q: "service-4321", services: "service-17", step: "search" })
      ).answer.text();
      api.deps.board = board;
      expect(found).toMatch(/value="service-17" checked/);
      expect(found).toContain('value="service-4321"');
      expect(found).not.toContain('value="service-99"');
      expect(found).toContain("We look.");
      expect(found.length).toBeLessThan(100_000);
    });

    it("with nothing lost of what was typed when the session is over", async () => {
      const late = await consoleBrowser(api, `late ${crypto.randomUUID()}`);
      late.cookies.clear();
      const door = await late.post(
        declaring,
        { title: "Kept title", message: "Kept message.", services: "lamp", step: "declare", once: "k" },
        { Referer: `http://localhost${declaring}` },
      );
      const text = await door.text();
      expect(door.status).toBe(401);
      expect(text).toContain("Kept message.");
      expect(await listIncidentsSince(db, 0)).toEqual([]);
    });
  });

  describe("are told further", () => {
    const say = (page: string, fields: Record<string, string | string[]>, browser = ann) =>
      browser.post(`${page}/updates`, {
        ...{ once: crypto.randomUUID(), message: "Found.", state: "identified", priority: "p2", step: "say" },
        ...fields,
      });

    it("with another state, and services that are hit otherwise from now on", async () => {
      const { page } = await declare();
      api.clock.now = now + minute;
      const answer = await say(page, { version: "1", services: "beacon", impact_beacon: "major_outage" });
      expect([answer.status, answer.headers.get("Location")]).toEqual([303, page]);
      expect((await one(page)).impacts).toMatchObject([
        { impact: "partial_outage", end: now + minute },
        { impact: "major_outage", end: null },
      ]);
    });

    it("with a promise of when more is said, which holds until more is said", async () => {
      const { page } = await declare({ next: "30" });
      const promised = async () => (await one(page)).updates.map(({ nextUpdateAt }) => nextUpdateAt);
      expect(await promised()).toEqual([now + 30 * minute]);
      expect(await read(page)).toContain('<select id="next" name="next">');
      api.clock.now = now + minute;
      expect((await say(page, { version: "1", next: "60" })).status).toBe(303);
      api.clock.now = now + 2 * minute;
      expect((await say(page, { version: "2", next: "60", state: "resolved" })).status).toBe(303);
      expect(await promised()).toEqual([now + 30 * minute, now + 61 * minute, null]);
    });

    it("by one of two at once; the other is told, with what they typed, and can say it again", async () => {
      const { page } = await declare();
      expect((await say(page, { version: "1" })).status).toBe(303);
      const refused = await say(page, { version: "1", message: "My own words." });
      const text = await refused.text();
      expect(refused.status).toBe(412);
      expect(text).toContain("Somebody else changed this incident meanwhile.");
      expect(text).toContain("My own words.");
      expect(text).toContain('name="version" value="2"');
      expect((await one(page)).updates).toHaveLength(2);
      expect((await say(page, { version: "2", message: "My own words." })).status).toBe(303);
      expect((await one(page)).updates).toHaveLength(3);
    });

    it("resolved as of when everything was measured up, where the measurement proposes it", async () => {
      down = ["beacon"];
      const { page } = await declare({ began: "2026-06-01T11:00" });
      down = [];
      api.clock.now = now + 10 * minute;
      const board = api.deps.board;
      api.deps.board = () => ({
        ...board(),
        services: [measuredService("beacon", api.clock.now, { readingSince: now + 4 * minute })],
      });
      const shown = await read(page);
      expect(shown).toContain("All its services are measured up since");
      const proposed = /href="([^"]*\?resolve=\d+)#update"/.exec(shown)![1]!;
      const form = await read(proposed);
      api.deps.board = board;
      expect(form).toMatch(/value="resolved" selected/);
      expect(form).toContain('value="2026-06-01T12:04"');
      await say(page, { version: "1", state: "resolved", ended: "2026-06-01T12:04" });
      expect(await one(page)).toMatchObject({ state: "resolved", resolvedAt: now + 4 * minute });
    });

    it("opened again by whoever says so", async () => {
      const { page } = await declare();
      api.clock.now = now + minute;
      await say(page, { version: "1", state: "resolved" });
      expect(await read(page)).toContain("Open it again");
      api.clock.now = now + 2 * minute;
      await say(page, { version: "2", state: "investigating", reopen: "yes", message: "It is back." });
      expect(await one(page)).toMatchObject({ state: "investigating", resolvedAt: null });
    });

    it("with markup that can do nothing", async () => {
      const { page } = await declare({
        title: "<img src=x onerror=alert(1)>",
        message: "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>",
      });
      for (const path of [page, list, declaring]) {
        const text = await read(path);
        expect(text).not.toMatch(/<img|<script>|href="javascript/i);
      }
      expect(await read(page)).toContain("&lt;script&gt;");
    });
  });

  describe("are corrected", () => {
    it("service by service, from when to when", async () => {
      const { page } = await declare({ began: "2026-06-01T11:00" });
      const answer = await ann.post(`${page}/impacts`, {
        ...{ once: "i", version: "1", service: "beacon", impact: "major_outage" },
        ...{ start: "2026-06-01T11:10", end: "2026-06-01T11:20" },
      });
      expect(answer.status).toBe(303);
      expect((await one(page)).impacts.map(({ impact }) => impact)).toEqual([
        ...["partial_outage", "major_outage", "partial_outage"],
      ]);
      const shown = await read(page);
      const correction = /href="([^"]*\?service=beacon[^"]*)#correct"/
        .exec(shown)![1]!
        .replaceAll("&amp;", "&");
      expect(await read(correction)).toContain('value="2026-06-01T11:00"');
      const refused = await ann.post(`${page}/impacts`, {
        ...{ once: "j", version: "2", service: "beacon", impact: "none" },
        ...{ start: "2026-06-01T10:00", end: "2026-06-01T11:20" },
      });
      expect(await refused.text()).toMatch(/id="start-fault">The incident had not begun then/);
    });

    it("in title, priority and beginning", async () => {
      const { page } = await declare();
      const answer = await ann.post(`${page}/particulars`, {
        ...{ once: "p", version: "1", title: "Search fails", title_da: "Søgning fejler", priority: "p1" },
        ...{ began: "2026-06-01T09:00", ended: "" },
      });
      expect(answer.status).toBe(303);
      expect(await one(page)).toMatchObject({
        ...{ title: "Search fails", titles: { da: "Søgning fejler" }, priority: "p1" },
        startedAt: Date.parse("2026-06-01T07:00:00Z"),
      });
    });

    it("in the words of an update, which tells that it was edited", async () => {
      const { page } = await declare();
      const words = { once: "w", version: "1", message: "We are looking.", message_da: "Vi kigger." };
      expect((await ann.post(`${page}/updates/1`, words)).status).toBe(303);
      expect((await one(page)).updates).toMatchObject([
        { message: "We are looking.", translations: { da: "Vi kigger." }, editedAt: now },
      ]);
      expect(await read(page)).toMatch(/edited <time/);
      expect((await ann.post(`${page}/updates/2`, { ...words, version: "2" })).status).toBe(404);
    });

    it("by becoming part of another, once somebody means it", async () => {
      const [whole, part] = [(await declare({ title: "Sign-in fails" })).page, (await declare()).page];
      const into = referenceOf(whole);
      const unmeant = await ann.post(`${part}/merger`, { once: "m", version: "1", into });
      expect(unmeant.status).toBe(422);
      expect(await unmeant.text()).toMatch(/id="merger-fault">Tick that you mean it/);
      await ann.post(`${part}/merger`, { once: "m", version: "1", into, confirmed: "yes" });
      expect(await one(part)).toMatchObject({ mergedInto: into });
      expect(await read(part)).toContain("It became part of");
      expect(await read(part)).not.toContain("/updates");
      const told = await read(whole);
      expect(told).toContain(`said in ${referenceOf(part)}, now part of this incident`);
    });

    it("and looked back on, in a draft that is published when it is ready", async () => {
      const { page } = await declare({ state: "resolved", began: "2026-06-01T09:00" });
      const keep = (step: string, version: string) =>
        ann.post(`${page}/postmortem`, {
          ...{ once: step, version, step, message: "## Cause\n\nA switch.", language: "en" },
        });
      expect((await keep("keep", "1")).status).toBe(303);
      expect(await read(page)).toContain("A draft: nobody outside sees it.");
      expect((await keep("publish", "2")).status).toBe(303);
      expect((await one(page)).postmortem).toMatchObject({ publishedAt: now });
      expect((await keep("withdraw", "3")).status).toBe(303);
      expect((await one(page)).postmortem).toMatchObject({ publishedAt: null });
    });
  });

  it("show what was measured beside what is told", async () => {
    const { page } = await declare({ began: "2026-06-01T11:00" });
    const board = api.deps.board;
    const trouble = { start: now - 20 * minute, end: now - 10 * minute, state: "down" as const };
    api.deps.board = () => ({
      ...board(),
      services: [
        measuredService("beacon", now),
        measuredService("lamp", now, { title: "Lamp", segments: [trouble] }),
      ],
    });
    const shown = await read(page);
    api.deps.board = board;
    expect(shown).toContain("1 h are told as hit and were measured up.");
    expect(shown).toContain("10 min were measured down or degraded and are not told.");
    expect(shown).toContain("nothing is told of it");
    expect(shown).toMatch(/<rect x="\d+" y="21" width="\d+" height="17" data-reading="down"\/>/);
  });

  it("wait as drafts that outages leave, are published from there, or dismissed", async () => {
    down = ["beacon"];
    await followOutages(db, api.deps.board(), () => expect.fail("nothing publishes itself"), now);
    const rows = await read(list);
    expect(rows).toContain("1 draft waits for you");
    expect(rows).toContain("Beacon is down");
    const form = await read(/href="([^"]*draft=\d+)"/.exec(rows)![1]!);
    const draft = /name="draft" value="(\d+)"/.exec(form)![1]!;
    const { page } = await declare({ draft });
    expect(await one(page)).toMatchObject({ title: "Search is slow" });
    expect(await read(list)).not.toContain("draft waits");
    const again = await declare({ draft });
    expect(again.status).toBe(409);
    await db.execute(
      sql`truncate incident_draft_services, incident_drafts, incident_updates, incident_services, incidents cascade`,
    );
    await api.deps.changed();
    await followOutages(db, api.deps.board(), () => expect.fail("nothing publishes itself"), now);
    const dismissal = /action="([^"]*\/dismissal)"/.exec(await read(list))![1]!;
    expect((await ann.post(dismissal)).status).toBe(422);
    expect(await read(list)).toContain("draft waits");
    expect((await ann.post(dismissal, { confirmed: "yes" })).status).toBe(303);
    expect((await ann.post(dismissal, { confirmed: "yes" })).status).toBe(303);
    expect(await read(list)).not.toContain("draft waits");
  });

  it("are found by title, reference, service, state, priority and month, page by page", async () => {
    for (let i = 0; i < 52; i++) {
      await declare({
        ...{ title: `Past ${i}`, state: "resolved", priority: i === 7 ? "p1" : "p3" },
        ...{
          began: `2026-05-${String(1 + (i % 28)).padStart(2, "0")}T09:00`,
          services: i === 9 ? "lamp" : "beacon",
        },
      });
    }
    await declare({ title: "Open one" });
    const titles = async (query: string) =>
      [...(await read(`${list}${query}`)).matchAll(/<p class="who"><a[^>]*>([^<]*)</g)].map(
        ([, title]) => title,
      );
    expect((await titles("")).slice(0, 1)).toEqual(["Open one"]);
    expect(await titles("")).toHaveLength(51);
    expect(await titles("?page=2")).toHaveLength(3);
    expect(await titles("?text=past+50")).toEqual(["Past 50"]);
    expect(await titles("?text=INC-2026-0003")).toEqual(["Past 2"]);
    expect(await titles("?text=lamp")).toEqual(["Past 9"]);
    expect(await titles("?priority=p1")).toEqual(["Past 7"]);
    expect(await titles("?state=open")).toEqual(["Open one"]);
    expect(await titles("?month=2026-06")).toEqual(["Open one"]);
    expect(await titles("?text=100%25")).toEqual([]);
  }, 60_000);

  it("are read by a viewer, who is offered nothing to change", async () => {
    const { page } = await declare();
    const { browser } = await comeIn(api, "Vera", "viewer");
    const shown = await read(page, browser);
    expect(shown).toContain("Search is slow");
    expect(shown).not.toMatch(/<form[^>]*action="[^"]*\/incidents/);
    expect(await read(list, browser)).not.toContain("Declare an incident");
    expect((await browser.get(declaring)).status).toBe(403);
  });
});
