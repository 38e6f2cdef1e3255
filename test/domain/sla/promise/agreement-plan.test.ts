import { describe, expect, it } from "vitest";
import {
  type Agreements,
  contractsCountingBy,
  noAgreements,
  planAgreements,
  rewrittenCalendars,
  type StandingAgreements,
} from "../../../../src/domain/sla/promise/agreement-plan.ts";
import { agreementsOf } from "../../../support/contracts.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const file = (contract = "target: 99.99", rest = "") =>
  agreementsOf(`calendars: { office: { hours: { mon-fri: 09:00-17:00 } } }
customers: { acme: Acme }
contracts: { acme-all: { customer: acme, starts: 2026-01-01, service_hours: office, ${contract} } }
${rest}`);

/** What stands after these were applied. */
function standing(
  { calendars, customers, contracts }: Agreements,
  managedBy: "file" | "people" = "file",
): StandingAgreements {
  const stand = <T extends { slug: string }>(things: T[]) =>
    new Map(things.map((wanted) => [wanted.slug, { wanted, managedBy, archived: false }]));
  return {
    calendars: stand(calendars),
    customers: stand(customers),
    contracts: new Map(
      contracts.map(({ slug, particulars, versions }) => [
        slug,
        {
          particulars,
          versions: versions.map((version) => ({
            ...version,
            recordedAt: 0,
            author: "file",
            holidayEdition: "e",
          })),
          managedBy,
          archived: false,
        },
      ]),
    ),
  };
}
const plan = (from: StandingAgreements, to: Agreements) => planAgreements(from, to, now);
const rules = (from: StandingAgreements, to: Agreements) =>
  plan(from, to).conflicts.map(({ noun, slug, rule }) => `${noun} ${slug}: ${rule ?? "made by people"}`);

describe("applying agreements", () => {
  it("makes them once, and nothing the second time", () => {
    const first = plan(standing(noAgreements), file());
    expect(first.changes.map(({ noun, verb, slug }) => `${verb} ${noun} ${slug}`)).toEqual([
      "add calendar office",
      "add customer acme",
      "add contract acme-all",
    ]);
    expect(first.changes[2]!.fields).toContainEqual({
      name: "target",
      from: undefined,
      to: "at least 99.99 %",
    });
    expect(plan(standing(file()), file())).toMatchObject({ changes: [], unchanged: 3, conflicts: [] });
  });

  it("tells a later version clause by clause, and what of the contract is no promise by its name", () => {
    const to = file(
      "target: 99.99, title: Everything, versions: [{ effective: 2026-07-01, reason: More, target: 99.995 }]",
    );
    const { changes, versions } = plan(standing(file()), to);
    expect(changes).toEqual([
      {
        noun: "contract",
        slug: "acme-all",
        verb: "change",
        fields: [
          { name: "title", from: "Acme all", to: "Everything" },
          { name: "from 2026-07-01: target", from: "at least 99.99 %", to: "at least 99.995 %" },
        ],
      },
    ]);
    expect(versions.get("acme-all")!.record).toHaveLength(1);
  });

  it("withdraws a version that is still to come", () => {
    const from = file("target: 99.99, versions: [{ effective: 2026-07-01, reason: More, target: 99.995 }]");
    expect(plan(standing(from), file()).changes[0]!.fields).toEqual([
      { name: "from 2026-07-01", from: "a version", to: "withdrawn" },
    ]);
  });

  it("refuses to rewrite what has been in force", () => {
    expect(rules(standing(file()), file("target: 99.9"))).toEqual([
      expect.stringContaining("contract acme-all: the terms of 2026-01-01 have been in force"),
    ]);
  });

  it("lets a contract end on a day to come, and never again or in the past", () => {
    const ends = (date: string) => file(`target: 99.99, ends: ${date}`);
    expect(rules(standing(file()), ends("2026-12-31"))).toEqual([]);
    expect(rules(standing(file()), ends("2026-03-01"))).toEqual([
      expect.stringContaining("cannot have ended on 2026-03-01"),
    ]);
    expect(rules(standing(ends("2026-03-01")), file())).toEqual([
      expect.stringContaining("it ended on 2026-03-01"),
    ]);
  });

  it("archives what is no longer wanted", () => {
    const verbs = plan(standing(file()), noAgreements).changes.map(({ verb, noun }) => `${verb} ${noun}`);
    expect(verbs).toEqual(["archive calendar", "archive customer", "archive contract"]);
  });

  it("leaves alone what people made, and says so where a file wants its name", () => {
    expect(plan(standing(file(), "people"), noAgreements)).toMatchObject({ changes: [], conflicts: [] });
    expect(rules(standing(file(), "people"), file())).toEqual([
      "calendar office: made by people",
      "customer acme: made by people",
      "contract acme-all: made by people",
    ]);
  });

  it("keeps a customer and a calendar that a contract of people needs", () => {
    const { calendars, customers } = standing(file());
    const { contracts } = standing(file(), "people");
    expect(rules({ calendars, customers, contracts }, noAgreements)).toEqual([
      "customer acme: contract acme-all is made with it",
      "calendar office: contract acme-all counts by it",
    ]);
  });
});

describe("a calendar by which a contract counts", () => {
  it("is found by the contracts that have been in force with it", () => {
    expect(contractsCountingBy("office", standing(file()), now)).toEqual(["acme-all"]);
    expect(contractsCountingBy("office", standing(file()), Date.parse("2025-06-01T00:00:00Z"))).toEqual([]);
    expect(contractsCountingBy("night", standing(file()), now)).toEqual([]);
  });

  it("is not rewritten, and says what to do instead", () => {
    const [office] = file().calendars;
    const longer = { ...office!, timeZone: "Europe/Oslo" };
    expect(rewrittenCalendars(standing(file()), [longer], now)).toEqual([
      { noun: "calendar", slug: "office", rule: expect.stringContaining("write another calendar") },
    ]);
    expect(
      rewrittenCalendars(
        standing(file()),
        [{ ...office!, closed: [{ from: "2026-07-01", to: "2026-07-02" }] }],
        now,
      ),
    ).toEqual([]);
  });
});
