/**
 * A slice of the fault suite for every test run: the seed is printed and replays it. `npm run faults` plays the whole matrix.
 */
import { randomInt } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { playScenario } from "./scenario.ts";
import { slice } from "./scenarios.ts";

const seed = process.env.FAULTS_SEED ?? String(randomInt(1_000_000));
const lastsMs = 12_000;

let database: PostgresServer;
beforeAll(async () => {
  database = await startPostgres();
});
afterAll(() => database.stop());

it.each(slice)("$name: nothing is lost, doubled or told wrong", { timeout: 180_000 }, async (scenario) => {
  const { findings, story, kept } = await playScenario(scenario, seed, lastsMs, database);
  expect(findings, `FAULTS_SEED=${seed}: ${story}; what the processes printed: ${kept}`).toEqual([]);
});
