/**
 * The demo's database: a PostgreSQL in memory (PGlite) behind a TCP port that speaks the wire protocol, so that any client can connect
 * and ask it something. One session for all who come; they are served one message at a time.
 */
import { createServer, type Socket } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { type Demeanour, listen, type Running, takeTime } from "./listening.ts";

/** Codes in the place of a protocol version (PostgreSQL's protocol, start-up phase). */
const sslRequest = 80_877_103;
const gssEncryptionRequest = 80_877_104;
const cancelRequest = 80_877_102;

const longestMessage = 1_048_576;

export async function startDatabase(port: number, demeanour: Demeanour): Promise<Running> {
  const postgres = await PGlite.create();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    void serve(socket, postgres, demeanour);
  });
  const running = await listen(server, port, "database");
  return {
    ...running,
    async stop() {
      sockets.forEach((socket) => socket.destroy());
      await running.stop();
      await postgres.close();
    },
  };
}

async function serve(socket: Socket, postgres: PGlite, demeanour: Demeanour): Promise<void> {
  let held = Buffer.alloc(0);
  let starting = true;
  try {
    for await (const bytes of socket as AsyncIterable<Buffer>) {
      held = Buffer.concat([held, bytes]);
      for (let length = lengthOf(held, starting); held.length >= length; length = lengthOf(held, starting)) {
        const message = held.subarray(0, length);
        held = held.subarray(length);
        if (starting && isEncryptionRequest(message)) {
          socket.write("N");
        } else if (message[0] === 0x58 || (starting && message.readInt32BE(4) === cancelRequest)) {
          socket.end();
        } else {
          await (starting ? takeTime(demeanour) : undefined);
          starting = false;
          socket.write(await postgres.runExclusive(() => postgres.execProtocolRaw(message)));
        }
      }
    }
  } catch {
    // A client that breaks off, or that does not speak the protocol, is let go.
    socket.destroy();
  }
}

/** Bytes of the first message; Infinity while too little of it is there to tell. */
function lengthOf(bytes: Buffer, starting: boolean): number {
  const tag = starting ? 0 : 1;
  if (bytes.length < tag + 4) {
    return Infinity;
  }
  const length = tag + bytes.readInt32BE(tag);
  if (length < tag + 4 || length > longestMessage) {
    throw new Error("not a message of this protocol");
  }
  return length;
}

function isEncryptionRequest(message: Buffer): boolean {
  const code = message.length >= 8 ? message.readInt32BE(4) : 0;
  return code === sslRequest || code === gssEncryptionRequest;
}
