/**
 * A probe of a server elsewhere: asks for assignments over and over, swaps them while it runs, says how it is, and goes on by itself with
 * what it was asked last while the server is away. Around probe.ts; the same on Node and Workers, which bring spool, key and kinds.
 */

import { whyNot } from "./abilities.ts";
import type { Clock } from "./clock.ts";
import type { ClockSkew } from "./clock-skew.ts";
import { startProbe } from "./probe.ts";
import type { Probe, ProbeOptions, ProbeStatistics } from "./probe.ts";
import type { AssignmentList, CheckKind, ProbeEngine, ProbeState, Target } from "./protocol.ts";
import { consequenceOf, messageOf } from "./refusals.ts";
import type { RemoteServer } from "./remote.ts";

/** What was asked last, to begin with after a restart while the server is away. */
export interface Remembered {
  etag: string | null;
  list: AssignmentList;
}

/** The way to the server for anything but batches: it fails, and it is well again. */
export type PollProblem =
  | { kind: "poll_failed"; attempts: number; message: string; code?: string }
  | { kind: "poll_resumed" }
  /** The server asks what this version does not understand: the rest is asked. */
  | { kind: "assignments_unreadable"; entries: number };

export type RemoteProbeProblem = Parameters<ProbeOptions["onProblem"]>[0] | PollProblem;

export interface RemoteProbeOptions extends Omit<
  ProbeOptions,
  "assignments" | "selfCheck" | "readChain" | "deliver" | "onProblem" | "skew"
> {
  engine: ProbeEngine;
  server: RemoteServer;
  clock: Clock;
  skew: ClockSkew;
  remembered: Remembered | null;
  /** Keeps what was asked; called whenever it has changed. */
  remember: (asked: Remembered) => void;
  onProblem: (problem: RemoteProbeProblem) => void;
}

export interface RemoteProbeStatistics extends ProbeStatistics {
  /** By the probe's clock: when the server last answered a poll; null = not yet. */
  polledAt: number | null;
}

export interface RemoteProbe {
  probe: Probe;
  statistics(): RemoteProbeStatistics;
  /** Ends polling, then the probe: true when everything was delivered. */
  stop(withinMs: number): Promise<boolean>;
}

/** Before the first list has come, and at most between two polls however often they fail. */
const firstPollAfterMs = 1_000;
const longestPollAfterMs = 30_000;
/** How the probe is, is told so often, and sooner when it changed in what people act on. */
const stateEveryMs = 30_000;

export function startRemoteProbe(options: RemoteProbeOptions): RemoteProbe {
  const { server, clock, skew, onProblem } = options;
  const kinds = Object.keys(options.kinds) as CheckKind[];
  let asked = options.remembered;
  let polledAt: number | null = null;
  let attempts = 0;
  let told = { at: -Infinity, about: "" };
  let callOff = () => {};
  let over = false;

  const probe = startProbe({
    ...options,
    assignments: asked?.list.assignments ?? [],
    selfCheck: askable(asked?.list.selfCheck ?? []),
    readChain: () => server.readChain(),
    deliver: (signed) => server.deliver(signed),
    onNetwork: (lostSince) => {
      options.onNetwork?.(lostSince);
      void tell();
    },
  });

  /** A reference target that cannot be asked from here would say that the network is lost. */
  function askable(targets: readonly Target[]): Target[] {
    return targets.filter((target) => whyNot(options.engine, target, "any") === null);
  }

  async function poll(): Promise<void> {
    try {
      const polled = await server.fetchAssignments(asked?.etag ?? null);
      if (over) {
        return;
      }
      polledAt = clock.now();
      if (polled.changed) {
        if (polled.unreadable > 0) {
          onProblem({ kind: "assignments_unreadable", entries: polled.unreadable });
        }
        asked = { etag: polled.etag, list: polled.list };
        probe.setSelfCheck(askable(polled.list.selfCheck));
        probe.setAssignments(polled.list.assignments);
        options.remember(asked);
      }
      if (attempts > 0) {
        attempts = 0;
        onProblem({ kind: "poll_resumed" });
      }
      await tell();
    } catch (error) {
      failed(error);
    }
    if (!over) {
      callOff = clock.after(pollAfterMs(), () => void poll());
    }
  }

  function failed(error: unknown): void {
    const { code } = error as { code?: unknown };
    const named = typeof code === "string" ? { code } : {};
    onProblem({ kind: "poll_failed", attempts: ++attempts, message: messageOf(error), ...named });
    if (consequenceOf(error) === "revoked") {
      // Nobody will take what it would find out.
      probe.setAssignments([]);
    }
  }

  /** As the server wishes; while it does not answer, twice as long each time, with a jitter so that probes do not come back in step. */
  function pollAfterMs(): number {
    const usual = asked?.list.pollAfterMs ?? firstPollAfterMs;
    if (attempts === 0) {
      return usual * (0.9 + options.random() / 5);
    }
    const longer = Math.min(longestPollAfterMs, usual * 2 ** Math.min(attempts - 1, 10));
    return longer * (0.5 + options.random() / 2);
  }

  /** Only once the server answers polls: state is no reason of its own to ask one that is away. */
  async function tell(): Promise<void> {
    const state = stateOf();
    const about = JSON.stringify([state.networkLostSince, state.refused]);
    if (over || attempts > 0 || (about === told.about && clock.elapsed() - told.at < stateEveryMs)) {
      return;
    }
    told = { at: clock.elapsed(), about };
    try {
      await server.putState(state);
    } catch {
      // The next poll tells what is wrong, and the next telling tells it again.
      told = { at: -Infinity, about: "" };
    }
  }

  function stateOf(): ProbeState {
    const { delivery, networkLostSince } = probe.statistics();
    const { held, oldestHeldAt, refused } = delivery;
    return { kinds, networkLostSince, held, oldestHeldAt, refused, skewMs: skew.now() };
  }

  void poll();
  return {
    probe,
    statistics: () => ({ ...probe.statistics(), polledAt }),
    stop(withinMs) {
      over = true;
      callOff();
      return probe.stop(withinMs);
    },
  };
}
