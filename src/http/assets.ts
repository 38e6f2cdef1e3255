/**
 * Files that pages refer to: style, scripts, the chart library, the mark in every state. Read once at start; all of them carry one digest
 * in their address, so that modules may import each other by their plain names and every copy may be kept for a year.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { serviceStates, type ShownState } from "../domain/status/service.ts";
import { markFile } from "./pages/mark.ts";
import { toSnapshot, type Snapshot } from "./snapshot.ts";

export interface Assets {
  /** "/assets/5f3c…/page.css". */
  address(name: string): string;
  /** The answer to a path under /assets/; undefined where there is no such file. */
  find(path: string): Snapshot | undefined;
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
};

/** Reads them all. `headers` go with every answer. */
export function readAssets(
  headers: Readonly<Record<string, string>>,
  folder: string = fileURLToPath(new URL("../../views/assets/", import.meta.url)),
): Assets {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) {
      files.set(entry.name, readWhole(folder, entry.name));
    }
  }
  files.set("chart.js", readFileSync(chartLibrary()));
  for (const state of [...serviceStates, "unknown"] satisfies ShownState[]) {
    files.set(`mark-${state}.svg`, Buffer.from(markFile(state)));
  }
  const digest = createHash("sha256");
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    digest.update(name).update(content);
  }
  const version = digest.digest("hex").slice(0, 12);
  const answers = (cacheControl: string): Map<string, Snapshot> =>
    new Map(
      [...files].map(([name, content]) => [
        name,
        toSnapshot(content, {
          ...headers,
          "Content-Type": types[extname(name)] ?? "application/octet-stream",
          "Cache-Control": cacheControl,
          Vary: "Accept-Encoding",
        }),
      ]),
    );
  const current = answers("public, max-age=31536000, immutable");
  // Asked for under another digest, by a page of another version of the server: right as far as anyone knows, not to be kept.
  const other = answers("no-cache");
  return {
    address: (name) => `/assets/${version}/${name}`,
    find(path) {
      const [, digestGiven, name] = /^\/assets\/([0-9a-f]{12})\/([\w.-]+)$/.exec(path) ?? [];
      return name === undefined ? undefined : (digestGiven === version ? current : other).get(name);
    },
  };
}

/** A file; of a style its parts stand where it imports them, so that a reader asks once for all. */
function readWhole(folder: string, name: string): Buffer {
  const content = readFileSync(join(folder, name));
  return extname(name) !== ".css"
    ? content
    : Buffer.from(
        content
          .toString("utf8")
          .replace(/^@import "\.\/([\w./-]+)";$/gm, (_, part: string) =>
            readFileSync(join(folder, part), "utf8").trimEnd(),
          ),
      );
}

function chartLibrary(): string {
  const chart = createRequire(import.meta.url).resolve("chart.js");
  return join(dirname(chart), "chart.umd.min.js");
}
