/** A target for http checks on loopback that can be switched, and that keeps its own record of who asked when. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Target {
  url: string;
  /** The status it answers from now on. */
  answer(status: number): void;
  /** Every asking that arrived: when, and what was answered. */
  askings: { at: number; status: number }[];
  close(): Promise<void>;
}

export async function startTarget(): Promise<Target> {
  let status = 200;
  const askings: Target["askings"] = [];
  const server = createServer((_request, response) => {
    askings.push({ at: Date.now(), status });
    response.writeHead(status, { "Content-Type": "text/plain", Connection: "close" }).end("beacon\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    answer: (next) => (status = next),
    askings,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
