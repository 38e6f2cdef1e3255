import { expect, it } from "vitest";
import { readLanguages } from "../../src/http/language.ts";
import { declarationOf, outageWords } from "../../src/http/outage-words.ts";
import { boardAt, measuredService } from "../support/api.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const languages = readLanguages();
const slugs = ["beacon", "lamp", "horn", "mail"];
const board = {
  ...boardAt(now),
  settings: { ...boardAt(now).settings, languages: ["da", "en"] },
  services: slugs.map((slug) =>
    measuredService(slug, now, { title: slug[0]!.toUpperCase() + slug.slice(1) }),
  ),
};

it("say what is down in every language of the page, and count what is too much to name", () => {
  expect(outageWords(["beacon"], board, languages).title).toEqual({
    da: "Beacon er nede",
    en: "Beacon is down",
  });
  expect(outageWords(["beacon", "lamp"], board, languages).title["en"]).toBe("Beacon and Lamp are down");
  expect(outageWords(slugs, board, languages).title["en"]).toBe("4 services are down");
  expect(outageWords(["gone"], board, languages).message["en"]).toContain("gone");
});

it("become a declaration in the first language, from when the first went down, with the others beside it", () => {
  const draft = {
    ...{ id: 1, draftedAt: now, overAt: null },
    services: [
      { serviceSlug: "lamp", start: now - 9_000, end: now - 5_000 },
      { serviceSlug: "beacon", start: now - 7_000, end: null },
    ],
  };
  expect(declarationOf(draft, board, languages)).toMatchObject({
    ...{ language: "da", title: "Lamp og Beacon er nede", titles: { en: "Lamp and Beacon are down" } },
    ...{ priority: "p1", state: "investigating", startedAt: now - 9_000 },
    services: [
      { serviceSlug: "lamp", impact: "operational" },
      { serviceSlug: "beacon", impact: "major_outage" },
    ],
  });
});
