/**
 * What `npm run check` and `npm test` begin with: types and format, side by side, since one alone leaves the machine half idle. Prints
 * what those that fail have to say, and fails with them.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = createRequire(import.meta.url);

/** The file that a package names as its command. */
function command(name: string, bin: string): string {
  const manifest = packages.resolve(`${name}/package.json`);
  const { bin: named } = packages(manifest) as { bin: string | Record<string, string> };
  return join(dirname(manifest), typeof named === "string" ? named : named[bin]!);
}

const tsc = command("typescript", "tsc");
const prettier = command("prettier", "prettier");
const checks: [file: string, ...words: string[]][] = [
  [tsc, "-p", "tsconfig.json"],
  [tsc, "-p", "probes/tsconfig.json"],
  [tsc, "-p", "probes/worker/tsconfig.json"],
  [prettier, "--check", "--log-level", "warn", "--cache", "--cache-location", ".cache/prettier", "."],
];

async function passes(words: string[]): Promise<boolean> {
  const child = spawn(process.execPath, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const [said, warned, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  if (code !== 0) {
    console.error(said + warned);
  }
  return code === 0;
}

const passed = await Promise.all(checks.map(passes));
process.exitCode = passed.every(Boolean) ? 0 : 1;
