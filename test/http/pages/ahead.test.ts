import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pageRoutes } from "../../../src/http/pages/routes.ts";
import { openLook } from "../../../src/http/look.ts";
import { noOlderWords } from "../../../src/domain/status/older-words.ts";
import { boards, now, type VersionedBoard } from "../../support/boards.ts";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

describe("pages that are read", () => {
  let server: Server;
  let url: string;
  let board: VersionedBoard;
  let change: () => void;
  /** Templates that were printed, in order. */
  let printed: string[];
  let routes: ReturnType<typeof pageRoutes>;
  const errors: unknown[] = [];

  beforeEach(async () => {
    board = boards.calm();
    printed = [];
    const listeners: (() => void)[] = [];
    change = () => {
      board = { ...boards.outage(), version: Number(board.version) + 1 };
      listeners.forEach((listener) => listener());
    };
    const look = openLook();
    routes = pageRoutes({
      look: {
        ...look,
        print(template, model) {
          printed.push(template);
          return look.print(template, model);
        },
      },
      board: () => board,
      onChange: (listener) => listeners.push(listener),
      responseTimes: () => Promise.resolve([]),
      olderWords: () => Promise.resolve(noOlderWords),
      ...{ now: () => now, baseUrl: null, onError: (error) => errors.push(error) },
    });
    server = createServer((request, response) => void routes.listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    routes.close();
    server.closeAllConnections();
    server.close();
    expect(errors.splice(0)).toEqual([]);
  });

  it("are printed when something changes, before anybody asks again, and once", async () => {
    const before = await (await fetch(url)).text();
    expect(printed).toHaveLength(1);
    change();
    await expect.poll(() => printed.length).toBe(2);
    const after = await (await fetch(url)).text();
    expect(printed).toHaveLength(2);
    expect(after).not.toBe(before);
    expect(after).toContain("Sign-in is down");
  });

  it("are no longer printed ahead once nobody asks for them", async () => {
    await fetch(url);
    await fetch(`${url}/history`);
    change();
    await expect.poll(() => printed.length).toBe(4);
    await fetch(`${url}/history`);
    change();
    await expect.poll(() => printed.length).toBe(5);
    expect(printed.at(-1)).toBe(printed[1]);
  });

  it("that fail to be printed are told of, and the last good one is served", async () => {
    await fetch(url);
    const good = board;
    change();
    const broken = { ...board, services: null } as never as VersionedBoard;
    board = broken;
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    board = good;
    expect((await fetch(url)).status).toBe(200);
    expect(errors.splice(0).map(String)[0]).toContain("TypeError");
  });
});
