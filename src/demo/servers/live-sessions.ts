/** The demo's live sessions: a WebSocket (RFC 6455) that greets and returns what it is told. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { type Demeanour, listen, type Running, takeTime } from "./listening.ts";

/** RFC 6455, section 1.3: what a server adds to the client's key to prove that it speaks the protocol. */
const protocolGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 };

export function startLiveSessions(port: number, demeanour: Demeanour): Promise<Running> {
  const sockets = new Set<Duplex>();
  const server = createServer((_, response) => {
    response.writeHead(426, { upgrade: "websocket" }).end();
  });
  server.on("upgrade", (request, socket: Duplex) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    void takeTime(demeanour).then(() => {
      if (demeanour.condition() === "failing") {
        socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      const key = `${request.headers["sec-websocket-key"] ?? ""}${protocolGuid}`;
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
          `sec-websocket-accept: ${createHash("sha1").update(key).digest("base64")}\r\n\r\n`,
      );
      converse(socket);
    });
  });
  return listen(server, port, "live sessions").then((running) => ({
    ...running,
    stop() {
      sockets.forEach((socket) => socket.destroy());
      return running.stop();
    },
  }));
}

function converse(socket: Duplex): void {
  let held = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    for (let frame = readFrame(held); frame !== null; frame = readFrame(held)) {
      held = held.subarray(frame.length);
      if (frame.opcode === opcodes.text) {
        socket.write(frameOf(opcodes.text, frame.payload));
      } else if (frame.opcode === opcodes.ping) {
        socket.write(frameOf(opcodes.pong, frame.payload));
      } else if (frame.opcode === opcodes.close) {
        socket.end(frameOf(opcodes.close, frame.payload));
      }
    }
    if (held.length > 65_536) {
      socket.destroy();
    }
  });
}

/** The first whole frame of a client (always masked), null while it is incomplete. Payloads of up to 64 KiB. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | null {
  if (bytes.length < 6) {
    return null;
  }
  const short = bytes[1]! & 0x7f;
  const long = short === 126;
  const size = long ? bytes.readUInt16BE(2) : short;
  const start = long ? 8 : 6;
  if (bytes.length < start + size) {
    return null;
  }
  const mask = bytes.subarray(start - 4, start);
  const payload = Buffer.from(bytes.subarray(start, start + size).map((byte, i) => byte ^ mask[i % 4]!));
  return { opcode: bytes[0]! & 0x0f, payload, length: start + size };
}

function frameOf(opcode: number, payload: Buffer): Buffer {
  const head =
    payload.length < 126
      ? [0x80 | opcode, payload.length]
      : [0x80 | opcode, 126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from(head), payload]);
}
