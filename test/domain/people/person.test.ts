import { expect, it } from "vitest";
import { Conflict } from "../../../src/domain/errors.ts";
import {
  isPersonId,
  mailFaults,
  nameFaults,
  personState,
  refuseErased,
  refuseLastAdmin,
  refuseWeakPassword,
  roleFaults,
  tidyMail,
} from "../../../src/domain/people/person.ts";

it("an author is a person exactly when it is written as the id of one", () => {
  expect(isPersonId("p_abcdefgh23456723")).toBe(true);
  for (const other of ["Ann", "p_abc", "p_ABCDEFGH23456723", "command line"]) {
    expect([other, isPersonId(other)]).toEqual([other, false]);
  }
});

it("a person is invited, active, deactivated, erased, and the last of these that is so", () => {
  const never = { joinedAt: null, deactivatedAt: null, erasedAt: null };
  expect(personState(never)).toBe("invited");
  expect(personState({ ...never, joinedAt: 1 })).toBe("active");
  expect(personState({ ...never, joinedAt: 1, deactivatedAt: 2 })).toBe("deactivated");
  expect(personState({ ...never, deactivatedAt: 2, erasedAt: 2 })).toBe("erased");
});

it("an address is written name@example.org, and compared in small letters", () => {
  expect(tidyMail(" Ann@Acme.Example ")).toBe("ann@acme.example");
  expect(mailFaults("ann@acme.example", "/mail")).toEqual([]);
  for (const wrong of [
    "",
    "ann",
    "ann@",
    "@acme.example",
    "a b@acme.example",
    "ann@acme.example\r\nBcc: x@y.z",
  ]) {
    expect([wrong, mailFaults(wrong, "/mail").length]).toEqual([wrong, 1]);
  }
});

it("a name is one line of at most 80 characters", () => {
  expect(nameFaults("Ann Larsen", "/name")).toEqual([]);
  for (const wrong of [" ", "x".repeat(81), "Ann\nLarsen", "Ann\u202eLarsen"]) {
    expect(nameFaults(wrong, "/name")).toHaveLength(1);
  }
});

it("somebody belongs to a customer exactly when that is their role", () => {
  expect(roleFaults({ role: "customer", customer: "acme" })).toEqual([]);
  expect(roleFaults({ role: "viewer", customer: null })).toEqual([]);
  expect(roleFaults({ role: "customer", customer: null })).toHaveLength(1);
  expect(roleFaults({ role: "admin", customer: "acme" })).toHaveLength(1);
});

it("the last admin stays one, and nothing changes of whom was erased", () => {
  expect(() => refuseLastAdmin(["p_a"], "p_a")).toThrow(Conflict);
  expect(() => refuseLastAdmin(["p_a"], "p_b")).not.toThrow();
  expect(() => refuseLastAdmin(["p_a", "p_b"], "p_a")).not.toThrow();
  expect(() => refuseErased({ erasedAt: 1 })).toThrow(Conflict);
});

it.each([
  ["eleven characters", "elevenchars"],
  ["more than 200", "ab c".repeat(51)],
  ["the same letters again and again", "abababababababab"],
  ["their own address", "Ann.Larsen@acme.example"],
])("a password of %s is refused", (_, password) => {
  const ann = { name: "Ann Larsen", mail: "ann.larsen@acme.example" };
  expect(() => refuseWeakPassword(password, ann)).toThrow(/cannot be taken/);
});

it("a password of twelve characters is taken, whatever they are", () => {
  expect(() => refuseWeakPassword("blå hest  ok", { name: null, mail: null })).not.toThrow();
});
