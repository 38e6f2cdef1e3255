/**
 * What a stranger cannot wear out, over raw sockets against everything that a server answers: guesses and sign-ups are counted for where they
 * really come from, bodies end, and a request that could be read in two ways is not read at all.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { now } from "../support/boards.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { onPostgres } from "../support/databases.ts";
import { type ServedRooms, serveWhole } from "../support/rooms.ts";

/** Says these words on a connection of its own, and hears whatever comes until it is closed. */
async function speak(url: string, words: string | readonly (string | Buffer)[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let heard = "";
  socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
  socket.on("error", () => {});
  await once(socket, "connect");
  const closed = once(socket, "close");
  for (const part of [words].flat()) {
    if (socket.destroyed || !socket.writable) {
      break;
    }
    socket.write(part);
  }
  await closed;
  return heard;
}

const statusOf = (heard: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(heard)?.[1] ?? 0);

onPostgres("a server", (database) => {
  let api: TestApi;
  let rooms: ServedRooms;
  const errors: unknown[] = [];
  beforeAll(async () => {
    api = await testApi(database(), now, { mailTrouble: null });
    rooms = await serveWhole(api, (error) => errors.push(error));
  });
  afterAll(async () => {
    await rooms.stop();
    expect([errors, api.defects]).toEqual([[], []]);
  });

  const form = (path: string, fields: Record<string, string>, more: readonly string[] = []) => {
    const body = new URLSearchParams(fields).toString();
    return [
      ...[`POST ${path} HTTP/1.1`, `Host: ${new URL(rooms.url).host}`, `Origin: ${rooms.url}`],
      ...["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${body.length}`, ...more],
      ...["Connection: close", "", body],
    ].join("\r\n");
  };
  /** Headers in which somebody claims to be somebody else each time. */
  const invented = (i: number) => [
    `X-Forwarded-For: 203.0.113.${i}`,
    `X-Real-IP: 203.0.113.${i}`,
    `Forwarded: for=203.0.113.${i};proto=https`,
    `X-Forwarded-For: 2001:db8:${i}::1, 198.51.100.${i}`,
  ];

  it.each([
    [
      "the door of the console",
      "/console/sign-in",
      (i: number) => ({ mail: `p${i}@acme.example`, password: "x" }),
    ],
    [
      "subscribing",
      "/subscribe",
      (i: number) => ({
        ...{ channel: "email", address: `reader${i}@acme.example`, topics: "incidents" },
        ...{ language: "en", pace: "at_once" },
      }),
    ],
  ])("limits %s for where it is really asked from, whatever is claimed", async (_, path, fields) => {
    const heard: string[] = [];
    for (let i = 1; i <= 12; i++) {
      heard.push(await speak(rooms.url, form(path, fields(i), invented(i))));
    }
    const statuses = heard.map(statusOf);
    expect(statuses.slice(0, 10).includes(429)).toBe(false);
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect(Number(/^Retry-After: (\d+)\r$/im.exec(heard[11]!)?.[1])).toBeGreaterThan(0);
  });

  it("takes no body without end: it answers 413 and reads no further", async () => {
    const head = [
      ...["POST /subscribe HTTP/1.1", `Host: ${new URL(rooms.url).host}`, `Origin: ${rooms.url}`],
      ...[
        "Content-Type: application/x-www-form-urlencoded",
        "Transfer-Encoding: chunked",
        "Connection: close",
      ],
      ...["", ""],
    ].join("\r\n");
    const piece = Buffer.from(`4000\r\n${"a".repeat(0x4000)}\r\n`);
    const heard = await speak(rooms.url, [head, ...Array.from({ length: 12 }, () => piece)]);
    expect(statusOf(heard)).toBe(413);
    expect(heard.length).toBeLessThan(4_000);
  });

  describe("does not read what could be read in two ways", () => {
    it.each([
      [
        "a body of two lengths",
        "POST /report HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
      ],
      [
        "two lengths that differ",
        "POST /report HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
      ],
      ["no host", "GET / HTTP/1.1\r\n\r\n"],
      ["a name of a header with a space", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"],
      ["a header that goes on in the next line", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n"],
      ["a zero byte in a header", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n"],
    ])("%s", async (_, words) => {
      expect(statusOf(await speak(rooms.url, words))).toBe(400);
    });
  });

  it.each(["http://evil.example/", "http://evil.example/report", "//evil.example/", "*", "/\\evil.example"])(
    "leads nobody elsewhere who asks for %s",
    async (target) => {
      const heard = await speak(
        rooms.url,
        `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect(statusOf(heard)).toBeLessThan(500);
      expect(heard).not.toMatch(/^location: .*evil/im);
    },
  );
});
