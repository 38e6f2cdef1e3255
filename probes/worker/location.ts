/**
 * The probe of one region: a Durable Object that keeps itself in memory by an alarm every few seconds, and in storage everything that
 * must outlive it: key, assignments, samples not acknowledged. Evicted or restarted, it goes on from there.
 */

import { DurableObject } from "cloudflare:workers";
import { trackClockSkew } from "../clock-skew.ts";
import { messageOf } from "../refusals.ts";
import { remoteServer } from "../remote.ts";
import { startRemoteProbe } from "../remote-probe.ts";
import type { Remembered, RemoteProbe, RemoteProbeProblem } from "../remote-probe.ts";
import { workerClock } from "./clock.ts";
import { identityOf, noteRevocation } from "./identity.ts";
import { kindsOf } from "./kinds.ts";
import { regionsOf, serverOf } from "./settings.ts";
import type { Environment } from "./settings.ts";
import { storageSpool } from "./storage-spool.ts";

/** How one location is: what `/status` shows. Instants are epoch ms. */
export interface LocationState {
  location: string;
  /** Null until it is registered. */
  probe: string | null;
  /** When the object last came into memory. */
  startedAt: number;
  /** When the server last answered a poll; null = not since the start. */
  polledAt: number | null;
  checks: number;
  /** Samples: delivered since the start, held now and since when, refused since the start. */
  delivered: number;
  held: number;
  oldestHeldAt: number | null;
  refused: number;
  skewMs: number | null;
  /** What is wrong now, in words. */
  problems: string[];
}

/** Alarms keep the object in memory (it would be evicted after a minute without events) and bring it back after a restart. */
const alarmEveryMs = 10_000;

/**
 * A Worker opens at most six connections at a time and lets others wait, which would look like the slowness of their targets. One is
 * left for the server, one to find out whether the network is lost.
 */
const askingsAtATime = 4;

/** About four days of 100 checks every 15 s: some 50 MB of storage. */
const maxSamples = 2_500_000;

export class ProbeLocation extends DurableObject<Environment> {
  readonly #startedAt = workerClock.now();
  readonly #skew = trackClockSkew(workerClock);
  readonly #problems = new Map<string, string>();
  #name: string | undefined;
  #probe: string | null = null;
  #running: RemoteProbe | null = null;
  #joining = false;

  constructor(ctx: DurableObjectState, environment: Environment) {
    super(ctx, environment);
    this.#name = ctx.storage.kv.get<string>("location");
  }

  /** Sees to it that the object runs. Called by the Worker, from time to time and by whoever asks how it is. */
  async wake(location: string): Promise<LocationState> {
    if (this.#name === undefined) {
      this.ctx.storage.kv.put("location", location);
      this.#name = location;
    }
    if (this.#running === null || (await this.ctx.storage.getAlarm()) === null) {
      await this.alarm();
    }
    return this.#state(location);
  }

  override async alarm(): Promise<void> {
    const name = this.#name;
    if (name === undefined || !regionsOf(this.env.REGIONS).some(({ location }) => location === name)) {
      // The settings name this location no longer. What it holds stays, for when they do.
      await this.#running?.stop(0);
      this.#running = null;
      return;
    }
    await this.ctx.storage.setAlarm(workerClock.now() + alarmEveryMs);
    if (this.#running === null && !this.#joining) {
      this.#joining = true;
      try {
        await this.#join(name);
        this.#problems.delete("join");
      } catch (error) {
        this.#problems.set("join", messageOf(error));
        console.error(`${name}: ${messageOf(error)}`);
      } finally {
        this.#joining = false;
      }
    }
  }

  async #join(name: string): Promise<void> {
    const { storage } = this.ctx;
    const way = { server: serverOf(this.env), clock: workerClock, skew: this.#skew };
    const { probe, location, privateKey } = await identityOf(storage.kv, this.env, name, way);
    this.#probe = probe;
    this.#running = startRemoteProbe({
      probe,
      location,
      privateKey,
      engine: "workers",
      server: remoteServer(way, { probe, privateKey: () => privateKey }),
      clock: workerClock,
      skew: this.#skew,
      random: Math.random,
      kinds: kindsOf(this.env.DNS_OVER_HTTPS),
      concurrency: askingsAtATime,
      spool: storageSpool(storage.sql, maxSamples),
      maxSamples,
      remembered: storage.kv.get<Remembered>("asked") ?? null,
      remember: (asked) => this.#remember(asked),
      onProblem: (problem) => this.#note(name, problem),
    });
  }

  /** Only for a start while the server is away: a list too large for a value of the storage is not kept. */
  #remember(asked: Remembered): void {
    try {
      this.ctx.storage.kv.put("asked", asked);
    } catch (error) {
      this.ctx.storage.kv.delete("asked");
      console.warn(`assignments are not kept: ${messageOf(error)}`);
    }
  }

  #note(name: string, problem: RemoteProbeProblem): void {
    const topic = topicOf[problem.kind];
    if (topic !== undefined && "message" in problem) {
      this.#problems.set(topic, problem.message);
    } else if (topic !== undefined) {
      this.#problems.delete(topic);
    }
    if (
      problem.kind === "probe_revoked" ||
      (problem.kind === "poll_failed" && problem.code === "revoked_probe")
    ) {
      void noteRevocation(this.ctx.storage.kv, this.env, name);
    }
    if (!("attempts" in problem) || problem.attempts === 1) {
      console.warn(`${name}: ${JSON.stringify(problem)}`);
    }
  }

  #state(location: string): LocationState {
    const statistics = this.#running?.statistics();
    const { delivered = 0, held = 0, oldestHeldAt = null, refused = 0 } = statistics?.delivery ?? {};
    const lostSince = statistics?.networkLostSince ?? null;
    const lost = lostSince === null ? [] : [`network lost since ${new Date(lostSince).toISOString()}`];
    return {
      location,
      probe: this.#probe,
      startedAt: this.#startedAt,
      polledAt: statistics?.polledAt ?? null,
      checks: statistics?.checks ?? 0,
      delivered,
      held,
      oldestHeldAt,
      refused,
      skewMs: this.#skew.now(),
      problems: [...this.#problems.values(), ...lost],
    };
  }
}

/** Problems that last until another word of the same topic; all others are only logged. */
const topicOf: Partial<Record<RemoteProbeProblem["kind"], "delivery" | "poll" | "spool" | "revoked">> = {
  delivery_failed: "delivery",
  delivery_resumed: "delivery",
  poll_failed: "poll",
  poll_resumed: "poll",
  spool_failed: "spool",
  spool_recovered: "spool",
  probe_revoked: "revoked",
};
