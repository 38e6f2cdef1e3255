/**
 * A browser for tests: the machine's own Chromium where there is one, else the one that npm brought. For tests of pages.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const systemPaths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const flags = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"];

let shared: Promise<Browser> | undefined;

/** The one of this process, which ends with it: contexts are what tests open and close. */
export function openBrowser(): Promise<Browser> {
  shared ??= launchChromium();
  return shared;
}

/** Starts one; the caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const system = systemPaths.find((path) => existsSync(path));
  return system === undefined ? launchFromNpm() : chromium.launch({ executablePath: system, args: flags });
}

/** The browser of @sparticuz/chromium, unpacked into the temporary folder on first use. */
export async function launchFromNpm(): Promise<Browser> {
  const needsLibraries = spawnSync("sh", ["-c", "ldconfig -p | grep -q libnss3.so"]).status !== 0;
  if (needsLibraries) {
    // The package unpacks the shared libraries it brings (NSS) only where it believes to be on this platform.
    process.env["AWS_EXECUTION_ENV"] ??= "AWS_Lambda_nodejs22.x";
  }
  const { default: packed } = await import("@sparticuz/chromium");
  const executablePath = await packed.executablePath();
  const libraries = join(tmpdir(), "al2023", "lib");
  const env = needsLibraries
    ? {
        ...process.env,
        LD_LIBRARY_PATH: [libraries, process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
      }
    : { ...process.env };
  return chromium.launch({
    executablePath,
    args: flags,
    env: Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
}
