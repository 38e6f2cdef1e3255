/**
 * Asks by the system's `ping`: raw sockets need rights a monitor should not have. Started without a shell, and only ever with
 * an address, never with a text someone configured.
 */

import { execFile } from "node:child_process";
import { isIPv6 } from "node:net";
import { ok } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import { ProbeFailure } from "../failure.ts";
import type { Asking } from "../prober.ts";
import type { IcmpTarget } from "../protocol.ts";
import { addressesOf } from "./lookup.ts";

/** Probe function of the kind `icmp`. */
export async function askIcmp(asking: Asking<IcmpTarget>): Promise<Answer> {
  const { target, timings, elapsed, assignment } = asking;
  const began = elapsed();
  const { address } = (await addressesOf(target.host, assignment.family))[0]!;
  if (address !== target.host) {
    timings.lookup = elapsed() - began;
  }
  const ping = await runPing(address, assignment.timeoutMs, (cancel) => (asking.cancel = cancel));
  const result = readPing(ping);
  if (!("roundTripMs" in result)) {
    throw result;
  }
  timings.firstByte = result.roundTripMs;
  return ok;
}

/** Whether this machine can ping at all: the program is there and may send. */
export async function icmpAvailable(): Promise<boolean> {
  const result = readPing(await runPing("127.0.0.1", 1_000, () => {}));
  return "roundTripMs" in result || result.reason !== "probe_failed";
}

/** How one run of ping ended. `code` is null when it could not be started. */
export interface PingRun {
  code: number | null;
  output: string;
}

/** What a run of ping says, for the outputs of iputils, BusyBox, macOS and Windows. */
export function readPing({ code, output }: PingRun): { roundTripMs: number } | ProbeFailure {
  const time = /time[=<]\s*([\d.]+)\s*ms/i.exec(output);
  if (code === 0 && time !== null) {
    return { roundTripMs: Number(time[1]) };
  }
  if (code === null) {
    return new ProbeFailure("probe_failed", "there is no ping program on the probe's machine");
  }
  if (
    /not permitted|permission denied|lacking privilege|invalid option|unrecognized option|usage:/i.test(
      output,
    )
  ) {
    return new ProbeFailure("probe_failed", "the probe's machine does not let it ping");
  }
  if (/unreachable|no route/i.test(output)) {
    return new ProbeFailure("network_unreachable", "host or network unreachable");
  }
  return new ProbeFailure("timeout", "no reply to the ping");
}

function runPing(
  address: string,
  timeoutMs: number,
  cancelWith: (cancel: () => void) => void,
): Promise<PingRun> {
  const { program, options } = pingFor(address, timeoutMs);
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...options, address],
      { env: { LC_ALL: "C", PATH: systemPath } },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ code: error?.killed === true ? 1 : code, output: out + err });
      },
    );
    cancelWith(() => child.kill());
  });
}

/** Where systems keep ping; the environment of the server is no concern of it. */
const systemPath = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:C:\\Windows\\System32";

function pingFor(address: string, timeoutMs: number): { program: string; options: string[] } {
  const seconds = String(Math.max(1, Math.ceil(timeoutMs / 1_000)));
  switch (process.platform) {
    case "win32":
      return { program: "ping", options: ["-n", "1", "-w", String(timeoutMs)] };
    case "darwin":
      return isIPv6(address)
        ? { program: "ping6", options: ["-c", "1"] }
        : { program: "ping", options: ["-c", "1", "-t", seconds] };
    default:
      return { program: "ping", options: ["-c", "1", "-W", seconds] };
  }
}
