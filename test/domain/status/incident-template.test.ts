import { describe, expect, it } from "vitest";
import { usualPriorities } from "../../../src/domain/status/incident-priority.ts";
import {
  declarationFrom,
  type IncidentTemplate,
  offeredTemplates,
  standingTemplates,
} from "../../../src/domain/status/incident-template.ts";

const template: IncidentTemplate = {
  ...{ slug: "sign-in", name: "Nobody can sign in", state: "identified", priority: "p2", impact: null },
  title: { da: "Ingen kan logge ind", en: "Sign-in fails" },
  message: { da: "Vi kigger.", en: "We look." },
  services: ["beacon", "lamp"],
  impacts: { lamp: "degraded_performance" },
};
const page = { languages: ["en", "da"], priorities: usualPriorities };

describe("templates that are offered", () => {
  const kept = (slug: string, archived = false) => ({
    ...{ wanted: { ...template, slug, name: `kept ${slug}` }, managedBy: "people" as const },
    ...{ archived, version: 3 },
  });

  it("are those of the platform file, then those of people, without what is archived", () => {
    const standing = standingTemplates([template], [kept("search"), kept("old", true)]);
    expect(standing.map(({ wanted, managedBy }) => [wanted.slug, managedBy])).toEqual([
      ["sign-in", "file"],
      ["search", "people"],
      ["old", "people"],
    ]);
    expect(offeredTemplates(standing).map(({ slug }) => slug)).toEqual(["sign-in", "search"]);
  });

  it("are those of the file where both have one of a name", () => {
    expect(offeredTemplates(standingTemplates([template], [kept("sign-in")]))).toEqual([template]);
  });
});

describe("an incident that is declared from a template", () => {
  it("says all of it in every language, its services hit as they, or as the priority, say (policy rule 26)", () => {
    expect(declarationFrom(template, {}, page)).toEqual({
      ...{ language: "en", title: "Sign-in fails", titles: { da: "Ingen kan logge ind" } },
      ...{ message: "We look.", translations: { da: "Vi kigger." }, state: "identified", priority: "p2" },
      services: [
        { serviceSlug: "beacon", impact: "partial_outage" },
        { serviceSlug: "lamp", impact: "degraded_performance" },
      ],
    });
  });

  it("is hit as the template says rather than as the priority says", () => {
    const { services } = declarationFrom({ ...template, impact: "major_outage" }, { priority: "p4" }, page);
    expect(services.map(({ impact }) => impact)).toEqual(["major_outage", "degraded_performance"]);
  });

  it("says what is said beside it, and leaves out translations of words that were replaced", () => {
    const said = { title: "SSO fails", services: [], priority: null, state: "monitoring" as const };
    expect(declarationFrom(template, said, page)).toMatchObject({
      ...{ title: "SSO fails", titles: {}, translations: { da: "Vi kigger." } },
      ...{ services: [], priority: null, state: "monitoring" },
    });
  });

  it("is said in the first language of the page that the template has", () => {
    const danish = { ...template, title: { da: "Nede" }, message: { da: "Vi kigger." } };
    expect(declarationFrom(danish, {}, page)).toMatchObject({ language: "da", title: "Nede", titles: {} });
    expect(declarationFrom(template, { language: "da" }, page)).toMatchObject({
      ...{ title: "Ingen kan logge ind", titles: { en: "Sign-in fails" } },
    });
  });
});
