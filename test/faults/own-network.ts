/**
 * Preloaded into a probe's process (`node --import`), it puts that probe behind a network of its own: connections to the port on the left
 * of each pair in FAULTS_NETWORK ("3000=4000,…") are led to the port on the right, where a line stands that can be cut. The product knows
 * nothing of it; for one probe alone, the targets are then out of reach.
 */
import { Socket } from "node:net";

const ports = new Map(
  (process.env.FAULTS_NETWORK ?? "")
    .split(",")
    .filter((pair) => pair.includes("="))
    .map((pair) => pair.split("=").map(Number) as [number, number]),
);

if (ports.size > 0) {
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function led(this: Socket, ...given: unknown[]) {
    // net.connect hands its arguments over already put in order, as one list.
    const first = Array.isArray(given[0]) ? (given[0] as unknown[])[0] : given[0];
    const options = first as { port?: number | string } | undefined;
    const port = typeof options === "object" ? ports.get(Number(options.port)) : undefined;
    if (port !== undefined) {
      options!.port = port;
    }
    return (connect as (...all: unknown[]) => Socket).apply(this, given);
  } as typeof connect;
}
