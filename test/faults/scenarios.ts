/**
 * The matrix: which faults fall on which platform. Every scenario draws its moments from the seed of the run.
 */
import type { Scenario } from "./scenario.ts";
import {
  fillDisks,
  killDatabase,
  killProbes,
  killServers,
  freezeServers,
  rotateKeys,
  skewClocks,
  storm,
  takeDatabaseAway,
  takeServersAway,
  troubleLines,
} from "./troubles.ts";

/** Two locations agree with each other, no server asks. */
const remote = { servers: 1, probes: ["lisbon", "osaka"], own: false, services: 6 };
/** Three locations, of which two have to agree. */
const three = { ...remote, own: true };
/** All there is: two servers that ask themselves, and probes that stand alone, two of them in one place. */
const whole = { servers: 2, probes: ["lisbon", "lisbon", "osaka"], own: true, services: 6 };
const pair = { servers: 2, probes: [], own: true, services: 6 };
const alone = { servers: 1, probes: [], own: true, services: 6 };

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
    name: "the server of two locations is killed",
    plan: remote,
    play: (play) => killServers(play, 2_000, 6_000),
  },
  { name: "the server is away for long", plan: remote, play: takeServersAway },
  { name: "the database of the server is killed", plan: remote, play: killDatabase },
  {
    name: "the database of the server is away for long",
    plan: remote,
    play: (play) => takeDatabaseAway(play, 10_000, 14_000),
  },
  {
    name: "probes are killed",
    plan: { ...three, probes: ["lisbon", "lisbon", "osaka"] },
    unknownShare: 0.4,
    play: killProbes,
  },
  {
    name: "one location is cut off from the servers",
    plan: three,
    play: (play) =>
      troubleLines(
        play,
        play.stage.probes.filter(({ location }) => location === "osaka").map(({ line }) => line),
        "osaka to the servers",
      ),
  },
  {
    name: "one location is cut off from everything",
    plan: { ...three, selfCheck: true },
    async play(play) {
      const { line, network } = play.stage.probes.find(({ location }) => location === "osaka")!;
      while (play.goesOn()) {
        await play.pause(2_000, 4_000);
        const state = play.chance.oneOf(["cut", "black hole"] as const);
        play.fault(`osaka to everything: ${state}`);
        await Promise.all([line.set(state), network.set(state)]);
        await play.pause(4_000, 10_000);
        await Promise.all([line.set("open"), network.set("open")]);
      }
    },
  },
  {
    name: "the disk of a probe is full",
    plan: { ...remote, smallDisks: true },
    unknownShare: 0.5,
    play: fillDisks,
  },
  {
    name: "the clock of one location is wrong",
    plan: three,
    clocksWrong: true,
    unknownShare: 0.05,
    play: skewClocks,
  },
  { name: "keys change under kills and cuts", plan: remote, unknownShare: 0.5, play: rotateKeys },
  {
    name: "two servers freeze in turn",
    plan: { ...three, servers: 2 },
    unknownShare: 0.3,
    play: freezeServers,
  },
  {
    name: "two servers are killed in turn",
    plan: pair,
    unknownShare: 0.5,
    play: (play) => killServers(play, 3_000, 8_000),
  },
  {
    name: "the database of two servers is killed",
    plan: pair,
    // Checks on their way from one probe to the other are asked by neither until the database is back.
    unknownShare: 0.15,
    play: killDatabase,
  },
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
  { name: "everything at once", plan: whole, unknownShare: 0.5, play: storm },
];

/** What every test run plays. */
export const slice = scenarios.filter(({ name }) => name === "everything at once");
