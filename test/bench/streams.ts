/**
 * Ten thousand open pages: as many event streams kept open on one server, what they cost it, and how long after an incident is declared
 * the last of them knows.
 */
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createToken } from "../../src/actions/create-token.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { type Figure, progress } from "./figure.ts";
import { dataFolderOf, platformOf, startFournines } from "./peers/fournines.ts";
import { usageOf } from "./processes.ts";
import { startTarget } from "./target.ts";

const readers = 10_000;
/** So many connect at a time: a listening socket holds 511 that wait. */
const atOnce = 250;
const changes = 5;
/** A change that some have not heard of by then was lost. */
const patienceMs = 30_000;

export async function streams(folder: string): Promise<Figure[]> {
  const target = await startTarget(join(folder, "streams-target"));
  const home = join(folder, "streams");
  const token = await tokenIn(home);
  const server = await startFournines(
    "PGlite",
    home,
    platformOf({ checks: 50, intervalSeconds: 1_800, port: target.port }),
    [],
    { EVENT_STREAMS_PER_ADDRESS: String(readers) },
  );
  const crowd: Crowd = { heard: 0, sockets: [] };
  try {
    const before = usageOf([server.server().pid]);
    while (crowd.sockets.length < readers) {
      await Promise.all(Array.from({ length: atOnce }, () => joined(crowd, server.url)));
    }
    // What was connected last is told the version, and readings that begin meanwhile are told to all.
    await pause(5_000);
    const quiet = usageOf([server.server().pid]);
    await pause(30_000);
    const after = usageOf([server.server().pid]);
    progress(`streams: ${crowd.sockets.length} open`);
    const lastMs: number[] = [];
    for (let i = 0; i < changes; i++) {
      lastMs.push(await tellAll(crowd, server.url, token, i));
      await pause(2_000);
    }
    lastMs.sort((a, b) => a - b);
    progress(`streams: the last knew after ${lastMs.map(Math.round).join(", ")} ms`);
    const name = `w3 ${readers.toLocaleString("en")} open event streams`;
    return [
      {
        ...{ name: `${name}: memory of the server`, unit: "MB", better: "lower", target: 500, peers: {} },
        ours: { "fournines/PGlite": after.rssBytes / 2 ** 20 },
        note: `${Math.round(before.rssBytes / 2 ** 20)} MB before; kept open for ${((after.cpuSeconds - quiet.cpuSeconds) / 0.3).toFixed(1)} % of a core`,
      },
      {
        ...{ name: `${name}: the last one knows of an incident`, unit: "ms", better: "lower", target: 2_000 },
        ours: { "fournines/PGlite": lastMs.at(-1)! },
        peers: {},
        note: `longest of ${changes}, median ${Math.round(lastMs[changes >> 1]!)} ms, from the request that declares it`,
      },
    ];
  } finally {
    crowd.sockets.forEach((socket) => socket.destroy());
    await server.stop();
    await server.leave();
    await target.stop();
  }
}

interface Crowd {
  /** Changes that arrived at any of them since it was last set to 0. */
  heard: number;
  sockets: Socket[];
}

/** One more reader, who hears everything; resolves once it was told the version that stands. */
function joined(crowd: Crowd, url: string): Promise<void> {
  const { host, hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\nAccept: text/event-stream\r\n\r\n`);
    });
    socket.setEncoding("latin1");
    socket.on("error", reject);
    socket.on("data", (text: string) => {
      const changed = text.split("event: change").length - 1;
      if (changed > 0) {
        crowd.heard += changed;
        resolve();
      }
    });
    crowd.sockets.push(socket);
  });
}

/** Declares an incident; ms until as many changes were heard as there are readers. */
async function tellAll(crowd: Crowd, url: string, token: string, number: number): Promise<number> {
  crowd.heard = 0;
  const began = performance.now();
  const answer = await fetch(`${url}/api/v1/incidents`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      title: `Sign-in is slow (${number})`,
      message: "We are looking into it.",
      services: [{ service: "service-1", impact: "degraded_performance" }],
    }),
  });
  if (answer.status !== 201) {
    throw new Error(`an incident was answered with ${answer.status}: ${await answer.text()}`);
  }
  while (crowd.heard < crowd.sockets.length) {
    if (performance.now() - began > patienceMs) {
      throw new Error(`only ${crowd.heard} of ${crowd.sockets.length} streams heard of a change`);
    }
    await pause(5);
  }
  return performance.now() - began;
}

/** A token in a database that no server has opened yet. */
async function tokenIn(home: string): Promise<string> {
  const open = await openDatabase({ folder: dataFolderOf(home, "PGlite") });
  await open.migrate();
  const token = await createToken(open.db, "bench", Date.now());
  await open.close();
  return token;
}
