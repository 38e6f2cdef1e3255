import { expect, it } from "vitest";
import { roles, type Scope, scopes, scopesOfRole, scopesOfToken } from "../../../src/domain/people/rights.ts";

it("an admin may do everything, a customer nothing of the console", () => {
  expect(scopesOfRole("admin")).toEqual(scopes);
  expect(scopesOfRole("customer")).toEqual([]);
});

it("a viewer changes nothing", () => {
  expect(scopesOfRole("viewer").filter((scope) => !scope.startsWith("read:"))).toEqual([]);
});

it.each([
  ["write:incidents", ["ops", "admin"]],
  ["write:contracts", ["account-manager", "admin"]],
  ["write:corrections", ["ops", "account-manager", "admin"]],
  ["admin:corrections", ["admin"]],
  ["write:people", ["admin"]],
  ["read:audit", ["admin"]],
  ["read:reports", ["viewer", "ops", "account-manager", "admin"]],
] as const)("%s is a right of %s", (scope, holders) => {
  expect(roles.filter((role) => scopesOfRole(role).includes(scope as Scope))).toEqual(holders);
});

it("a token may what it was made for, of what its owner may", () => {
  expect(scopesOfToken(null, null)).toEqual(scopes);
  expect(scopesOfToken(["read:reports"], null)).toEqual(["read:reports"]);
  expect(scopesOfToken(["read:reports", "write:people"], "viewer")).toEqual(["read:reports"]);
  expect(scopesOfToken(null, "viewer")).toEqual(scopesOfRole("viewer"));
});
