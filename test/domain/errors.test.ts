import { expect, test } from "vitest";
import {
  Conflict,
  Forbidden,
  InvalidInput,
  NotFound,
  Refusal,
  Unauthenticated,
} from "../../src/domain/errors.ts";

test.each([
  ["InvalidInput", InvalidInput],
  ["NotFound", NotFound],
  ["Conflict", Conflict],
  ["Forbidden", Forbidden],
  ["Unauthenticated", Unauthenticated],
])("%s is a refusal that carries its code, sentence, faults and cause", (name, Kind) => {
  const cause = new Error("why");
  const fields = [{ pointer: "/interval", detail: "at least 1s" }];
  const refusal = new Kind("interval_range", "The interval is out of range.", fields, { cause });
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal).toMatchObject({
    name,
    code: "interval_range",
    message: "The interval is out of range.",
    fields,
    cause,
  });
});

test("a refusal of the whole carries no faults", () => {
  expect(new NotFound("service_unknown", "There is no service beacon.").fields).toEqual([]);
});
