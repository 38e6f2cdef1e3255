/**
 * The product's processes as an operator starts them: servers, probes and commands, through the launcher, each with an environment of its
 * own. A process that ends without having been told to is remembered: the product may be killed, it may not die.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { asTests } from "../support/server-process.ts";

const preloaded = ["./skewed-clock.ts", "./own-network.ts"].map(
  (file) => `--import=${new URL(file, import.meta.url).href}`,
);

/** Whatever ends a run, nothing it started stays behind. */
const living = new Set<ChildProcess>();
process.on("exit", () => living.forEach((child) => child.kill("SIGKILL")));

export interface Launched {
  pid: number;
  /** Everything it printed, both streams. */
  output(): string;
  /** Whether it still runs. */
  runs(): boolean;
  /** Resolves with what the expression first finds in its output; rejects when it ends before, or after `withinMs`. */
  says(expression: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Stands still, as on a machine that sleeps or has no time for it; and goes on as if nothing had been. */
  freeze(): void;
  thaw(): void;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit status; killed after `withinMs`. */
  stop(withinMs?: number): Promise<number | null>;
  /** Exit status, once it has ended. */
  ended: Promise<number | null>;
  /** It ended although nobody told it to, and not as `excuse` allowed. */
  diedByItself(): boolean;
  /** Lets it end where its output says this. */
  excuse(words: RegExp): void;
}

export interface LaunchOptions {
  folder: string;
  environment: Record<string, string>;
  /** A world of its own: the file with the ms by which its clock is wrong, and ports that are led to others. */
  world?: { clock: string; network: ReadonlyMap<number, number> };
  /** Words to start it with. */
  enter?: readonly string[];
}

/** Starts `fournines …words`. */
export function launch(
  words: readonly string[],
  { folder, environment, world, enter = [] }: LaunchOptions,
): Launched {
  const { PATH = "", HOME = "" } = process.env;
  const [program, ...all] = [...enter, process.execPath, ...asTests, ...words];
  const child = spawn(program!, all, {
    cwd: folder,
    env: { PATH, HOME, ...(world === undefined ? {} : worldOf(world)), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  living.add(child);
  let output = "";
  let told = false;
  let died = false;
  let excused: RegExp | undefined;
  const heard = new Set<() => void>();
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (bytes: Buffer) => {
      output += bytes.toString();
      heard.forEach((look) => look());
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    const done = () => {
      living.delete(child);
      died = !told;
      resolve(child.exitCode);
    };
    child.once("close", done);
    child.once("error", (error) => {
      output += `${error.message}\n`;
      done();
    });
  });

  async function end(signal: NodeJS.Signals, withinMs: number): Promise<number | null> {
    told = true;
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), withinMs);
    const code = await ended;
    clearTimeout(late);
    return code;
  }

  return {
    pid: child.pid!,
    output: () => output,
    runs: () => child.exitCode === null && child.signalCode === null,
    says: (expression, withinMs = 60_000) =>
      new Promise((resolve, reject) => {
        const done = (act: () => void) => {
          heard.delete(look);
          clearTimeout(late);
          act();
        };
        const look = () => {
          const found = expression.exec(output);
          if (found !== null) {
            done(() => resolve(found));
          }
        };
        const fail = (why: string) => done(() => reject(new Error(`${words.join(" ")} ${why}:\n${output}`)));
        const late = setTimeout(() => fail(`did not say ${expression} in ${withinMs} ms`), withinMs);
        heard.add(look);
        void ended.then((code) => fail(`ended with ${code} before it said ${expression}`));
        look();
      }),
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    kill: async () => void (await end("SIGKILL", 0)),
    stop: (withinMs = 15_000) => end("SIGTERM", withinMs),
    ended,
    diedByItself: () => died && !(excused?.test(output) ?? false),
    excuse: (words) => (excused = words),
  };
}

function worldOf({ clock, network }: NonNullable<LaunchOptions["world"]>): Record<string, string> {
  return {
    NODE_OPTIONS: preloaded.join(" "),
    FAULTS_CLOCK: clock,
    FAULTS_NETWORK: [...network].map(([port, instead]) => `${port}=${instead}`).join(","),
  };
}

/** Runs a command to its end: what it printed, and its exit status. */
export async function run(
  words: readonly string[],
  options: LaunchOptions,
): Promise<{ code: number | null; output: string }> {
  const launched = launch(words, options);
  const code = await launched.ended;
  return { code, output: launched.output() };
}
