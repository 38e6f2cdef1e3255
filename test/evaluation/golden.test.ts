/** Worked cases, one file a rule: what goes in and what has to come out, to the byte. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { answerTo, evaluateCase } from "../../src/evaluation/cases.ts";

interface Golden {
  rule: string;
  kind: string;
  input: unknown;
  expected: unknown;
}

const folder = fileURLToPath(new URL("../golden/evaluations/", import.meta.url));
const worked = globSync("*.json", { cwd: folder })
  .sort()
  .map((file): [string, Golden] => [
    basename(file, ".json"),
    JSON.parse(readFileSync(folder + file, "utf8")) as Golden,
  ]);

it("there are worked cases of every kind", () => {
  expect([...new Set(worked.map(([, { kind }]) => kind))].sort()).toEqual([
    "availability",
    "burn_rate",
    "credit",
    "cycles",
    "deadline",
    "revision",
    "samples",
  ]);
});

it.each(worked)("%s", (_, { kind, input, expected }) => {
  expect(JSON.stringify(answerTo(evaluateCase({ kind, input })))).toBe(JSON.stringify(expected));
});
