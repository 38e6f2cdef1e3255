import { expect, it } from "vitest";
import { incidentRules, incidentSurroundings } from "../../../src/domain/status/incident-rules.ts";

it("are the usual ones where the platform says nothing: five priorities, each with what the page shows (policy rule 26)", () => {
  const { priorities, templates, publishAfterMs } = incidentRules(undefined);
  expect(priorities.map(({ slug, shows }) => `${slug} ${shows}`)).toEqual([
    "p1 major_outage",
    "p2 partial_outage",
    "p3 degraded_performance",
    "p4 degraded_performance",
    "p5 operational",
  ]);
  expect([templates, publishAfterMs]).toEqual([[], null]);
});

it("are those of the platform where it says some", () => {
  const high = { slug: "high", title: "High", meaning: "", shows: "major_outage" as const };
  const settings = { languages: ["da", "en"], incidents: { priorities: [high] } };
  expect(incidentRules(settings)).toMatchObject({ priorities: [high], templates: [] });
  expect(incidentSurroundings(settings)).toEqual({ languages: ["da", "en"], priorities: ["high"] });
  expect(incidentSurroundings(undefined).languages).toEqual(["en"]);
});
