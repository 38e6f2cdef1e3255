import { once } from "node:events";
import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Repeated } from "../../src/http/repeated-answer.ts";

let answer: Repeated;
let sendRepeated: typeof import("../../src/http/repeated-answer.ts").sendRepeated;
const server = createServer((request, response) => sendRepeated(answer, request, response));
let port = 0;
const print = vi.spyOn(ServerResponse.prototype, "writeHead");

beforeAll(async () => {
  // A module of its own, whose seconds are those of this test alone: to Node, another address is another module.
  const own = new URL("../../src/http/repeated-answer.ts?of-this-test", import.meta.url);
  ({ sendRepeated } = (await import(own.href)) as typeof import("../../src/http/repeated-answer.ts"));
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  vi.useRealTimers();
  print.mockRestore();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  const body = Buffer.from("Alle systemer kører, även här.\0\n".repeat(50));
  answer = {
    status: 200,
    headers: ["Content-Type", "text/plain", "ETag", '"one"', "Content-Length", String(body.length)],
    body,
  };
  print.mockClear();
});

/** All that comes back for these requests over one connection, until it is closed. */
async function speak(...requests: string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("latin1");
  let heard = "";
  socket.on("data", (part) => (heard += String(part)));
  socket.write(requests.map((request) => `${request}\r\nHost: beacon\r\n\r\n`).join(""));
  await once(socket, "close");
  return heard;
}

const get = "GET / HTTP/1.1";
const last = "GET / HTTP/1.1\r\nConnection: close";
const headOf = (text: string) => text.slice(0, text.indexOf("\r\n\r\n"));

describe("an answer that is sent again", () => {
  it("is the same bytes each time, printed once, over one connection", async () => {
    const heard = await speak(get, get, get, last);
    const [, first, second, third, closing] = heard.split("HTTP/1.1 200 OK\r\n");
    expect(print).toHaveBeenCalledTimes(2);
    expect([second, third]).toEqual([first, first]);
    expect(first!.endsWith(`\r\n\r\n${answer.body.toString("latin1")}`)).toBe(true);
    expect(first).toMatch(/\r\nDate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\nConnection: keep-alive\r\n/);
    expect(closing).toContain("\r\nConnection: close\r\n");
  });

  it("leaves once everybody who asked in the same turn was heard", async () => {
    await speak(get, get, last);
    const order: string[] = [];
    const left = vi.spyOn(ServerResponse.prototype, "end").mockImplementation(function (
      this: ServerResponse,
    ) {
      order.push("left");
      return this;
    });
    const ask = () => {
      order.push("heard");
      const request = { method: "GET" } as IncomingMessage;
      sendRepeated(answer, request, new ServerResponse(request));
    };
    ask();
    ask();
    await new Promise((resolve) => setImmediate(resolve));
    left.mockRestore();
    expect(order).toEqual(["heard", "heard", "left", "left"]);
  });

  it("is printed for whoever asks in another way: for its head alone, or in an older version", async () => {
    const before = await speak(get, last);
    const head = await speak("HEAD / HTTP/1.1\r\nConnection: close");
    expect(head.endsWith("\r\n\r\n")).toBe(true);
    expect(headOf(head)).toContain(`Content-Length: ${answer.body.length}`);
    const older = await speak("GET / HTTP/1.0");
    expect(headOf(older)).toContain("Connection: close");
    expect(older.slice(-answer.body.length)).toBe(answer.body.toString("latin1"));
    expect(before.split("HTTP/1.1 200 OK")).toHaveLength(3);
  });

  it("is printed anew after a second, for its date is old then", async () => {
    await speak(get, get, last);
    const printed = print.mock.calls.length;
    vi.advanceTimersByTime(1_000);
    await speak(get, get, last);
    expect(print.mock.calls.length).toBe(2 * printed);
  });

  it("is not kept a second time where it is large", async () => {
    answer.body = Buffer.alloc(600 * 1024, "x");
    answer.headers = ["Content-Length", String(answer.body.length)];
    const heard = await speak(get, get, last);
    expect(print).toHaveBeenCalledTimes(3);
    expect(heard.match(/x{614400}/g)).toHaveLength(3);
  });
});
