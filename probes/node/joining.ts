/** How a probe on this machine joins a server, once in its life: asked until it is answered. Part of remote.ts. */

import type { Clock } from "../clock.ts";
import type { CheckKind } from "../protocol.ts";
import { messageOf } from "../refusals.ts";
import { RefusedByServer, registerProbe, type Way } from "../remote.ts";
import type { ProbeIdentity } from "./identity.ts";

/** The probe cannot start as it was asked to. */
export class ProbeNotReady extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProbeNotReady";
  }
}

export interface JoiningOptions {
  /** `fnp_…`; null where none was given. */
  invitation: string | null;
  kinds: readonly CheckKind[];
  random: () => number;
  onFailure: (attempts: number, message: string) => void;
  /** Gives up. */
  signal?: AbortSignal;
}

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * Joins, unless it has joined before.
 *
 * @returns what the location is asked and this probe cannot ask; null = it had joined before
 * @throws RefusedByServer the invitation does not hold
 */
export async function join(
  identity: ProbeIdentity,
  way: Way,
  options: JoiningOptions,
): Promise<string[] | null> {
  if (identity.registered() !== null) {
    return null;
  }
  const { invitation, kinds } = options;
  if (invitation === null) {
    throw new ProbeNotReady(
      "this probe has not joined yet: give it an invitation (PROBE_TOKEN), as fournines probe invite prints it",
    );
  }
  for (let attempts = 1; ; attempts++) {
    try {
      const introduction = { publicKey: identity.publicKey(), kinds, engine: "node" as const };
      const { probe, location, warnings } = await registerProbe(way, invitation, introduction);
      await identity.register(way.server, probe, location);
      return warnings;
    } catch (error) {
      if (error instanceof RefusedByServer && isFinal(error)) {
        throw error;
      }
      options.onFailure(attempts, messageOf(error));
    }
    const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts - 1, 10));
    await pause(way.clock, longest * (0.5 + options.random() / 2), options.signal);
  }
}

/** A server that cannot answer now, or a proxy in front of it, is asked again; a word about the invitation stands. */
function isFinal({ status, code }: RefusedByServer): boolean {
  return status >= 400 && status < 500 && status !== 429 && status !== 408 && code !== "not_fournines";
}

function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      callOff();
      reject(new ProbeNotReady("it was stopped before it could join"));
    };
    const callOff = clock.after(ms, () => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    });
    if (signal?.aborted === true) {
      giveUp();
    }
    signal?.addEventListener("abort", giveUp, { once: true });
  });
}
