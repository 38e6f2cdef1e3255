import { describe, expect, it } from "vitest";
import { coveredServices, hoursIn, literalClauses } from "../../../../src/domain/sla/promise/clauses.ts";
import { commitmentOf } from "../../../../src/domain/sla/promise/clause-terms.ts";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import { clausesOf } from "../../../support/contracts.ts";

const platform = { targetPercent: "99.99", timeZone: "Europe/Copenhagen", anchorDay: 1 };

describe("a contract that says nothing further", () => {
  it("is the literal reading: the same commitment as the platform's own", () => {
    const clauses = literalClauses(platform);
    expect(commitmentOf(clauses, () => expect.fail("no hours are named"))).toEqual(commitmentFrom(platform));
    expect([clauses.credit, clauses.exclusions, clauses.support]).toEqual([null, [], null]);
  });
});

describe("what a contract covers", () => {
  const services = [
    { slug: "beacon", groupSlug: "product" },
    { slug: "lamp", groupSlug: null },
    { slug: "buoy", groupSlug: "product" },
  ];
  const slugs = (covers: Parameters<typeof coveredServices>[0]) =>
    coveredServices(covers, services).map(({ slug }) => slug);

  it("is everything, also what comes later", () => {
    expect(slugs("*")).toEqual(["beacon", "lamp", "buoy"]);
  });

  it("is the named services and those of the named groups, each once", () => {
    expect(slugs({ services: ["beacon", "lamp"], groups: ["product"] })).toEqual(["beacon", "lamp", "buoy"]);
    expect(slugs({ services: [], groups: ["product"] })).toEqual(["beacon", "buoy"]);
    expect(slugs({ services: ["wreck"], groups: [] })).toEqual([]);
  });
});

describe("the hours a contract names", () => {
  it("are found wherever it names them", () => {
    const office = "{ hours: { mon: 09:00-17:00 } }";
    const clauses = clausesOf(
      [
        "target: 99.9",
        "fee: 1.00 DKK",
        "service_hours: office",
        `maintenance: { outside_hours: office, checks: { outside_hours: ${office} } }`,
        "credit: { table: storage, claim: { business_days_after_incident: { days: 5, hours: office } } }",
        "support: { plans: { basic: { hours: office } } }",
      ].join("\n"),
      `calendars: { office: ${office} }\n`,
    );
    expect(hoursIn(clauses).map((hours) => ("calendar" in hours ? hours.calendar : "inline"))).toEqual([
      "office",
      "office",
      "inline",
      "office",
      "office",
    ]);
    expect(hoursIn(literalClauses(platform))).toEqual([]);
  });
});
