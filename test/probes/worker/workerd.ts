/** Real workerd for tests: a Worker is bundled exactly as it is deployed, by wrangler without a network, and run by miniflare. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Miniflare, MiniflareOptions } from "miniflare";
import { inject, vi } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");

/** What wrangler.toml says; miniflare is told the same. */
export const compatibility = {
  compatibilityDate: "2026-07-30",
  compatibilityFlags: ["nodejs_compat", "global_fetch_strictly_public"],
};

export interface Bundle {
  script: string;
  /** What wrangler said meanwhile. */
  said: string;
}

/**
 * The Worker of this project as it is deployed: bundled by the first file of a test run that asks, beside and then renamed, while the others
 * wait for it.
 */
export async function bundle(): Promise<Bundle> {
  const folder = join(inject("runFolder"), "worker");
  const done = join(folder, "bundle.json");
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    const made = await bundleOf(undefined).catch((error: Error) => ({ fault: error.message }));
    await writeFile(`${done}.new`, JSON.stringify(made));
    await rename(`${done}.new`, done);
  }
  await vi.waitUntil(() => existsSync(done), { timeout: 120_000 });
  const made = JSON.parse(await readFile(done, "utf8")) as Bundle | { fault: string };
  if ("fault" in made) {
    throw new Error(made.fault);
  }
  return made;
}

/** `wrangler deploy --dry-run`, with the configuration of this project unless an entry of its own is given. */
export async function bundleOf(entry: string | undefined): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), "fournines-worker-"));
  try {
    let config = join(root, "wrangler.toml");
    if (entry !== undefined) {
      config = join(folder, "wrangler.json");
      const { compatibilityDate, compatibilityFlags } = compatibility;
      await writeFile(
        config,
        JSON.stringify({
          name: "test",
          main: join(root, entry),
          compatibility_date: compatibilityDate,
          compatibility_flags: compatibilityFlags,
        }),
      );
    }
    const out = join(folder, "out");
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [wrangler, "deploy", "--config", config, "--dry-run", "--outdir", out],
      // A home and a folder of its own: neither somebody's login nor the project's settings play a part.
      { cwd: folder, env: { PATH: process.env.PATH, HOME: folder, WRANGLER_SEND_METRICS: "false" } },
    );
    const script = await readFile(join(out, basename(entry ?? "main.ts", ".ts") + ".js"), "utf8");
    return { script, said: stdout + stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts workerd; it trusts the authority given, besides those it trusts anyway. */
export async function startWorkerd(
  { script }: Bundle,
  more: Partial<MiniflareOptions> = {},
  authority?: string,
): Promise<Miniflare> {
  const folder = await mkdtemp(join(tmpdir(), "fournines-authority-"));
  try {
    if (authority !== undefined) {
      const file = join(folder, "authority.pem");
      await writeFile(file, authority);
      // miniflare reads it once, when it is first imported.
      process.env.NODE_EXTRA_CA_CERTS = file;
    }
    const { Miniflare, Log, LogLevel } = await import("miniflare");
    const miniflare = new Miniflare({
      modules: [{ type: "ESModule", path: "main.js", contents: script }],
      ...compatibility,
      log: new Log(LogLevel.NONE),
      handleRuntimeStdio: (out: Readable, err: Readable) => {
        out.resume();
        err.resume();
      },
      ...more,
    } as MiniflareOptions);
    await miniflare.ready;
    return miniflare;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
