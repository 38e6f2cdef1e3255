/**
 * The public pages over a real socket, with a board that a test can exchange. For tests of pages.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openLook } from "../../src/http/look.ts";
import type { OlderWordsSource } from "../../src/http/pages/older-words.ts";
import { pageRoutes, type PageRoutes } from "../../src/http/pages/routes.ts";
import { openStreamPlaces } from "../../src/http/pages/stream-places.ts";
import { openProxies } from "../../src/http/proxies.ts";
import { noOlderWords } from "../../src/domain/status/older-words.ts";
import type { ResponseTime } from "../../src/domain/status/status-board.ts";
import { now as fixedNow, responseTimes, type VersionedBoard } from "./boards.ts";

const look = openLook();

/** How many streams a server keeps open where nothing is configured. */
export const usualStreams = { perAddress: 200, inTotal: 20_000 };

export interface ServedPages {
  url: string;
  routes: PageRoutes;
  /** Everything that could not be rendered or read. */
  errors: unknown[];
  /** Templates that were printed, in order. */
  printed: string[];
  /** Shows another board, and tells. */
  show(board: VersionedBoard): void;
  /** Moves the clock that the pages see. */
  advance(ms: number): void;
  stop(): Promise<void>;
}

/** Serves this board on a port of the loopback until stopped. `root`: stands before every path of its pages. `olderWords`: what the board does not remember; absent: nothing. The loopback is a trusted proxy. */
export async function servePages(
  first: VersionedBoard,
  times: () => Promise<ResponseTime[]> = async () => responseTimes(),
  root = "",
  olderWords: OlderWordsSource["olderWords"] = () => Promise.resolve(noOlderWords),
  streams = usualStreams,
): Promise<ServedPages> {
  let board = first;
  let now = fixedNow;
  const listeners: (() => void)[] = [];
  const errors: unknown[] = [];
  const printed: string[] = [];
  const routes = pageRoutes({
    look: {
      ...look,
      print(template, model) {
        printed.push(template);
        return look.print(template, model);
      },
    },
    streamPlaces: openStreamPlaces(openProxies(["127.0.0.1"]), streams),
    board: () => board,
    onChange: (listener) => listeners.push(listener),
    responseTimes: times,
    olderWords,
    now: () => now,
    root,
    baseUrl: "https://status.example.org",
    onError: (error) => errors.push(error),
  });
  const server = createServer((request, response) => {
    const url = request.url!;
    const below = url.startsWith(root) ? url.slice(root.length) : url;
    if (!routes.listener(request, response, below)) {
      response.writeHead(418).end("somebody else's");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes,
    errors,
    printed,
    show(next) {
      board = { ...next, version: board.version + 1 };
      listeners.forEach((listener) => listener());
    },
    advance(ms) {
      now += ms;
    },
    async stop() {
      routes.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
