/**
 * Does what was derived agree with what the targets know of themselves? Up while a target was down, or down while it was up, may be said
 * only as long as the rules of confirmation take; time that nobody saw must be unknown. And every question that a target was asked is a
 * sample in the evidence, every sample a question.
 */
import { segmentsFrom } from "../../src/domain/monitoring/timeline.ts";
import type { Facts } from "./facts.ts";
import { intervalMs, lagMs, slackMs, staleAfterMs, timeoutMs, unconfirmedMs } from "./platform.ts";
import type { Stall } from "./stalls.ts";
import type { TargetRecord } from "./target.ts";

export interface Truth {
  records: ReadonlyMap<string, TargetRecord>;
  /** From when until when it is judged. */
  from: number;
  until: number;
  /** Instants at which a probe lost what it had not yet put down: it was killed, or could hold no more. */
  losses: readonly { from: number; until: number }[];
  /** When targets and lines answered nobody, since the harness stood still. */
  stalls: readonly Stall[];
  /** Some samples were dated by clocks that were wrong. */
  clocksWrong: boolean;
}

export interface Judged {
  findings: string[];
  /** Time judged, and the part of it that was unknown, over all checks. */
  totalMs: number;
  unknownMs: number;
  /** Where it was unknown, in words. */
  unknown: string[];
}

/** Compares readings with the targets' edges. */
export function judgeReadings(facts: Facts, { records, from, until, stalls }: Truth): Judged {
  const judged: Judged = { findings: [], totalMs: 0, unknownMs: 0, unknown: [] };
  for (const [check, { service }] of facts.checks) {
    const { edges } = records.get(service)!;
    const segments = segmentsFrom(facts.readings.get(check) ?? [], { start: from, end: until });
    for (const { start, end, state } of segments) {
      judged.totalMs += end - start;
      if (state === "unknown") {
        judged.unknownMs += end - start;
        judged.unknown.push(`${service} for ${end - start} ms at ${placeOf(start, from)}`);
      }
    }
    const stretches = [{ at: from, down: false }, ...edges.filter(({ at }) => at > from && at < until)];
    stretches.forEach(({ at, down }, i) => {
      // By then whoever reports at all has seen the change; a reading that still tells the old must not stand.
      const settledAt = at + lagMs;
      // Asked just before the next change and answered after it: what was seen is dated when it was asked.
      const next = stretches[i + 1]?.at;
      const endsAt = next === undefined ? until : next - timeoutMs - slackMs;
      const wrong = down ? ["up", "degraded"] : ["down"];
      for (const { start, end, state } of segments) {
        const wrongMs = Math.min(end, endsAt) - Math.max(start, settledAt);
        // Failures that begin a run and are never confirmed count as up where something good follows.
        const allowedMs = down && start > settledAt ? unconfirmedMs : 0;
        const isExcused = !down && stalls.some((stall) => isOf(stall, start, end));
        if (wrong.includes(state) && wrongMs > allowedMs && !isExcused) {
          judged.findings.push(
            `${service} was told ${state} for ${wrongMs} ms (from ${Math.max(start, settledAt) - at} ms after it went ${down ? "down" : "up"})`,
          );
        }
      }
    });
  }
  return judged;
}

/** Compares outages with the stretches in which the targets were down: none is invented, and their edges are where the targets' own are. */
export function judgeOutages(facts: Facts, { records, from, until, stalls }: Truth): string[] {
  const findings: string[] = [];
  for (const [check, { service }] of facts.checks) {
    const { edges } = records.get(service)!;
    const downs = edges
      .filter(({ down }) => down)
      .map(({ at }) => ({ start: at, end: edges.find((edge) => edge.at > at)?.at ?? Infinity }));
    for (const outage of facts.outages.get(check) ?? []) {
      const isExcused = stalls.some((stall) => isOf(stall, outage.start, outage.lastFailAt));
      if (outage.start < from || outage.start > until || isExcused) {
        continue;
      }
      // Asked just before it went down and answered after; told on by those who had not asked again after it came back.
      const down = downs.find(
        ({ start, end }) =>
          outage.start >= start - timeoutMs - slackMs && outage.lastFailAt <= end + staleAfterMs + slackMs,
      );
      const told = `the outage of ${service} told from ${outage.start} to ${outage.end ?? "now"}`;
      if (down === undefined) {
        const seen = failuresWithin(facts, check, outage.start, outage.lastFailAt).join(", ");
        findings.push(`${told} is none that the target knows of; it was told by ${seen}`);
      } else if (outage.lastOkBeforeAt !== null && outage.lastOkBeforeAt > down.start + lagMs + slackMs) {
        findings.push(`${told} has its lower edge ${outage.lastOkBeforeAt - down.start} ms too late`);
      } else if (outage.firstOkAfterAt !== null && outage.firstOkAfterAt < down.end - timeoutMs - slackMs) {
        findings.push(`${told} has its upper edge ${down.end - outage.firstOkAfterAt} ms too early`);
      }
    }
  }
  return findings;
}

/** Compares samples with what the targets were asked. */
export function judgeAskings(facts: Facts, { records, from, until, losses, clocksWrong }: Truth): string[] {
  if (clocksWrong) {
    return [];
  }
  const findings: string[] = [];
  for (const [check, { service }] of facts.checks) {
    const samples = facts.batches
      .flatMap(({ batch }) => batch.observations)
      .filter((one) => one.check === check)
      .sort((a, b) => a.at - b.at);
    const { askings } = records.get(service)!;
    const good = pairs(
      samples.filter(({ outcome }) => outcome === "ok"),
      askings.filter(({ up }) => up).map(({ at }) => at),
    );
    // A good answer may have been lost on its way; a sample that failed may never have reached the target.
    const { lost } = pairs(
      samples.filter(({ outcome }) => outcome !== "ok"),
      [...good.lost, ...askings.filter(({ up }) => !up).map(({ at }) => at)].sort((a, b) => a - b),
    );
    const isExcused = (at: number) =>
      losses.some((loss) => at >= loss.from - slackMs && at <= loss.until + slackMs);
    const inWindow = (at: number) => at >= from && at <= until;
    const missing = lost.filter((at) => inWindow(at) && !isExcused(at));
    if (missing.length > 0) {
      const places = missing.slice(0, 5).map((at) => placeOf(at, from));
      findings.push(
        `${missing.length} of ${askings.length} questions that ${service} was asked are no samples (${places.join(", ")})`,
      );
    }
    const untrue = good.invented.filter(({ at }) => inWindow(at));
    if (untrue.length > 0) {
      findings.push(`${untrue.length} good samples of ${service} that it was never asked for`);
    }
  }
  return findings;
}

/** Whether what seemed down was asked while the harness stood still, and no longer than until everybody had asked again. */
function isOf(stall: Stall, start: number, end: number): boolean {
  const askedAgainBy = stall.until + intervalMs + timeoutMs + slackMs;
  return start >= stall.from - timeoutMs && start <= stall.until && end <= askedAgainBy;
}

/** What a false outage was made of, in words: who saw what fail when. */
function failuresWithin(facts: Facts, check: number, from: number, until: number): string[] {
  return facts.batches
    .flatMap(({ batch }) =>
      batch.observations.map((one) => ({ ...one, by: `${batch.location}/${batch.probe}` })),
    )
    .filter(
      (one) => one.check === check && one.outcome === "fail" && one.at >= from - slackMs && one.at <= until,
    )
    .map(({ by, at, reason, detail }) => `${by} at ${at}: ${reason} (${detail})`);
}

/** An instant as a person finds it in the logs. */
function placeOf(at: number, from: number): string {
  return `+${((at - from) / 1000).toFixed(1)} s (${new Date(at).toISOString().slice(11, 23)})`;
}

/** Pairs samples with questions in order of time: a question arrives soon after its sample began. */
function pairs<T extends { at: number }>(
  samples: readonly T[],
  askings: readonly number[],
): { lost: number[]; invented: T[] } {
  const lost: number[] = [];
  const invented: T[] = [];
  let next = 0;
  for (const asked of askings) {
    while (next < samples.length && samples[next]!.at < asked - timeoutMs - slackMs) {
      invented.push(samples[next++]!);
    }
    if (next < samples.length && samples[next]!.at <= asked + 5) {
      next++;
    } else {
      lost.push(asked);
    }
  }
  invented.push(...samples.slice(next));
  return { lost, invented };
}
