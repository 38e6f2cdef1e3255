import { expect, it } from "vitest";
import { withNames } from "../../../src/domain/people/names.ts";

const ann = "p_abcdefgh23456723";
const nameOf = (id: string) => (id === ann ? "Ann" : "somebody");

it("calls people by their names wherever words tell of them", () => {
  const told = {
    author: ann,
    steps: [{ people: `${ann}, p_zzzzzzzzzzzzzzzz` }],
    html: `<a href="/console/people/${ann}">${ann}</a>`,
  };
  expect(withNames(told, nameOf)).toEqual({
    author: "Ann",
    steps: [{ people: "Ann, somebody" }],
    html: `<a href="/console/people/${ann}">Ann</a>`,
  });
});

it("leaves what is for programs: members named id, addresses, longer words, and what is no plain value", () => {
  const kept = {
    id: ann,
    address: `/console/people/${ann}`,
    query: `?author=${ann}`,
    attribute: `value="${ann}"`,
    word: `${ann}x`,
    at: new Date(0),
    known: new Map([[ann, ann]]),
  };
  expect(withNames(kept, nameOf)).toEqual(kept);
});

it("gives back the very same where nobody is told of, and changes nothing of what it is given where somebody is", () => {
  const quiet = { services: [{ slug: "beacon", title: "Beacon" }] };
  const told = { quiet, author: ann };
  expect(withNames(quiet, nameOf)).toBe(quiet);
  const named = withNames(told, nameOf);
  expect(named).toEqual({ quiet, author: "Ann" });
  expect(named.quiet).toBe(quiet);
  expect(told.author).toBe(ann);
});
