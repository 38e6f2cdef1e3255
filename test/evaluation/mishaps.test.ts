/** Whatever is wrong with a case is told in its place, never thrown: worked cases with one of their values replaced by anything. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerTo, evaluateCase } from "../../src/evaluation/cases.ts";

const folder = fileURLToPath(new URL("../golden/evaluations/", import.meta.url));
const worked = globSync("*.json", { cwd: folder }).map(
  (file) => JSON.parse(readFileSync(folder + file, "utf8")) as { kind: string; input: unknown },
);
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    null,
    0,
    -1,
    0.5,
    Number.MAX_SAFE_INTEGER,
    1e300,
    "",
    "*",
    "0",
    "1/0",
    "1/3",
    "100",
    "-5",
    "9999-12",
    "0001-01",
    "0000-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "2026-04-10T10:00:00.000Z",
    "24:00",
    "weighted",
    "remove",
  ),
);

test("every answer is a result or a refusal with code, pointer and sentence", () => {
  fc.assert(
    fc.property(fc.constantFrom(...worked), fc.nat(), anything, ({ kind, input }, where, value) => {
      const answer = answerTo(evaluateCase({ kind, input: withReplaced(input, where, value) }));
      if ("error" in answer) {
        expect(answer).toEqual({
          error: {
            code: expect.stringMatching(/^[a-z_0-9]+$/),
            pointer: expect.stringMatching(/^\/input/),
            detail: expect.stringMatching(/\.$/),
          },
        });
      }
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    }),
    { numRuns: 600 },
  );
});

/** A copy in which one of all values, at any depth, is another one. */
function withReplaced(json: unknown, where: number, value: unknown): unknown {
  const places: [Record<string, unknown>, string][] = [];
  const copy: unknown = structuredClone(json);
  const visit = (node: unknown) => {
    if (typeof node === "object" && node !== null) {
      for (const key of Object.keys(node)) {
        places.push([node as Record<string, unknown>, key]);
        visit((node as Record<string, unknown>)[key]);
      }
    }
  };
  visit(copy);
  const [parent, key] = places[where % places.length]!;
  parent[key] = value;
  return copy;
}
