/**
 * Targets whose truth is known: each goes down and up at drawn moments, in drawn manners, and writes down for itself when it did and
 * whom it answered how. What the product says is held against this record, of which the product knows nothing.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Chance } from "./chance.ts";

/** How a target is down: it answers with an error, breaks the connection off, or says nothing at all. */
const manners = ["error", "reset", "silence"] as const;

export interface Asking {
  /** When it arrived, by the clock of the harness. */
  at: number;
  up: boolean;
}

/** What one target knows of itself. */
export interface TargetRecord {
  /** Instants from which it was down (true) or up (false), in order; it began up. */
  edges: { at: number; down: boolean }[];
  askings: Asking[];
}

export interface Targets {
  port: number;
  /** Address of the target of a service; of any other name, one that is always up: a reference for probes. */
  url(name: string): string;
  records: ReadonlyMap<string, TargetRecord>;
  /** Goes up and down as drawn, from now on. Stretches last within these bounds, in ms. */
  play(chance: Chance, shortestMs: number, longestMs: number): void;
  /** One target down or up, by hand. */
  set(service: string, down: boolean): void;
  /** No more play: all are up from now on. */
  rest(): void;
  close(): Promise<void>;
}

/** Serves a target for each of these services. */
export async function startTargets(services: readonly string[]): Promise<Targets> {
  const records = new Map<string, TargetRecord>(services.map((name) => [name, { edges: [], askings: [] }]));
  const manner = new Map<string, (typeof manners)[number] | null>(services.map((name) => [name, null]));
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    const service = request.url!.slice(1);
    const how = manner.get(service);
    records.get(service)?.askings.push({ at: Date.now(), up: how === null });
    answer(response, how ?? null);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  function set(service: string, down: boolean, how: (typeof manners)[number] = "error"): void {
    if ((manner.get(service) !== null) !== down) {
      records.get(service)!.edges.push({ at: Date.now(), down });
    }
    manner.set(service, down ? how : null);
  }

  function step(service: string, chance: Chance, shortestMs: number, longestMs: number, down: boolean): void {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        set(service, down, chance.oneOf(manners));
        step(service, chance, shortestMs, longestMs, !down);
      },
      chance.between(shortestMs, longestMs),
    );
    timers.add(timer);
  }

  return {
    port,
    url: (name) => `http://127.0.0.1:${port}/${name}`,
    records,
    play(chance, shortestMs, longestMs) {
      services.forEach((service) => step(service, chance.of(service), shortestMs, longestMs, true));
    },
    set: (service, down) => set(service, down),
    rest() {
      timers.forEach(clearTimeout);
      timers.clear();
      services.forEach((service) => set(service, false));
    },
    close: () =>
      new Promise((resolve) => {
        timers.forEach(clearTimeout);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, how: (typeof manners)[number] | null): void {
  switch (how) {
    case null:
      response.writeHead(200, { "Content-Type": "text/plain", Connection: "close" }).end("beacon\n");
      break;
    case "error":
      response.writeHead(503, { Connection: "close" }).end();
      break;
    case "reset":
      response.socket?.resetAndDestroy();
      break;
    case "silence":
      // Whoever asked gives up by its own timeout.
      break;
  }
}
