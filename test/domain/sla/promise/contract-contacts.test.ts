import { expect, it } from "vitest";
import type {
  StandingAgreements,
  StandingContract,
} from "../../../../src/domain/sla/promise/agreement-plan.ts";
import { contactsInForce } from "../../../../src/domain/sla/promise/contract-contacts.ts";

const contract = (customer: string, recipients: string[], more: object = {}): StandingContract =>
  ({
    particulars: { customer, recipients, endsAt: null, ...more },
    versions: [{ effectiveAt: 1_000 }],
    managedBy: "file",
    archived: false,
  }) as never;

const agreements = (contracts: Record<string, StandingContract>): StandingAgreements => ({
  calendars: new Map(),
  customers: new Map([["acme", { wanted: { recipients: ["it@acme.example"] } }]]) as never,
  contracts: new Map(Object.entries(contracts)),
});

it("a contract is told to its own recipients, and to its customer's where it names none; each is told once", () => {
  const told = agreements({
    one: contract("acme", ["legal@acme.example"]),
    two: contract("acme", []),
    three: contract("acme", ["legal@acme.example", "board@acme.example"]),
  });
  expect(contactsInForce(told, 2_000)).toEqual([
    "board@acme.example",
    "it@acme.example",
    "legal@acme.example",
  ]);
});

it("nobody is told of a contract that has not begun, has ended, or was archived", () => {
  const told = agreements({
    ended: contract("acme", ["ended@acme.example"], { endsAt: 2_000 }),
    archived: { ...contract("acme", ["archived@acme.example"]), archived: true },
    running: contract("acme", ["running@acme.example"], { endsAt: 2_001 }),
  });
  expect(contactsInForce(told, 2_000)).toEqual(["running@acme.example"]);
  expect(contactsInForce(told, 999)).toEqual([]);
});
