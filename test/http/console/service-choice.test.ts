import { describe, expect, it } from "vitest";
import { createToken } from "../../../src/actions/create-token.ts";
import type { StatusBoard } from "../../../src/domain/status/status-board.ts";
import { freshForm } from "../../../src/http/console/form.ts";
import type { ConsoleContext } from "../../../src/http/console/room.ts";
import { serviceChoice } from "../../../src/http/console/service-choice.ts";
import { boardAt, measuredService, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import { eachDatabase } from "../../support/databases.ts";

const now = Date.parse("2026-06-15T12:00:00Z");
const wide: StatusBoard = {
  ...boardAt(now),
  groups: [{ slug: "harbour", title: "Harbour", description: "" }],
  services: Array.from({ length: 60 }, (_, i) =>
    measuredService(`beacon-${i}`, now, {
      title: `Beacon ${i}`,
      groupSlug: i === 59 ? "harbour" : null,
      reading: i === 50 ? "down" : "up",
    }),
  ),
};
const context = {
  language: { code: "en", say: (key: string) => key },
  timeZone: "UTC",
  now,
} as unknown as ConsoleContext;

describe("services to choose from", () => {
  const offered = (typed: Record<string, string | string[]>, first: string[] = []) =>
    serviceChoice(freshForm(typed).typed, "services", wide, context, first);
  const slugs = (choice: ReturnType<typeof offered>) => choice.services.map(({ slug }) => slug);

  it("are those that are chosen, those that matter or are in trouble, and a few more; so many are left to a search", () => {
    const choice = offered({ services: ["beacon-40"] }, ["beacon-45"]);
    expect(slugs(choice).slice(0, 4)).toEqual(["beacon-40", "beacon-45", "beacon-50", "beacon-0"]);
    expect([choice.services.length, choice.hidden, choice.total]).toEqual([27, 33, 60]);
    expect(choice.services.filter(({ isChosen }) => isChosen).map(({ slug }) => slug)).toEqual(["beacon-40"]);
  });

  it("are found by title, slug and group, and what is chosen stays", () => {
    expect(slugs(offered({ services: ["beacon-1"], q: "BEACON 33" }))).toEqual([
      ...["beacon-1", "beacon-50", "beacon-33"],
    ]);
    expect(slugs(offered({ q: "harbour" }))).toEqual(["beacon-50", "beacon-59"]);
    expect(offered({ q: "lighthouse" })).toMatchObject({ foundNothing: true, hidden: 0 });
  });

  it("keep one that has been archived, by its slug", () => {
    expect(slugs(offered({ services: ["gone"] }, ["gone", "older"])).slice(0, 3)).toEqual([
      ...["gone", "beacon-50", "older"],
    ]);
  });
});

eachDatabase("a search for services without scripts", (database) => {
  const forms: [string, string, Record<string, string>, RegExp][] = [
    ["/incidents/new", "services", { title: "Dark" }, /value="Dark"/],
    ["/maintenance/new", "services", { title: "Move" }, /value="Move"/],
    ["/proposals/new-correction", "service", { reason: "Cut off." }, /Cut off\./],
    ["/proposals/new-exclusion", "services", { reason: "A storm." }, /A storm\./],
    ["/silences", "services", { reason: "We test." }, /We test\./],
    ["/requests/new", "service", { subject: "No light" }, /value="No light"/],
  ];

  it("finds what no form offers at once, keeps all that was typed and does nothing else", async () => {
    const api = await testApi(database(), now, { board: () => wide });
    const ann: TestBrowser = testBrowser(api);
    await ann.post("/console/sign-in", { token: await createToken(database(), "Ann of the search", now) });
    for (const [path, name, typed, kept] of forms) {
      const first = await (await ann.get(`/console${path}`)).text();
      expect([path, first.includes('value="beacon-42"')]).toEqual([path, false]);
      expect(first).toContain('name="step" value="search"');
      const wanted = { ...typed, [name]: "beacon-7", q: "beacon 42", step: "search" };
      const answer = await ann.post(`/console${path}`, wanted);
      const found = await answer.text();
      expect([path, answer.status]).toEqual([path, 200]);
      expect(found).toMatch(kept);
      expect(found).toMatch(/value="beacon-7" checked/);
      expect(found).toMatch(/value="beacon-42"> /);
      expect(found).not.toContain('class="refusal"');
    }
    const asked = new URLSearchParams({
      ...{ kind: "maintenance", services: "beacon-7", q: "beacon 42", step: "search" },
      ...{ start: "2026-07-01T10:00", end: "2026-07-01T11:00" },
    });
    const thought = await (await ann.get(`/console/what-if?${asked}`)).text();
    expect(thought).toMatch(/value="beacon-42"> /);
    expect(thought).toContain('value="2026-07-01T10:00"');
    expect(thought).not.toContain('id="effect"');
    expect(api.defects).toEqual([]);
  });
});
