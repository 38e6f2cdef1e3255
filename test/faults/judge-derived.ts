/**
 * Is what was derived, through all the trouble, what the same evidence gives in order and undisturbed? Held against two oracles: a replay
 * through the domain's own functions, and the reference that shares nothing with them.
 */
import { isDeepStrictEqual } from "node:util";
import { samplesOf, usableObservations } from "../../src/domain/monitoring/evidence.ts";
import {
  beforeAnySample,
  type CheckSample,
  derivationFrom,
  type DerivationStep,
  takeSamples,
} from "../../src/domain/monitoring/derivation.ts";
import type { Outage } from "../../src/domain/monitoring/outage.ts";
import type { Facts } from "./facts.ts";
import { grouped } from "./facts.ts";
import { referenceOutages } from "./reference.ts";

/** The samples of every check that may be derived from, in order of time. */
export function samplesInOrder({ batches, checks }: Facts): Map<number, CheckSample[]> {
  const byCheck = new Map<number, CheckSample[]>([...checks.keys()].map((check) => [check, []]));
  for (const { batch } of batches) {
    for (const observation of usableObservations(batch)) {
      if (checks.has(observation.check)) {
        grouped(byCheck, observation.check).push(...samplesOf(batch, [observation]));
      }
    }
  }
  byCheck.forEach((samples) => samples.sort((a, b) => a.at - b.at || (a.location < b.location ? -1 : 1)));
  return byCheck;
}

/** What is wrong, in words; empty = nothing. */
export function judgeDerived(facts: Facts): string[] {
  const findings = judgeBuckets(facts);
  for (const [check, samples] of samplesInOrder(facts)) {
    const { service, rules } = facts.checks.get(check)!;
    const stored = facts.outages.get(check) ?? [];
    const replayed: DerivationStep["put"] = takeSamples(
      derivationFrom(beforeAnySample),
      samples,
      () => rules,
      Number.MAX_SAFE_INTEGER,
    ).put;
    findings.push(
      ...differences(
        `outages of ${service}`,
        stored.map(plain),
        replayed.outages.map(plain),
        "a replay in order",
      ),
      ...differences(
        `outages of ${service}`,
        stored.map(withoutUncertainty),
        referenceOutages(samples, rules),
        "the reference",
      ),
      ...differences(
        `readings of ${service}`,
        facts.readings.get(check) ?? [],
        replayed.changes,
        "a replay in order",
      ),
    );
  }
  return findings;
}

const bucketMs = 300_000;

/** What charts are made of counts every sample once. The latest bucket of a place is still being counted. */
function judgeBuckets(facts: Facts): string[] {
  const findings: string[] = [];
  const stored = new Map(
    facts.buckets.map(({ check, location, start, count, failures }) => [
      `${check} ${location} ${start}`,
      `${count} samples, ${failures} failed`,
    ]),
  );
  for (const [check, samples] of samplesInOrder(facts)) {
    for (const location of new Set(samples.map((sample) => sample.location))) {
      const counted = samples.filter((one) => one.location === location && one.outcome !== "probe_error");
      const byBucket = Map.groupBy(counted, ({ at }) => Math.floor(at / bucketMs) * bucketMs);
      for (const start of [...byBucket.keys()].toSorted((a, b) => a - b).slice(0, -1)) {
        const inBucket = byBucket.get(start)!;
        const failures = inBucket.filter(({ outcome }) => outcome === "fail").length;
        const expected = `${inBucket.length} samples, ${failures} failed`;
        const found = stored.get(`${check} ${location} ${start}`) ?? "nothing";
        if (found !== expected) {
          findings.push(
            `five minutes of check ${check} in ${location} from ${new Date(start).toISOString()} hold ${found}, the evidence ${expected}`,
          );
        }
      }
    }
  }
  return findings;
}

function differences<T extends object>(
  what: string,
  stored: readonly T[],
  expected: readonly T[],
  by: string,
): string[] {
  const lacks = expected.filter((one) => !stored.some((other) => isDeepStrictEqual(one, other)));
  const invented = stored.filter((one) => !expected.some((other) => isDeepStrictEqual(one, other)));
  return [
    ...lacks.map((one) => `${what} lack what ${by} gives: ${JSON.stringify(one)}`),
    ...invented.map((one) => `${what} hold what ${by} does not give: ${JSON.stringify(one)}`),
  ];
}

function plain(outage: Outage) {
  return { ...withoutUncertainty(outage), uncertaintyMs: outage.uncertaintyMs ?? 0 };
}

/** Of an outage that lasts, the last failure is told only when it is over. */
function withoutUncertainty({ start, end, lastFailAt, lastOkBeforeAt, firstOkAfterAt }: Outage) {
  return { start, end, lastFailAt: end === null ? null : lastFailAt, lastOkBeforeAt, firstOkAfterAt };
}
