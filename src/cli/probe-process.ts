/**
 * A probe process: runs until it is told to stop, or until the server has revoked it; prints what happens, and tells people by itself when
 * nobody takes its samples. Behind probe-run.ts.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { FolderTaken } from "../../probes/node/folder-lock.ts";
import { ProbeNotReady } from "../../probes/node/joining.ts";
import { type NodeProbe, startNodeProbe } from "../../probes/node/remote.ts";
import { RefusedByServer, ServerAway } from "../../probes/remote.ts";
import type { ProbeAlert } from "../../probes/untaken-watch.ts";
import type { ProbeConfig } from "../config.ts";
import { Conflict, type Refusal } from "../domain/errors.ts";
import type { Channel } from "../notify/channel.ts";
import { tell } from "../notify/tell.ts";
import { channelsOf } from "../notify/channels.ts";
import { newsLine, type ProbeLine, problemLine } from "./probe-lines.ts";
import type { Terminal } from "./words.ts";

/** What it ends with when the server has revoked it: a supervisor need not start it again. */
const revokedStatus = 3;
const stopWithinMs = 4_000;

/** Runs until the end; the exit status. */
export async function runProbe(config: ProbeConfig, terminal: Terminal): Promise<number> {
  // A target that fails is no fault of the program, and collecting the stacks of its errors costs a quarter of the time.
  Error.stackTraceLimit = 1;
  // Whoever read what we print may be gone; that is no reason to stop watching.
  process.stdout.on("error", () => {});
  const print = (line: ProbeLine | null) => {
    if (line !== null && levels.indexOf(line.level) >= levels.indexOf(config.logLevel)) {
      terminal.print(`${new Date().toISOString()} ${line.level.padEnd(5)} ${line.text}`);
    }
  };
  const ending = new AbortController();
  const ended = new Promise<number>((resolve) => {
    ending.signal.addEventListener("abort", () =>
      resolve(ending.signal.reason === "revoked" ? revokedStatus : 0),
    );
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => ending.abort(signal));
  }
  const channels = channelsOf(config.alerts);
  let probe: NodeProbe;
  try {
    probe = await startNodeProbe({
      server: config.server,
      invitation: config.token,
      folder: config.dir,
      alertAfterMs: config.alertAfterMs,
      alert: (alert) => void alertPeople(channels, alert, print),
      onProblem: (problem) => print(problemLine(problem)),
      onNews: (news) => print(newsLine(news)),
      onRevoked: () => ending.abort("revoked"),
      signal: ending.signal,
    });
  } catch (error) {
    if (ending.signal.aborted) {
      return ended;
    }
    throw asRefusal(error, config);
  }
  sayHello(config, probe, channels, terminal);
  const status = await ended;
  const all = await probe.stop(stopWithinMs);
  const { held } = probe.statistics().delivery;
  print({
    level: "info",
    text: all
      ? "ended; everything was delivered"
      : `ended; ${held} samples wait in ${config.dir} for the next start`,
  });
  if (status === revokedStatus) {
    // The last word is worth a moment.
    await sleep(Math.min(2_000, stopWithinMs));
  }
  return status;
}

const levels = ["debug", "info", "warn", "error", "silent"];

function sayHello(
  config: ProbeConfig,
  probe: NodeProbe,
  channels: readonly Channel[],
  { print }: Terminal,
): void {
  const { held } = { held: probe.heldBefore };
  const told = channels.map(({ name, leadsTo }) => `${name} ${leadsTo}`).join(", ");
  print(`Fournines probe ${probe.probe} asks from "${probe.location}" for ${probe.server}`);
  print(`  can ask    ${probe.kinds.join(", ")}`);
  print(
    `  data       ${config.dir}${held === 0 ? "" : ` (${held} samples from before wait to be delivered)`}`,
  );
  print(
    `  alerts     ${told === "" ? "nobody: set ALERT_EMAIL or ALERT_WEBHOOK_URL to be told when nobody takes its samples" : told}`,
  );
}

/** Tells people until one of the ways has worked; that it did not is printed. */
async function alertPeople(
  channels: readonly Channel[],
  { kind, title, lines, at }: ProbeAlert,
  print: (line: ProbeLine) => void,
): Promise<void> {
  print({ level: kind === "batches_taken" ? "info" : "error", text: `${title}. ${lines.join(" ")}` });
  const message = {
    id: `probe-${kind}-${crypto.randomUUID()}`,
    type: `probe.${kind}`,
    at,
    subject: title,
    text: lines.join("\n"),
    facts: {},
  };
  await tell(channels, message, {
    now: () => Date.now(),
    sleep: (ms) => sleep(ms, undefined, { ref: false }),
    onFailure: ({ name }, { message: why }, attempts) =>
      print({
        level: attempts === 1 ? "warn" : "debug",
        text: `people could not be told by ${name}: ${why}`,
      }),
  });
}

/** What keeps a probe from starting, as a sentence with what to do. */
export function asRefusal(error: unknown, { dir }: Pick<ProbeConfig, "dir">): unknown {
  const refuse = (code: string, message: string): Refusal =>
    new Conflict(code, message, [], { cause: error });
  if (error instanceof FolderTaken) {
    return refuse(
      "probe_folder_taken",
      `${error.message}: stop it first, or set PROBE_DIR to another folder`,
    );
  }
  if (error instanceof ProbeNotReady) {
    return refuse("probe_not_ready", error.message);
  }
  if (error instanceof RefusedByServer || error instanceof ServerAway) {
    return refuse(error.code, error.message);
  }
  const { code, path } = error as NodeJS.ErrnoException;
  return typeof code === "string" && typeof path === "string"
    ? refuse("probe_folder_unusable", `the folder ${dir} cannot be used: ${code} at ${path}`)
    : error;
}
