/**
 * What a probe would have seen of one check over thirteen months. Where nothing happens, a sample every five minutes stands for all; around
 * every trouble it asks as the real prober does: every 15 s, again after 1 s when something is wrong, then every 5 s until it is settled.
 */
import { afterSample, isAtEdge, unsettled } from "../../../probes/edge.ts";
import type { Observation, Timings } from "../../../probes/protocol.ts";
import { phaseOf } from "../../../probes/rounds.ts";
import type { CheckDefinition } from "../../domain/monitoring/check-definition.ts";
import type { Instant, Interval } from "../../domain/time/interval.ts";
import { draw } from "../draw.ts";
import { answerMs } from "../pace.ts";
import { type DemoService, demoServices } from "../places.ts";
import { minuteMs } from "./span.ts";
import type { Trouble, Troubles } from "./troubles.ts";

/** A check as its history needs it. */
export interface PastCheck {
  /** Its number on the wire. */
  check: number;
  service: DemoService;
  definition: Pick<CheckDefinition, "target" | "slowAboveMs" | "confirmDown" | "confirmUp" | "counts">;
  /** Between samples where nothing happens. */
  intervalMs: number;
  /** Nothing before: the service was launched then. */
  from: Instant;
}

const watchfulMs = 15_000;
const againFirstMs = 1_000;
const againMs = 5_000;
/** How long before and after a trouble the probe's own interval is kept in the history; a multiple of it. */
const marginMs = 3 * minuteMs;

/** The samples of one check, in order of time, over any window: the same ones however the windows are cut. */
export function pastRounds(
  past: PastCheck,
  troubles: Troubles,
  seed: number,
): (window: Interval) => Observation[] {
  const own = past.definition.counts ? troubles.all.filter(({ service }) => service === past.service) : [];
  const stretches = watchfulStretches(own, past.from).map((stretch) => ({
    ...stretch,
    samples: askClosely(past, own, stretch, seed),
  }));
  return (window) => {
    const inside = (at: Instant) =>
      at >= window.start &&
      at < window.end &&
      at >= past.from &&
      !troubles.silences.some((silence) => silence.start <= at && at < silence.end);
    const close = stretches.filter(({ start, end }) => start < window.end && window.start < end);
    const samples = close.flatMap((stretch) => stretch.samples);
    for (let at = nextRound(past, window.start); at < window.end; at += past.intervalMs) {
      if (!close.some(({ start, end }) => start <= at && at < end)) {
        samples.push(seen(past, at, null, seed));
      }
    }
    return samples.filter(({ at }) => inside(at)).sort((a, b) => a.at - b.at);
  };
}

/** One more sample at an instant of one's choice, the service being well. */
export function sampleNow(past: PastCheck, at: Instant, seed: number): Observation {
  return seen(past, at, null, seed);
}

function nextRound({ check, intervalMs }: PastCheck, from: Instant): Instant {
  const phase = Math.floor(phaseOf(check) * intervalMs);
  return Math.ceil((from - phase) / intervalMs) * intervalMs + phase;
}

/** Times around troubles, those that touch taken together. */
function watchfulStretches(own: readonly Trouble[], from: Instant): Interval[] {
  const stretches: Interval[] = [];
  for (const trouble of own) {
    const start = Math.max(from, trouble.start - marginMs);
    const end = trouble.end + marginMs;
    const last = stretches.at(-1);
    if (last !== undefined && start <= last.end) {
      last.end = Math.max(last.end, end);
    } else if (end > from) {
      stretches.push({ start, end });
    }
  }
  return stretches;
}

function askClosely(
  past: PastCheck,
  own: readonly Trouble[],
  { start, end }: Interval,
  seed: number,
): Observation[] {
  const samples: Observation[] = [];
  const { confirmDown, confirmUp } = past.definition;
  let edge = unsettled;
  for (let at = start; at < end;) {
    const sample = seen(past, at, troubleAt(own, at), seed);
    samples.push(sample);
    edge = afterSample(edge, sample.outcome, confirmDown, confirmUp);
    const onGrid = at - ((at - start) % watchfulMs) + watchfulMs;
    at = isAtEdge(edge) ? Math.min(onGrid, at + (edge.firstAgain ? againFirstMs : againMs)) : onGrid;
  }
  return samples;
}

/** The trouble that a sample meets. A stretch is laid so that its rounds meet the very start of the trouble. */
function troubleAt(own: readonly Trouble[], at: Instant): Trouble | null {
  return own.find(({ start, end }) => start <= at && at < end) ?? null;
}

function seen(past: PastCheck, at: Instant, trouble: Trouble | null, seed: number): Observation {
  const { check, service, definition } = past;
  if (trouble?.effect === "fails") {
    const { reason, detail } = trouble;
    const whole = reason === "timeout" ? { total: 5_000 } : {};
    return { check, at, outcome: "fail", timings: whole, reason, detail };
  }
  const limit = definition.slowAboveMs ?? Infinity;
  const pace = answerMs(service, at, seed);
  const slow = trouble?.effect === "slow" && limit !== Infinity;
  const answer = slow
    ? limit * (1.1 + draw(seed, 700 + demoServices.indexOf(service), at))
    : Math.min(pace, limit * 0.9);
  return {
    check,
    at,
    outcome: slow ? "slow" : "ok",
    timings: phasesOf(definition.target.kind, answer, draw(seed, 800, at + check)),
  };
}

/** The phases that a kind can tell apart, of an answer of this length. */
function phasesOf(kind: CheckDefinition["target"]["kind"], answer: number, chance: number): Timings {
  const connect = 0.4 + 0.5 * chance;
  const tenth = (ms: number) => Math.round(ms * 10) / 10;
  switch (kind) {
    case "check-in":
      return { total: 0 };
    case "dns":
      return { firstByte: tenth(answer), total: tenth(answer + 0.2) };
    case "tls":
      return { connect: tenth(connect), tls: tenth(1.4 + chance), total: tenth(connect + 1.6 + chance) };
    case "icmp":
      return { total: tenth(answer) };
    case "http":
    case "tcp":
    case "websocket":
      return { connect: tenth(connect), firstByte: tenth(answer), total: tenth(connect + answer + 0.5) };
  }
}
