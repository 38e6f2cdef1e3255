/**
 * What can happen to a platform: each trouble falls over and over while a scenario lasts, at drawn moments, and is over when the function
 * returns.
 */
import { type Line, lineStates } from "./line.ts";
import type { Play } from "./scenario.ts";

/** Ends the server now and then, and starts it again after a while. */
export async function killServers(play: Play, shortestMs: number, longestMs: number): Promise<void> {
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

export async function killDatabase(play: Play): Promise<void> {
  while (play.goesOn()) {
    await play.pause(1_500, 6_000);
    play.fault("database killed");
    await play.stage.database.kill();
    await play.pause(0, 2_000);
    await play.stage.database.resume();
  }
}

export async function takeDatabaseAway(play: Play, shortestMs: number, longestMs: number): Promise<void> {
  while (play.goesOn()) {
    await play.pause(3_000, 6_000);
    play.fault("database away");
    await play.stage.database.halt();
    await play.pause(shortestMs, longestMs);
    await play.stage.database.resume();
  }
}

/** Lets one line after the other fail in every way a line can. */
export async function troubleLines(play: Play, lines: readonly Line[], kind: string): Promise<void> {
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
export async function killProbes(play: Play): Promise<void> {
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

/** In 14 s: deliveries after 0.5, 1, 2, 4, 8 s, polls as sparse, each pause half as long at least, and one more of each. */
const mostAttempts = 24;

export async function takeServersAway(play: Play): Promise<void> {
  while (play.goesOn()) {
    await play.pause(3_000, 5_000);
    play.fault("servers away");
    await Promise.all(play.stage.servers.map((server) => server.stop()));
    const before = play.stage.probes.map(({ line }) => line.connections());
    await play.pause(10_000, 14_000);
    play.stage.probes.forEach(({ name, line }, i) => {
      const attempts = line.connections() - before[i]!;
      if (attempts > mostAttempts) {
        play.found(`${name} tried ${attempts} times to reach servers that were away: it hammers`);
      }
    });
    await Promise.all(play.stage.servers.map((server) => server.start()));
  }
}

/** Fills a probe's disk while nobody takes its samples; what it has on it already must not suffer. */
export async function fillDisks(play: Play): Promise<void> {
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
export async function skewClocks(play: Play): Promise<void> {
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

/** Lets one server after the other stand still for longer than its lease lasts: it must not go on writing as if nothing had been. */
export async function freezeServers(play: Play): Promise<void> {
  while (play.goesOn()) {
    await play.pause(2_000, 5_000);
    const server = play.chance.oneOf(play.stage.servers);
    play.fault("server frozen");
    server.freeze();
    await play.pause(3_000, 9_000);
    server.thaw();
  }
}

/** New keys, while probes are killed and answers are lost: both sides must come to the same key. */
export async function rotateKeys(play: Play): Promise<void> {
  const { stage, chance } = play;
  while (play.goesOn()) {
    await play.pause(1_000, 3_000);
    const probe = chance.oneOf(stage.probes);
    if (chance.next() < 0.5) {
      await probe.line.set(chance.oneOf(["answers lost", "slow", "cut"] as const));
    }
    play.fault("new key asked for");
    const rotating = probe.rotate();
    await play.pause(0, 2_000);
    const dies = chance.next() < 0.5;
    if (dies) {
      play.fault("probe killed meanwhile");
      play.loss(1_500);
      await probe.kill();
    }
    await play.pause(500, 2_000);
    await probe.line.set("open");
    // The command works on the folder itself while no probe runs there: until it is done, none can start.
    await rotating;
    if (dies) {
      await probe.start();
    }
  }
}

/** Whatever can happen, one thing on the other: one trouble of a kind at a time, several kinds at once. */
export async function storm(play: Play): Promise<void> {
  const rages = { loseServers, loseProbes, loseDatabase, loseProbeLines, loseDatabaseLines };
  await Promise.all(
    Object.entries(rages).map(async ([name, trouble]) => {
      const own = play.apart(name);
      while (play.goesOn()) {
        await own.pause(2_000, 14_000);
        await trouble(own);
      }
    }),
  );
}

async function loseServers(play: Play): Promise<void> {
  const server = play.chance.oneOf(play.stage.servers);
  play.fault("server killed");
  // With the database away its own probe may have had all of it in memory.
  play.loss(12_000);
  await server.kill();
  await play.pause(0, 3_000);
  await server.start();
}

async function loseProbes(play: Play): Promise<void> {
  const probe = play.chance.oneOf(play.stage.probes);
  play.fault("probe killed");
  play.loss(1_500);
  await probe.kill();
  await play.pause(0, 3_000);
  await probe.start();
}

async function loseDatabase(play: Play): Promise<void> {
  play.fault("database killed");
  await play.stage.database.kill();
  await play.pause(0, 6_000);
  await play.stage.database.resume();
}

const loseProbeLines = (play: Play) =>
  loseLine(play, play.chance.oneOf(play.stage.probes).line, "probe's line");
const loseDatabaseLines = (play: Play) =>
  loseLine(play, play.chance.oneOf(play.stage.servers).database, "line to the database");

async function loseLine(play: Play, line: Line, kind: string): Promise<void> {
  const state = play.chance.oneOf(lineStates.filter((one) => one !== "open"));
  play.fault(`${kind}: ${state}`);
  await line.set(state);
  await play.pause(2_000, 8_000);
  await line.set("open");
}
