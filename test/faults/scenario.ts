/**
 * One scenario from an empty database to a verdict: a stage is set, targets play, faults fall as drawn, everything is mended and comes to
 * rest, and what then stands in the database is judged.
 */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import postgres from "postgres";
import type { PostgresServer } from "../support/postgres-server.ts";
import { type Chance, chanceFrom } from "./chance.ts";
import { type Facts, readFacts } from "./facts.ts";
import { judgeDerived } from "./judge-derived.ts";
import { judgeEvidence } from "./judge-evidence.ts";
import { judgeAskings, judgeOutages, judgeReadings, type Truth } from "./judge-truth.ts";
import { settle } from "./settle.ts";
import { setStage, type Stage, type StagePlan } from "./stage.ts";
import { watchStalls } from "./stalls.ts";
import { type Verification, verifyService } from "./verifier.ts";
import { watchServers } from "./watch.ts";

export interface Scenario {
  name: string;
  plan: StagePlan;
  /** Lets faults fall for about so long. */
  play(play: Play): Promise<void>;
  /** Share of the judged time that may be unknown: the faults leave stretches that nobody can have seen. 0 unless told. */
  unknownShare?: number;
  /** Samples may be dated wrong: they cannot be matched with questions one by one. */
  clocksWrong?: boolean;
}

/** What a scenario plays with. */
export interface Play {
  stage: Stage;
  chance: Chance;
  /** The same play with draws of its own, for what happens beside other things. */
  apart(name: string): Play;
  /** Waits for a drawn while. */
  pause(fromMs: number, toMs: number): Promise<void>;
  /** Says that a fault fell, for the line of the scenario. */
  fault(kind: string): void;
  /** Says that somebody may have lost what it had just been told, `backMs` before now. */
  loss(backMs: number): void;
  /** Says that something was seen that must not be. */
  found(finding: string): void;
  /** Whether the time is not over yet. */
  goesOn(): boolean;
}

export interface Outcome {
  name: string;
  seed: string;
  seconds: number;
  findings: string[];
  /** What happened, in words. */
  story: string;
  /** Folder with what the processes printed, kept where something was found. */
  kept: string | null;
}

/** Stretches between the targets' changes: longer than readings may lag on either side, so that a wrong reading shows. */
const shortestStretchMs = 8_000;
const longestStretchMs = 14_000;

/** Each costs two processes; which ones go down when is drawn anew in every scenario. */
const verifiedServices = 2;

/** Plays one scenario. */
export async function playScenario(
  scenario: Scenario,
  seed: string,
  lastsMs: number,
  database: PostgresServer,
): Promise<Outcome> {
  const began = performance.now();
  const chance = chanceFrom(`${seed}/${scenario.name}`);
  const outcome: Outcome = { name: scenario.name, seed, seconds: 0, findings: [], story: "", kept: null };
  let stage: Stage | undefined;
  try {
    stage = await setStage(scenario.plan, database, chance);
    await playOn(stage, scenario, chance, lastsMs, outcome);
  } catch (error) {
    outcome.findings.push(`the scenario could not be played: ${(error as Error).stack}`);
    await stage?.database.resume().catch(() => {});
  }
  outcome.findings.push(...(stage?.deaths() ?? []));
  if (stage !== undefined) {
    if (outcome.findings.length > 0) {
      outcome.kept = await keepOutputs(stage, outcome);
    }
    await stage.close();
    await dropDatabase(database, stage.databaseUrl);
  }
  outcome.seconds = Math.round((performance.now() - began) / 1000);
  return outcome;
}

async function playOn(
  stage: Stage,
  scenario: Scenario,
  chance: Chance,
  lastsMs: number,
  outcome: Outcome,
): Promise<void> {
  await everybodyReports(stage);
  const from = Date.now();
  const losses: { from: number; until: number }[] = [];
  const faults = new Map<string, number>();
  const watch = watchServers(stage.servers);
  const standing = watchStalls();
  stage.targets.play(chance.of("targets"), shortestStretchMs, longestStretchMs);
  const play = (draws: Chance): Play => ({
    stage,
    chance: draws.of("faults"),
    apart: (name) => play(draws.of(name)),
    pause: pauses(draws.of("pauses")),
    fault: (kind) => void faults.set(kind, (faults.get(kind) ?? 0) + 1),
    loss: (backMs) => void losses.push({ from: Date.now() - backMs, until: Date.now() }),
    found: (finding) => void outcome.findings.push(finding),
    goesOn: () => Date.now() - from < lastsMs,
  });
  await scenario.play(play(chance));
  await stage.mend();
  stage.targets.rest();
  const until = Date.now();
  outcome.findings.push(...(await settle(stage, until)));
  const verifications: Verification[] = [];
  for (const service of stage.services.slice(0, verifiedServices)) {
    verifications.push(await verifyService(stage, service, from));
  }
  await watch.stop();
  await Promise.all(stage.servers.map((server) => server.stop()));
  const { records } = stage.targets;
  const stalls = standing.end();
  const truth = { records, from, until, losses, stalls, clocksWrong: scenario.clocksWrong ?? false };
  const story = await judge(stage, scenario, truth, verifications, outcome.findings);
  outcome.findings.push(...watch.findings());
  outcome.story = [
    [...faults].map(([kind, times]) => `${times} × ${kind}`).join(", "),
    ...story,
    ...(stalls.length === 0 ? [] : [`the harness stood still ${stalls.length} times`]),
    `slowest page ${watch.answers().slowestMs} ms of ${watch.answers().count}`,
  ].join(" · ");
}

/** Judges what stands in the database; says in words how much that is. */
async function judge(
  stage: Stage,
  scenario: Scenario,
  truth: Truth,
  verifications: readonly Verification[],
  findings: string[],
): Promise<string[]> {
  const facts = await readFacts(stage.databaseUrl);
  const acknowledged = stage.probes.flatMap(({ witness }) => witness.acknowledged);
  if (stage.probes.length > 0 && acknowledged.length === 0) {
    findings.push("nobody saw a batch being acknowledged: the witness sleeps");
  }
  const readings = judgeReadings(facts, truth);
  findings.push(
    ...(await judgeEvidence(facts, acknowledged)),
    ...judgeDerived(facts),
    ...readings.findings,
    ...judgeOutages(facts, truth),
    ...judgeAskings(facts, truth),
    ...verifications.flatMap((verification) => judgeVerification(facts, verification)),
  );
  const { unknownShare: allowed = 0 } = scenario;
  const unknownShare = readings.unknownMs / readings.totalMs;
  const percent = (unknownShare * 100).toFixed(1);
  if (unknownShare > allowed) {
    const places = readings.unknown.slice(0, 8).join(", ");
    findings.push(`${percent} % of the time is unknown, at most ${allowed * 100} % may be: ${places}`);
  }
  const samples = facts.batches.reduce((sum, { batch }) => sum + batch.observations.length, 0);
  return [
    `${samples} samples in ${facts.batches.length} batches, ${acknowledged.length} seen acknowledged${refusals(stage)}`,
    `${[...facts.outages.values()].flat().length} outages`,
    `${percent} % unknown`,
  ];
}

/** Deliveries that servers did not take, by reason. */
function refusals(stage: Stage): string {
  const codes = stage.probes.flatMap(({ witness }) => witness.refused.map(({ code }) => code));
  const counts = [...Map.groupBy(codes, (code) => code)].map(([code, all]) => `${all.length} × ${code}`);
  return counts.length === 0 ? "" : ` (refused: ${counts.join(", ")})`;
}

/** The outages the verifier came to are the stored ones. */
function judgeVerification(
  { checks, outages }: Facts,
  { service, findings, outages: theirs }: Verification,
): string[] {
  const [check] = [...checks].find(([, one]) => one.service === service)!;
  const stored = (outages.get(check) ?? []).map(({ start, end }) => ({ start, end }));
  const same = isDeepStrictEqual(theirs, stored);
  return same || findings.length > 0
    ? findings
    : [`the verifier tells ${JSON.stringify(theirs)} of ${service}, stored are ${JSON.stringify(stored)}`];
}

const pauses = (draws: Chance) => (fromMs: number, toMs: number) => sleep(draws.between(fromMs, toMs));

/** Until every location has said of every check that it is good. */
async function everybodyReports(stage: Stage): Promise<void> {
  const db = postgres(stage.databaseUrl, { max: 1, onnotice: () => {} });
  const wanted = stage.services.length * stage.locations.length;
  for (const until = Date.now() + 30_000; ;) {
    const [row] = await db<{ pairs: number }[]>`
      select count(distinct (check_id, location_id))::int as pairs from samples where outcome = 0`;
    if (row!.pairs >= wanted) {
      break;
    }
    if (Date.now() > until) {
      throw new Error(`only ${row!.pairs} of ${wanted} checks at their locations were ever asked`);
    }
    await sleep(100);
  }
  await db.end();
}

async function keepOutputs(stage: Stage, outcome: Outcome): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "fournines-faults-found-"));
  await writeFile(join(folder, "findings.txt"), `${outcome.findings.join("\n")}\n`);
  for (const { name, output } of stage.outputs()) {
    await writeFile(join(folder, `${name.replaceAll(" ", "-")}.log`), output);
  }
  return folder;
}

async function dropDatabase(database: PostgresServer, url: string): Promise<void> {
  const admin = postgres(database.url, { max: 1, onnotice: () => {} });
  await admin
    .unsafe(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`)
    .catch(() => {});
  await admin.end();
}
