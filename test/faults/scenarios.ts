/**
 * The matrix: which faults fall on which platform. Every scenario draws its moments from the seed of the run.
 */
import { type Line, lineStates } from "./line.ts";
import type { Play, Scenario } from "./scenario.ts";

const pair = { servers: 2, probes: [], own: true, services: 6 };
const alone = { servers: 1, probes: [], own: true, services: 6 };

/** Ends the server now and then, and starts it again after a while. */
async function killServers(play: Play, shortestMs: number, longestMs: number): Promise<void> {
  const { stage, chance } = play;
  while (play.goesOn()) {
    await play.pause(shortestMs, longestMs);
    const server = chance.oneOf(stage.servers);
    play.fault("server killed");
    // What its own probe had not delivered was in its memory.
    play.loss(2_000);
    await server.kill();
    await play.pause(0, 1_500);
    await server.start();
  }
}

async function killDatabase(play: Play): Promise<void> {
  while (play.goesOn()) {
    await play.pause(1_500, 6_000);
    play.fault("database killed");
    await play.stage.database.kill();
    await play.pause(0, 2_000);
    await play.stage.database.resume();
  }
}

async function takeDatabaseAway(play: Play, shortestMs: number, longestMs: number): Promise<void> {
  while (play.goesOn()) {
    await play.pause(3_000, 6_000);
    play.fault("database away");
    await play.stage.database.halt();
    await play.pause(shortestMs, longestMs);
    await play.stage.database.resume();
  }
}

/** Lets one line after the other fail in every way a line can. */
async function troubleLines(play: Play, lines: readonly Line[], kind: string): Promise<void> {
  const states = lineStates.filter((state) => state !== "open");
  for (let turn = play.chance.between(0, 3); play.goesOn(); turn++) {
    await play.pause(1_500, 4_000);
    const line = play.chance.oneOf(lines);
    const state = states[turn % states.length]!;
    play.fault(`${kind}: ${state}`);
    await line.set(state);
    await play.pause(3_000, 9_000);
    await line.set("open");
  }
}

export const scenarios: readonly Scenario[] = [
  {
    name: "a server that asks itself is killed",
    plan: alone,
    unknownShare: 0.8,
    play: (play) => killServers(play, 2_000, 7_000),
  },
  { name: "its database is killed", plan: alone, play: killDatabase },
  {
    name: "its database is away for long",
    plan: alone,
    play: (play) => takeDatabaseAway(play, 10_000, 14_000),
  },
  {
    name: "two servers are killed in turn",
    plan: pair,
    unknownShare: 0.5,
    play: (play) => killServers(play, 3_000, 8_000),
  },
  { name: "the database of two servers is killed", plan: pair, play: killDatabase },
  {
    name: "one of two servers loses its line to the database",
    plan: pair,
    unknownShare: 0.3,
    play: (play) =>
      troubleLines(
        play,
        play.stage.servers.map(({ database }) => database),
        "line to the database",
      ),
  },
];

/** What every test run plays. */
export const slice = scenarios.slice(0, 1);
