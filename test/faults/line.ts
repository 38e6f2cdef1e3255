/**
 * A line between two processes that can be cut: a TCP proxy on loopback. What passes can be listened to, on the far side of every
 * trouble: what a server answered counts as answered, whether or not the answer arrives.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../support/postgres-server.ts";

/**
 * `cut`: nobody listens, whoever was connected is reset. `black hole`: connections open, nothing comes through either way. `slow`: every
 * piece takes its time. `answers lost`: what is asked arrives, nothing comes back.
 */
export const lineStates = ["open", "cut", "black hole", "slow", "answers lost"] as const;
export type LineState = (typeof lineStates)[number];

/** Hears what passes on one connection. */
export interface Listener {
  asked(bytes: Buffer): void;
  answered(bytes: Buffer): void;
}

export interface Line {
  port: number;
  state(): LineState;
  set(state: LineState): Promise<void>;
  /** Connections that were opened so far. */
  connections(): number;
  close(): Promise<void>;
}

export interface LineOptions {
  /** Ports to lead to; the next one is taken where one does not answer. Read at every connection. */
  to: () => readonly number[];
  listen?: () => Listener;
  /** How long each piece takes on a slow line. */
  slowMs?: number;
}

/** Opens a line. */
export async function openLine({ to, listen, slowMs = 300 }: LineOptions): Promise<Line> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let state: LineState = "open";
  let server: Server | null = null;
  let opened = 0;

  async function accept(near: Socket): Promise<void> {
    sockets.add(near);
    near.on("close", () => sockets.delete(near));
    near.on("error", () => {});
    near.pause();
    opened++;
    const far = await reach(to(), opened);
    if (far === null || near.destroyed) {
      far?.destroy();
      near.resetAndDestroy();
      return;
    }
    sockets.add(far);
    far.on("close", () => {
      sockets.delete(far);
      near.destroy();
    });
    far.on("error", () => near.resetAndDestroy());
    near.on("close", () => far.destroy());
    const listener = listen?.();
    pass(near, far, "asked", listener);
    pass(far, near, "answered", listener);
    near.resume();
  }

  function pass(from: Socket, onto: Socket, direction: keyof Listener, listener: Listener | undefined): void {
    let before: Promise<unknown> = Promise.resolve();
    // What passed a far end was said by it, and is heard before any trouble of the line can touch it.
    const isHeardFirst = direction === "answered";
    from.on("data", (bytes: Buffer) => {
      if (isHeardFirst) {
        listener?.answered(bytes);
      }
      if (state === "black hole" || (state === "answers lost" && isHeardFirst)) {
        return;
      }
      const deliver = () => {
        if (!isHeardFirst) {
          listener?.asked(bytes);
        }
        onto.write(bytes);
      };
      if (state === "slow") {
        before = before.then(() => sleep(slowMs)).then(deliver);
      } else {
        before = before.then(deliver);
      }
    });
  }

  function open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const opening = createServer({ allowHalfOpen: false }, (near) => void accept(near));
      opening.once("error", reject);
      opening.listen(port, "127.0.0.1", () => {
        server = opening;
        resolve();
      });
    });
  }

  async function shut(): Promise<void> {
    const closing = server;
    server = null;
    const closed = closing && new Promise((resolve) => closing.close(resolve));
    sockets.forEach((socket) => socket.resetAndDestroy());
    await closed;
  }

  await open();
  return {
    port,
    state: () => state,
    async set(next) {
      // What was swallowed meanwhile is gone: such a connection is of no use any more, to nobody's knowledge.
      if (state === "black hole" || state === "answers lost") {
        sockets.forEach((socket) => socket.resetAndDestroy());
      }
      state = next;
      if (next === "cut") {
        await shut();
      } else if (server === null) {
        await open();
      }
    },
    connections: () => opened,
    close: shut,
  };
}

/** A connection to the first of these that answers, beginning somewhere else each time. */
async function reach(ports: readonly number[], turn: number): Promise<Socket | null> {
  for (let i = 0; i < ports.length; i++) {
    const far = connect(ports[(turn + i) % ports.length]!, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      far.once("connect", () => resolve(true));
      far.once("error", () => resolve(false));
    });
    if (isOpen) {
      return far;
    }
  }
  return null;
}
