/**
 * The probe of one region: a Durable Object that keeps itself in memory by an alarm every few seconds, and in storage everything that
 * must outlive it: key, assignments, samples not acknowledged. Evicted or restarted, it goes on from there.
 */

import { DurableObject } from "cloudflare:workers";
import { machineClock } from "../clock.ts";
import { decodeBatch } from "../batch.ts";
import { trackClockSkew } from "../clock-skew.ts";
import { consequenceOf, messageOf } from "../refusals.ts";
import { remoteServer } from "../remote.ts";
import { startRemoteProbe } from "../remote-probe.ts";
import type { Remembered, RemoteProbe, RemoteProbeProblem } from "../remote-probe.ts";
import type { Spool } from "../spool.ts";
import { watchUntaken } from "../untaken-watch.ts";
import type { ProbeAlert, UntakenWatch } from "../untaken-watch.ts";
import { tellPeople } from "./alerts.ts";
import { identityOf, noteRevocation } from "./identity.ts";
import { kindsOf } from "./kinds.ts";
import { alertAfterMsOf, alertWayOf, regionsOf, serverOf } from "./settings.ts";
import type { Settings } from "./settings.ts";
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
const alarmEveryMs = 5_000;

/**
 * A Worker opens at most six connections at a time and lets others wait, which would look like the slowness of their targets. One is
 * left for the server, one to find out whether the network is lost.
 */
const askingsAtATime = 4;

/** About four days of 100 checks every 15 s: some 50 MB of storage. */
const maxSamples = 2_500_000;

export class ProbeLocation extends DurableObject<Settings> {
  readonly #startedAt = machineClock.now();
  readonly #skew = trackClockSkew(machineClock);
  readonly #problems = new Map<string, string>();
  #name: string | undefined;
  #probe: string | null = null;
  #running: RemoteProbe | null = null;
  #watch: UntakenWatch | null = null;
  #joining = false;

  constructor(ctx: DurableObjectState, environment: Settings) {
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
    await this.ctx.storage.setAlarm(machineClock.now() + alarmEveryMs);
    if (this.#running !== null) {
      const trouble = this.#problems.get("delivery") ?? null;
      this.#watch?.look(this.#running.statistics().delivery, trouble, machineClock.now());
    } else if (!this.#joining) {
      this.#joining = true;
      try {
        await this.#join(name);
        this.#problems.delete("join");
      } catch (error) {
        if (this.#problems.get("join") !== messageOf(error)) {
          console.error(`${name}: ${messageOf(error)}`);
        }
        this.#problems.set("join", messageOf(error));
      } finally {
        this.#joining = false;
      }
    }
  }

  async #join(name: string): Promise<void> {
    const { storage } = this.ctx;
    const way = { server: serverOf(this.env), clock: machineClock, skew: this.#skew };
    const { probe, location, privateKey } = await identityOf(storage.kv, this.env, name, way);
    this.#probe = probe;
    const alertAfterMs = alertAfterMsOf(this.env);
    alertWayOf(this.env);
    const spool = storageSpool(storage.sql, maxSamples);
    await releaseForeign(spool, probe);
    this.#watch = watchUntaken({
      ...{ probe, location, server: way.server, alertAfterMs },
      alert: (alert) => this.#alert(alert),
    });
    this.#running = startRemoteProbe({
      probe,
      location,
      privateKey,
      engine: "workers",
      server: remoteServer(way, { probe, privateKey: () => privateKey }),
      clock: machineClock,
      skew: this.#skew,
      random: Math.random,
      kinds: kindsOf(this.env.DNS_OVER_HTTPS),
      concurrency: askingsAtATime,
      spool,
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

  #alert(alert: ProbeAlert): void {
    console.error(`${alert.title}. ${alert.lines.join(" ")}`);
    const way = alertWayOf(this.env);
    if (way !== null) {
      void tellPeople(way, alert, machineClock);
    }
  }

  #note(name: string, problem: RemoteProbeProblem): void {
    const topic = topicOf[problem.kind];
    if (topic !== undefined && "message" in problem) {
      this.#problems.set(topic, problem.message);
    } else if (topic !== undefined) {
      this.#problems.delete(topic);
    }
    const { kind } = problem;
    if (kind === "probe_revoked" || (kind === "poll_failed" && consequenceOf(problem) === "revoked")) {
      void this.#revoked(name, problem.message);
    }
    if (!("attempts" in problem) || problem.attempts === 1) {
      console.warn(`${name}: ${JSON.stringify(problem)}`);
    }
  }

  /** It ends. A new invitation among the secrets begins anew (identity.ts). */
  async #revoked(name: string, message: string): Promise<void> {
    const running = this.#running;
    if (running === null) {
      return;
    }
    this.#running = null;
    const { held } = running.statistics().delivery;
    this.#alert({
      kind: "probe_revoked",
      title: `Probe ${this.#probe} was revoked`,
      lines: [
        `The server takes nothing more of the probe ${this.#probe} in ${name}: ${message}.`,
        `It has stopped asking. ${held} samples that were never delivered stay in its storage.`,
      ],
      at: machineClock.now(),
    });
    await noteRevocation(this.ctx.storage.kv, this.env, name);
    await running.stop(0);
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

/**
 * A batch on its way that another probe had sealed, which was revoked since: whether it was taken is not known, so it is not told again
 * under another name.
 */
async function releaseForeign(spool: Spool, probe: string): Promise<void> {
  const outgoing = spool.outgoing();
  if (outgoing !== null && decodeBatch(outgoing.signed.bytes).probe !== probe) {
    await spool.setAside(outgoing, "sealed by a probe that was revoked");
    await spool.release(outgoing.through);
  }
}
