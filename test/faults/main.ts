/**
 * `npm run faults`: the whole matrix on real processes, one line a scenario and a table at the end. `FAULTS_SEED` replays a run, words after
 * the command choose scenarios by a part of their name, `FAULTS_LASTS` says how long faults fall in each (30s).
 */
import { randomInt } from "node:crypto";
import { parseDuration } from "../../src/domain/time/duration.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { type Outcome, playScenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

const seed = process.env.FAULTS_SEED ?? String(randomInt(1_000_000));
const lastsMs = parseDuration(process.env.FAULTS_LASTS ?? "30s");
const wanted = process.argv.slice(2);
const chosen = scenarios.filter(
  ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
);

console.log(`FAULTS_SEED=${seed}: ${chosen.length} of ${scenarios.length} scenarios`);
const outcomes: Outcome[] = [];
const database = await startPostgres();
try {
  for (const scenario of chosen) {
    const outcome = await playScenario(scenario, seed, lastsMs, database);
    outcomes.push(outcome);
    console.log(lineOf(outcome));
    outcome.findings.forEach((finding) => console.log(`       ${finding}`));
    if (outcome.kept !== null) {
      console.log(`       what the processes printed: ${outcome.kept}`);
    }
  }
} finally {
  await database.stop();
}
console.log(tableOf(outcomes));
process.exit(outcomes.every(({ findings }) => findings.length === 0) ? 0 : 1);

function lineOf({ name, seconds, findings, story }: Outcome): string {
  return `${findings.length === 0 ? "ok  " : "FAIL"}   ${name} (${seconds} s): ${story}`;
}

function tableOf(all: readonly Outcome[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const rows = all.map(({ name, seconds, findings }) => {
    const found = findings.length === 0 ? "nothing found" : `${findings.length} found`;
    return `${name.padEnd(width)}   ${String(seconds).padStart(4)} s   ${found}`;
  });
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  const failed = all.filter(({ findings }) => findings.length > 0).length;
  return [
    "",
    ...rows,
    "",
    `${all.length} scenarios in ${Math.ceil(total / 60)} min, ${failed} with findings; FAULTS_SEED=${seed} replays them`,
  ].join("\n");
}
