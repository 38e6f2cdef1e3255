/** What all servers of the demo have in common: how they listen, how they are, and how they end. */
import type { Server as HttpServer } from "node:http";
import type { Server } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Condition } from "../behaviour.ts";

/** How a service is at this moment, asked anew for every visitor. */
export interface Demeanour {
  condition: () => Condition;
  /** How long the next answer takes, in ms. */
  answerMs: () => number;
}

export interface Running {
  port: number;
  stop(): Promise<void>;
}

/** How much longer a slow service takes. */
const slowerMs = 1_700;

/** Waits as long as this service takes at this moment. */
export async function takeTime({ condition, answerMs }: Demeanour): Promise<void> {
  await pause(answerMs() + (condition() === "slow" ? slowerMs : 0));
}

/** Listens on 127.0.0.1; port 0 takes a free one. A port that is taken is said in words. */
export async function listen(server: Server | HttpServer, port: number, what: string): Promise<Running> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === "EADDRINUSE" ? "is taken: does a demo run already?" : `: ${cause.message}`;
      reject(new Error(`the demo's ${what} wants port ${port} on 127.0.0.1, which ${taken}`, { cause }));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    stop: () =>
      new Promise((resolve) => {
        if ("closeAllConnections" in server) {
          server.closeAllConnections();
        }
        server.close(() => resolve());
      }),
  };
}
