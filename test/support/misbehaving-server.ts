/**
 * One server, on real sockets, that does everything wrong a target can do, and a few things right. The path, the port or the name
 * says what it does; the cases of test/probes/cases.ts are the index to it.
 */

import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { decode, encode } from "dns-packet";
import { WebSocketServer } from "ws";
import { createAuthority, selfSigned } from "./certificates.ts";
import type { ServerCertificate } from "./certificates.ts";
import { answerTo, startResolver } from "./misbehaving-resolver.ts";

export interface MisbehavingServer {
  /** `http://127.0.0.1:port`, and a second origin of the same kind. */
  http: string;
  otherHttp: string;
  ws: string;
  wss: string;
  ports: {
    /** HTTP over TLS for `localhost`: good, and each with one thing wrong with the certificate. */
    tlsGood: number;
    tlsSoon: number;
    tlsWrongName: number;
    tlsExpired: number;
    tlsNotYet: number;
    tlsSelfSigned: number;
    /** TCP: greets and answers PING; says nothing; hangs up; resets; half-closes after its greeting; answers without end. */
    dialogue: number;
    silent: number;
    hangUp: number;
    reset: number;
    halfClosed: number;
    babble: number;
    /** Nobody listens there. */
    closed: number;
    dns: number;
  };
  /** PEM of the authority behind the good certificates. */
  authority: string;
  /** Requests seen, newest last, as `METHOD path port`, the port being the asker's. */
  seen: string[];
  stop(): Promise<void>;
}

export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  let origins = { http: "", other: "" };

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    seen.push(`${request.method} ${request.url} ${request.socket.remotePort}`);
    answerHttp(request, response, origins);
  };
  const webServer = () => {
    const server = createHttpServer(answer);
    server.keepAliveTimeout = 60_000;
    acceptWebsockets(server);
    return server;
  };
  const tcp = (behave: (socket: Socket) => void) => listen(createTcpServer({ allowHalfOpen: true }, behave));
  const tls = (certificate: ServerCertificate) => {
    const web = webServer();
    const server = createTlsServer(certificate, (socket) => web.emit("connection", socket));
    server.on("tlsClientError", () => {});
    return listen(server);
  };

  const authority = await createAuthority();
  const httpPort = await listen(webServer());
  const otherPort = await listen(webServer());
  origins = { http: `http://127.0.0.1:${httpPort}`, other: `http://127.0.0.1:${otherPort}` };
  const closing = createTcpServer();
  const closed = await listen(closing);
  await new Promise((resolve) => closing.close(resolve));
  servers.splice(servers.indexOf(closing), 1);
  const tlsGood = await tls(await authority.issue("localhost", -10, 90));
  const resolver = await startResolver();

  return {
    http: origins.http,
    otherHttp: origins.other,
    ws: `ws://127.0.0.1:${httpPort}`,
    wss: `wss://localhost:${tlsGood}`,
    ports: {
      tlsGood,
      tlsSoon: await tls(await authority.issue("localhost", -80, 9.5)),
      tlsWrongName: await tls(await authority.issue("beacon.example", -10, 90)),
      tlsExpired: await tls(await authority.issue("localhost", -90, -2)),
      tlsNotYet: await tls(await authority.issue("localhost", 5, 90)),
      tlsSelfSigned: await tls(await selfSigned("localhost", -10, 90)),
      dialogue: await tcp((socket) => {
        socket.write("220 beacon ready\r\n");
        socket.on("data", (chunk) =>
          socket.write(String(chunk).startsWith("PING") ? "+PONG\r\n" : "-ERR\r\n"),
        );
        socket.on("end", () => socket.end());
      }),
      silent: await tcp((socket) => socket.on("data", () => {})),
      hangUp: await tcp((socket) => socket.destroy()),
      reset: await tcp((socket) => void socket.once("data", () => socket.resetAndDestroy())),
      halfClosed: await tcp((socket) => socket.end("220 bea")),
      babble: await tcp((socket) => {
        const timer = setInterval(() => socket.write("x".repeat(2_000)), 5);
        socket.on("close", () => clearInterval(timer));
        socket.on("data", () => {});
      }),
      closed,
      dns: resolver.port,
    },
    authority: authority.cert,
    seen,
    async stop() {
      for (const socket of sockets) {
        socket.destroy();
      }
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      await resolver.stop();
    },
  };
}

const text = "Beacon is well. " + "All quiet in Lisbon and Osaka. ".repeat(20);

const used = new WeakSet<Socket>();

function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  origins: { http: string; other: string },
): void {
  const url = new URL(request.url ?? "/", origins.http);
  const { socket } = request;
  const redirect = (status: number, location: string) => response.writeHead(status, { location }).end();
  const packed = (encoding: string, bytes: Buffer) =>
    response.writeHead(200, { "content-encoding": encoding }).end(bytes);
  switch (url.pathname) {
    case "/ok":
      response.writeHead(200, { "content-type": "text/plain", "x-beacon": "lit" }).end(text);
      break;
    case "/json":
      response.writeHead(200, { "content-type": "application/json" }).end(
        JSON.stringify({
          state: "green",
          queue: 7,
          parts: [
            { name: "db", up: true },
            { name: "mail", up: false },
          ],
        }),
      );
      break;
    case "/slow":
      setTimeout(() => response.end("late"), Number(url.searchParams.get("ms")));
      break;
    case "/status":
      response.writeHead(Number(url.searchParams.get("code"))).end();
      break;
    case "/silent":
      break;
    case "/reset":
      socket.resetAndDestroy();
      break;
    case "/hang-up":
      socket.destroy();
      break;
    case "/half-closed":
      socket.end("HTTP/1.1 200 OK\r\nContent-Le");
      break;
    case "/cut-body":
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
      break;
    case "/invalid":
      socket.end("HELLO, I AM NOT HTTP\r\n\r\n");
      break;
    case "/drip-head":
      drip(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      break;
    case "/drip-body":
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n");
      drip(socket, "x".repeat(60));
      break;
    case "/huge-head":
      socket.end(`HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(200_000)}\r\n\r\n`);
      break;
    case "/endless":
      response.writeHead(200);
      pour(response);
      break;
    case "/loop":
      redirect(302, "/loop");
      break;
    case "/hop":
      redirect(301, "/ok");
      break;
    case "/hop-away":
      redirect(307, `${origins.other}/show-credentials`);
      break;
    case "/hop-near":
      redirect(302, "/show-credentials");
      break;
    case "/hop-post":
      redirect(Number(url.searchParams.get("code")), "/echo");
      break;
    case "/hop-ftp":
      redirect(302, "ftp://127.0.0.1/file");
      break;
    case "/hop-nowhere":
      redirect(302, "http://");
      break;
    case "/echo": {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += String(chunk)));
      request.on("end", () => response.end(`${request.method} <${body}>`));
      break;
    }
    case "/dns-query":
      // DNS over HTTPS (RFC 8484), over plain HTTP here; what it is asked, it answers rightly.
      request.once("data", (query: Buffer) =>
        response
          .writeHead(200, { "content-type": "application/dns-message" })
          .end(encode(answerTo(decode(query)))),
      );
      break;
    case "/cloudflare":
      response.writeHead(Number(url.searchParams.get("code")), { server: "cloudflare" }).end();
      break;
    case "/show-credentials":
      response.end(
        `authorization: ${request.headers.authorization ?? "none"}; key: ${request.headers["x-key"] ?? "none"}`,
      );
      break;
    case "/once":
      // Keeps the connection, and hangs up when it is used again.
      if (used.has(socket)) {
        socket.destroy();
      } else {
        used.add(socket);
        response.end("once");
      }
      break;
    case "/gzip":
      packed("gzip", gzipSync(text));
      break;
    case "/deflate":
      packed("deflate", deflateSync(text));
      break;
    case "/raw-deflate":
      packed("deflate", deflateRawSync(text));
      break;
    case "/br":
      packed("br", brotliCompressSync(text));
      break;
    case "/bomb":
      packed("gzip", gzipSync(Buffer.alloc(5_000_000)));
      break;
    case "/not-gzip":
      packed("gzip", Buffer.from("plain"));
      break;
    default:
      response.writeHead(404).end("no such place");
  }
}

function drip(socket: Socket, letters: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < letters.length) {
      socket.write(letters[sent++]!);
    }
  }, 40);
  socket.on("close", () => clearInterval(timer));
}

function pour(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write("still more. ".repeat(500)));
  };
  response.on("drain", more);
  more();
}

function acceptWebsockets(server: ReturnType<typeof createHttpServer>): void {
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => {});
    switch (request.url) {
      case "/refuse":
        socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        return;
      case "/bad-accept":
        socket.end(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n",
        );
        return;
      case "/hang-up":
        socket.destroy();
        return;
      case "/silent-handshake":
        return;
    }
    sockets.handleUpgrade(request, socket, head, (open) => {
      open.on("error", () => {});
      if (request.url === "/close") {
        open.close(1011, "no");
      }
      open.on("message", (message) => {
        if (request.url === "/echo") {
          open.send(`you said ${String(message)}`);
        } else if (request.url === "/wrong") {
          open.send("nothing of the sort");
        }
      });
    });
  });
}
