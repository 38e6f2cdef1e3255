/** `fournines evaluate`: JSON and nothing else on standard output, words on standard error, exit status 1 as soon as a case is refused. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { run } from "../../src/cli/main.ts";
import { june2026, down } from "../evaluation/cases.ts";

const folder = mkdtempSync(join(tmpdir(), "fournines-evaluate-"));
let told: string[];
let printed: string[];

beforeEach(() => {
  told = [];
  printed = [];
  vi.spyOn(console, "error").mockImplementation((...words) => void told.push(words.join(" ")));
});
afterEach(() => vi.restoreAllMocks());

const good = { kind: "availability", input: june2026([down("09 08:15:20", "09 08:17:05")]) };
const bad = { kind: "availability", input: june2026([], { colour: "red" }) };

/** Evaluates what a file says; the exit status. */
function evaluate(contents: unknown, ...words: string[]): Promise<number> {
  const file = join(folder, "cases.json");
  writeFileSync(file, typeof contents === "string" ? contents : JSON.stringify(contents));
  return run(["evaluate", file, ...words], { print: (line) => void printed.push(line), environment: {} });
}

it("prints one object for one case", async () => {
  expect(await evaluate(good)).toBe(0);
  expect(JSON.parse(printed.join("\n"))).toMatchObject({ counted_down_ms: 105_000, verdict: "met" });
  expect(told).toEqual([]);
});

it("prints a list for a list, in its order, with refusals in their places", async () => {
  expect(await evaluate([good, bad, good])).toBe(1);
  expect(JSON.parse(printed.join("\n"))).toEqual([
    expect.objectContaining({ verdict: "met" }),
    {
      error: {
        code: "unknown_key",
        pointer: "/input/contract/colour",
        detail: 'There is no property "colour" here.',
      },
    },
    expect.objectContaining({ verdict: "met" }),
  ]);
  expect(told).toEqual(["1 of 3 cases refused."]);
});

it("explains every step on standard error, in the figures of the result", async () => {
  expect(await evaluate([good, bad], "--explain")).toBe(1);
  const words = told.join("\n");
  expect(words).toContain("Case 1\n");
  expect(words).toContain("Counted downtime: 105000 ms (1m45s) of 2592000000 ms (30d) eligible.");
  expect(words).toContain(
    "A target of 99.99 % of 2592000000 ms (30d) allows 259200 ms (4m19s200ms); 154200 ms (2m34s200ms) are left.",
  );
  expect(words).toContain("Verdict: met, the promise was kept.");
  expect(words).toContain("Refused: /input/contract/colour");
  expect(printed).toHaveLength(1);
});

it("refuses what is no JSON in the place of a result, and says when a file is not there", async () => {
  expect(await evaluate("{")).toBe(1);
  expect(JSON.parse(printed.join("\n"))).toMatchObject({ error: { code: "malformed_json", pointer: "" } });
  printed = [];
  expect(
    await run(["evaluate", join(folder, "none.json")], { print: (line) => void printed.push(line) }),
  ).toBe(1);
  expect(printed).toEqual([]);
  expect(told.at(-1)).toMatch(/none\.json cannot be read \(ENOENT\)$/);
});

it("reads standard input as -, in a process of its own, under what Node was told", () => {
  const launcher = fileURLToPath(new URL("../../src/cli/fournines.js", import.meta.url));
  const told = `--import=data:text/javascript,process.on("exit", () => console.error("Told."))`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [told, launcher, "evaluate", "-"], {
    input: JSON.stringify([good, bad]),
    encoding: "utf8",
  });
  expect(JSON.parse(stdout)).toMatchObject([{ verdict: "met" }, { error: { code: "unknown_key" } }]);
  expect([status, stderr]).toEqual([1, "1 of 2 cases refused.\nTold.\n"]);
});
