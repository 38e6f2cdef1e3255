/**
 * The matrix: which faults fall on which platform. Every scenario draws its moments from the seed of the run.
 */
import { type Line, lineStates } from "./line.ts";
import type { Play, Scenario } from "./scenario.ts";

/** Two locations agree with each other, no server asks. */
const remote = { servers: 1, probes: ["lisbon", "osaka"], own: false, services: 6 };
/** Three locations, of which two have to agree. */
const three = { ...remote, own: true };
/** All there is: two servers that ask themselves, and probes that stand alone, two of them in one place. */
const whole = { servers: 2, probes: ["lisbon", "lisbon", "osaka"], own: true, services: 6 };
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

/** Ends probes now and then, and starts them again. */
async function killProbes(play: Play): Promise<void> {
  const { stage, chance } = play;
  while (play.goesOn()) {
    await play.pause(2_000, 6_000);
    const probe = chance.oneOf(stage.probes);
    play.fault("probe killed");
    // Samples of the last second may not be on its disk yet, and what was being asked.
    play.loss(1_500);
    await probe.kill();
    await play.pause(0, 4_000);
    await probe.start();
  }
}

async function takeServersAway(play: Play): Promise<void> {
  while (play.goesOn()) {
    await play.pause(3_000, 5_000);
    play.fault("servers away");
    await Promise.all(play.stage.servers.map((server) => server.stop()));
    await play.pause(10_000, 14_000);
    await Promise.all(play.stage.servers.map((server) => server.start()));
  }
}

/** Fills a probe's disk while nobody takes its samples; what it has on it already must not suffer. */
async function fillDisks(play: Play): Promise<void> {
  const { stage, chance } = play;
  while (play.goesOn()) {
    await play.pause(2_000, 4_000);
    const probe = chance.oneOf(stage.probes);
    const disk = probe.disk!;
    await probe.line.set(chance.oneOf(["cut", "answers lost"] as const));
    await play.pause(1_000, 4_000);
    const fullAt = Date.now();
    await disk.fill(probe.process().pid);
    play.fault(disk.manner);
    await play.pause(3_000, 6_000);
    if (disk.staysFull && chance.next() < 0.5) {
      // What found no room on the disk was in memory alone.
      play.loss(Date.now() - fullAt + 1_500);
      play.fault("probe killed meanwhile");
      await probe.kill();
      await probe.start();
      await play.pause(1_000, 3_000);
    }
    if (chance.next() < 0.5) {
      // What is there must get away although nothing can be added.
      await probe.line.set("open");
      await play.pause(2_000, 4_000);
    }
    await disk.free(probe.process().pid);
    await play.pause(500, 2_000);
    await probe.line.set("open");
  }
}

/** Sets one location's clock wrong, by what is tolerated, by what widens bounds, and by more than can be used. */
async function skewClocks(play: Play): Promise<void> {
  const skews = [-1_500, 20_000, 300_000, -45_000, 1_800, -300_000, 0];
  const [probe] = play.stage.probes.filter(({ location }) => location === "osaka");
  for (let turn = play.chance.between(0, skews.length - 1); play.goesOn(); turn++) {
    await play.pause(2_000, 4_000);
    const skewMs = skews[turn % skews.length]!;
    play.fault(`clock off by ${skewMs / 1_000} s`);
    await probe!.skew(skewMs);
    await play.pause(3_000, 6_000);
    if (play.chance.next() < 0.3) {
      play.fault("probe killed");
      await probe!.kill();
      await probe!.start();
    }
  }
  await probe!.skew(0);
}

/** Whatever can happen, one thing on the other. */
async function storm(play: Play): Promise<void> {
  const { stage, chance } = play;
  const endLine = async (line: Line, kind: string) => {
    const state = chance.oneOf(lineStates.filter((one) => one !== "open"));
    play.fault(`${kind}: ${state}`);
    await line.set(state);
    await play.pause(2_000, 8_000);
    await line.set("open");
  };
  const troubles = [
    async () => {
      const server = chance.oneOf(stage.servers.filter((one) => one.isUp()));
      play.fault("server killed");
      // With the database away its own probe may have had all of it in memory.
      play.loss(12_000);
      await server.kill();
      await play.pause(0, 3_000);
      await server.start();
    },
    async () => {
      const probe = chance.oneOf(stage.probes);
      play.fault("probe killed");
      play.loss(1_500);
      await probe.kill();
      await play.pause(0, 3_000);
      await probe.start();
    },
    async () => {
      play.fault("database killed");
      await stage.database.kill();
      await play.pause(0, 6_000);
      await stage.database.resume();
    },
    () => endLine(chance.oneOf(stage.probes).line, "probe's line"),
    () => endLine(chance.oneOf(stage.servers).database, "line to the database"),
  ];
  /** One trouble of a kind at a time, several kinds at once. */
  const rage = async (trouble: () => Promise<void>) => {
    while (play.goesOn()) {
      await play.pause(2_000, 14_000);
      await trouble();
    }
  };
  await Promise.all(troubles.map(rage));
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
