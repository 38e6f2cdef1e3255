import { expect, it } from "vitest";
import { changeOf, changeOfFields } from "../../../src/domain/audit/recorded-change.ts";

it("keeps the members that differ, as they stood and as they stand", () => {
  const before = { title: "Slow", state: "investigating", impacts: [1] };
  expect(changeOf(before, { ...before, state: "resolved" })).toEqual({
    before: { state: "investigating" },
    after: { state: "resolved" },
  });
  expect(changeOf(null, before)).toEqual({ before: null, after: before });
  expect(changeOf(before, null)).toEqual({ before, after: null });
});

it("keeps of a list that only grew what was added", () => {
  const change = changeOf({ updates: [{ at: 1 }] }, { updates: [{ at: 1 }, { at: 2 }] });
  expect(change).toEqual({ before: { updates: [] }, after: { updates: [{ at: 2 }] } });
  const other = changeOf({ updates: [1, 2] }, { updates: [2, 3, 4] });
  expect(other).toEqual({ before: { updates: [1, 2] }, after: { updates: [2, 3, 4] } });
});

it("tells that names and addresses of people changed, and keeps none", () => {
  const change = changeOfFields([
    { name: "recipients", from: ["ann@acme.example"], to: [] },
    { name: "contacts.0.name", from: "Ann", to: "Bo" },
    { name: "name", from: "Acme", to: "Acme A/S" },
  ]);
  expect(change).toEqual({
    before: { recipients: "(not kept)", "contacts.0.name": "(not kept)", name: "Acme" },
    after: { recipients: [], "contacts.0.name": "(not kept)", name: "Acme A/S" },
  });
  expect(JSON.stringify(changeOf(null, { slug: "acme", contacts: [{ name: "Ann" }] }))).not.toContain("Ann");
});

it("keeps fractions exactly, as text", () => {
  expect(changeOf({ factor: 1 }, { factor: 1.5 })).toEqual({
    before: { factor: 1 },
    after: { factor: "1.5" },
  });
});
