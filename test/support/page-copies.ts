/** Copies of the page of a board that a test can exchange, at a clock of its own, and a host that knows nothing but files. */
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { openSeal } from "../../src/actions/report-seal.ts";
import { noOlderWords, type OlderWords } from "../../src/domain/status/older-words.ts";
import type { StatusBoard } from "../../src/domain/status/status-board.ts";
import { openLook } from "../../src/http/look.ts";
import { openPageCopies, type PageCopies } from "../../src/http/pages/page-copies.ts";
import { now, responseTimes } from "./boards.ts";

const look = openLook();
export const seal = openSeal("a secret key of the tests, long enough");

export interface TestCopies extends PageCopies {
  show(board: StatusBoard): void;
  /** What was said longer ago than the board remembers. */
  remember(words: OlderWords): void;
  advance(ms: number): void;
}

/** @param baseUrl null: the copy does not know where the page itself is */
export function testCopies(
  first: StatusBoard,
  baseUrl: string | null = "https://status.example.org",
): TestCopies {
  let board = first;
  let at = now;
  let older = noOlderWords;
  const copies = openPageCopies({
    ...{ look, board: () => board, now: () => at, baseUrl, sealer: seal },
    responseTimes: () => Promise.resolve(responseTimes()),
    olderWords: () => Promise.resolve(older),
    onError(error) {
      throw error;
    },
  });
  return {
    ...copies,
    show: (next) => (board = next),
    remember: (words) => (older = words),
    advance: (ms) => (at += ms),
  };
}

const types: Record<string, string> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

/** Serves the files of a folder below a path, and 404 for everything else: no folders, no index, no headers to speak of. */
export async function serveFiles(
  folder: string,
  below = "",
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://host");
    const file = normalize(join(folder, pathname.slice(below.length)));
    const content =
      pathname.startsWith(`${below}/`) && file.startsWith(folder) ? readFile(file) : Promise.reject();
    content.then(
      (bytes) => response.writeHead(200, { "Content-Type": types[extname(file)] ?? "text/plain" }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${below}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
