import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { addressOf } from "../../src/http/origin.ts";
import { openLook } from "../../src/http/look.ts";
import { pageRoutes } from "../../src/http/pages/routes.ts";
import { openStreamPlaces } from "../../src/http/pages/stream-places.ts";
import { openProxies } from "../../src/http/proxies.ts";
import { type Listening, startHttp } from "../../src/http/server.ts";
import { noOlderWords } from "../../src/domain/status/older-words.ts";
import { boards, now } from "../support/boards.ts";
import { usualStreams } from "../support/pages.ts";

/** The pages and a small API on a free port of the loopback; `slow` answers when it is released. */
async function serve(limits: Partial<Listening> = {}) {
  const pages = pageRoutes({
    streamPlaces: openStreamPlaces(openProxies([]), usualStreams),
    look: openLook(),
    board: boards.calm,
    onChange() {},
    responseTimes: async () => [],
    olderWords: async () => noOlderWords,
    now: () => now,
    baseUrl: null,
    onError(error) {
      throw error;
    },
  });
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const app = new Hono()
    .get("/api/quick", (context) => context.text("quick"))
    .post("/api/asked", async (context) =>
      context.text(`${context.req.url} ${addressOf(context)} ${await context.req.text()}`),
    )
    .get("/api/large", (context) => context.body(new Uint8Array(64 * 1024 * 1024)))
    .get("/api/slow", async (context) => {
      await released;
      return context.text("slow");
    });
  const http = await startHttp({ host: "127.0.0.1", port: 0, ...limits }, app, pages);
  const url = `http://127.0.0.1:${http.address.port}`;
  return { http, pages, url, port: http.address.port, release };
}

/** A connection that is spoken to by hand, and everything it heard. */
async function speak(
  port: number,
  words: string,
): Promise<{ socket: Socket; heard(): string; closed: Promise<unknown> }> {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.on("data", (bytes: Buffer) => (heard += bytes.toString()));
  socket.on("error", () => {});
  const closed = once(socket, "close");
  await once(socket, "connect");
  socket.write(words);
  return { socket, heard: () => heard, closed };
}

const took = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

describe("answers", () => {
  it("pages come from in front, the rest from the API, on the port it was given", async () => {
    const { http, url } = await serve();
    expect(http.address).toEqual({ host: "127.0.0.1", port: expect.any(Number) as number });
    expect(await (await fetch(url)).text()).toContain("All services are running");
    expect(await (await fetch(`${url}/api/quick`)).text()).toBe("quick");
    await http.stop();
  });

  it("believe what a trusted proxy says of who asks and how, and nobody else", async () => {
    const ask = async (trustedProxies: string[]) => {
      const { http, url, port } = await serve({ trustedProxies });
      const headers = { "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https" };
      const answer = await (
        await fetch(`${url}/api/asked`, { method: "POST", headers, body: "words" })
      ).text();
      await http.stop();
      return answer.replace(String(port), "PORT");
    };
    expect(await ask(["127.0.0.1"])).toBe("https://127.0.0.1:PORT/api/asked 198.51.100.7 words");
    expect(await ask([])).toBe("http://127.0.0.1:PORT/api/asked 127.0.0.1 words");
  });

  it("come from others once they are handed over, and streams of those before end", async () => {
    const { http, pages, url, port } = await serve();
    const stream = await speak(port, "GET /events HTTP/1.1\r\nHost: beacon\r\n\r\n");
    await expect.poll(stream.heard).toContain("text/event-stream");
    const later = await serve();
    http.handOver(
      new Hono().get("/api/quick", (c) => c.text("quicker")),
      later.pages,
    );
    await stream.closed;
    expect(pages.readers()).toBe(0);
    expect(await (await fetch(`${url}/api/quick`)).text()).toBe("quicker");
    expect(await (await fetch(url)).text()).toContain("All services are running");
    const next = await speak(port, "GET /events HTTP/1.1\r\nHost: beacon\r\n\r\n");
    await expect.poll(next.heard).toContain("text/event-stream");
    expect(later.pages.readers()).toBe(1);
    await http.stop();
    await later.http.stop();
  });

  it.each([
    ["a port that is taken", "port_taken", /^port \d+ of 127\.0\.0\.1 is taken/, "127.0.0.1"],
    [
      "an address that is not this machine's",
      "host_unknown",
      /^HOST is 192\.0\.2\.7, which is no/,
      "192.0.2.7",
    ],
    ["a name that nobody knows", "host_unknown", /^HOST is nowhere\.invalid, which is no/, "nowhere.invalid"],
  ])("%s is refused", async (_, code, words, host) => {
    const { http, pages, port } = await serve();
    await expect(startHttp({ host, port }, new Hono(), pages)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words) as string,
    });
    await http.stop();
  });
});

describe("stopping", () => {
  it("ends idle connections and event streams at once", async () => {
    const { http, pages, url, port } = await serve();
    const agent = new Agent({ keepAlive: true });
    const [answer] = (await once(get(`${url}/api/quick`, { agent }), "response")) as [IncomingMessage];
    await once(answer.resume(), "end");
    const stream = await speak(port, "GET /events HTTP/1.1\r\nHost: beacon\r\n\r\n");
    await expect.poll(stream.heard).toContain("text/event-stream");
    expect(pages.readers()).toBe(1);
    expect(await took(() => http.stop())).toBeLessThan(1_000);
    await stream.closed;
    expect(pages.readers()).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    agent.destroy();
  });

  it("lets a running request finish, and takes no new one", async () => {
    const { http, url, release } = await serve();
    const running = fetch(`${url}/api/slow`);
    await fetch(`${url}/api/quick`);
    const stopped = http.stop();
    await expect(fetch(`${url}/api/quick`)).rejects.toThrow();
    release();
    expect(await (await running).text()).toBe("slow");
    expect(await took(() => stopped)).toBeLessThan(1_000);
  });

  it("within about 2 s cuts off what does not finish: a request without an end, an answer without one", async () => {
    const { http, port } = await serve();
    const half = await speak(
      port,
      "POST /api/quick HTTP/1.1\r\nHost: beacon\r\nContent-Length: 10\r\n\r\nhal",
    );
    const unanswered = await speak(port, "GET /api/slow HTTP/1.1\r\nHost: beacon\r\n\r\n");
    await sleep(50);
    const ms = await took(() => http.stop());
    expect(ms).toBeLessThan(2_500);
    await Promise.all([half.closed, unanswered.closed]);
  });
});

describe("a client that takes its time", () => {
  it("with its headers is cut off with 408", async () => {
    const { http, port } = await serve({ headersWithinMs: 200 });
    const slow = await speak(port, "GET / HTTP/1.1\r\nHost: bea");
    expect(await took(() => slow.closed)).toBeLessThan(2_000);
    expect(slow.heard()).toMatch(/^HTTP\/1\.1 408 /);
    await http.stop();
  });

  it("with the body of what it asks is cut off, too", async () => {
    const { http, port } = await serve({ requestWithinMs: 300 });
    const slow = await speak(
      port,
      "POST /api/asked HTTP/1.1\r\nHost: beacon\r\nContent-Length: 9\r\n\r\nhal",
    );
    const dripping = setInterval(() => slow.socket.write("f"), 100);
    expect(await took(() => slow.closed)).toBeLessThan(3_000);
    clearInterval(dripping);
    expect(slow.heard()).not.toContain("200 OK");
    await http.stop();
  });

  it("with its answer is cut off once it takes nothing of it, and served as long as it takes something", async () => {
    const { http, port } = await serve({ silentForMs: 400 });
    const still = await speak(port, "GET /api/large HTTP/1.1\r\nHost: beacon\r\n\r\n");
    still.socket.pause();
    const gone = once(still.socket, "close");
    const slow = await speak(port, "GET /api/large HTTP/1.1\r\nHost: beacon\r\nConnection: close\r\n\r\n");
    let taken = 0;
    slow.socket.removeAllListeners("data");
    slow.socket.on("data", (bytes: Buffer) => (taken += bytes.length));
    // Much longer than it may be silent: where the machine is busy, what it took at first takes a while to be taken.
    await sleep(2_500);
    still.socket.resume();
    await gone;
    expect(still.heard().length).toBeLessThan(64 * 1024 * 1024);
    await slow.closed;
    expect(taken).toBeGreaterThan(64 * 1024 * 1024);
    await http.stop();
  });

  it("on a stream of events stays: nothing happens there for long", async () => {
    const { http, port, pages } = await serve({ silentForMs: 200 });
    const stream = await speak(port, "GET /events HTTP/1.1\r\nHost: beacon\r\n\r\n");
    await expect.poll(stream.heard).toContain("text/event-stream");
    await sleep(700);
    expect(pages.readers()).toBe(1);
    await http.stop();
  });

  it("with headers beyond 16 KB is cut off with 431", async () => {
    const { http, port } = await serve();
    const large = await speak(
      port,
      `GET / HTTP/1.1\r\nHost: beacon\r\nCookie: ${"x".repeat(17_000)}\r\n\r\n`,
    );
    await large.closed;
    expect(large.heard()).toMatch(/^HTTP\/1\.1 431 /);
    await http.stop();
  });
});
