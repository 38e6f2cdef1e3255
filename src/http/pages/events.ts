/**
 * The stream that tells open pages that something changed: one small event a change, changes close together told as one. A page fetches
 * itself anew when it hears one, so nothing is said here that is not public.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { problemJson } from "../problem.ts";
import type { StreamPlaces } from "./stream-places.ts";

export interface Events {
  /** Keeps the answer open and tells it every change of the version. */
  open(request: IncomingMessage, response: ServerResponse): void;
  /** How many are open. */
  count(): number;
  /** Ends them all. */
  close(): void;
}

export interface EventsOptions {
  version: () => string;
  onChange: (listener: () => void) => void;
  headers: Readonly<Record<string, string>>;
  debounceMs: number;
  heartbeatMs: number;
  /** Whoever finds none is sent away and polls instead. */
  places: StreamPlaces;
}

/** A reader who takes nothing for so many bytes is gone. */
const backlogLimit = 64 * 1024;

/** So many are told in one turn: whoever asks for a page meanwhile need not wait until ten thousand have heard. */
const toldAtOnce = 500;

/** Whoever loses the stream comes back after this long, in ms: each at a time of their own, so that a restart is not followed by all at once. */
const backAfter = { least: 2_000, spread: 10_000 };

export function openEvents(options: EventsOptions): Events {
  const readers = new Set<ServerResponse>();
  let pending: NodeJS.Timeout | undefined;
  let isClosed = false;
  let told = "";

  const tell = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    let count = 0;
    for (const reader of readers) {
      if (reader.writableLength > backlogLimit) {
        reader.destroy();
      } else {
        reader.write(bytes);
      }
      if (++count % toldAtOnce === 0) {
        await turn();
      }
    }
  };
  options.onChange(() => {
    if (pending === undefined && !isClosed) {
      pending = setTimeout(() => {
        pending = undefined;
        const version = options.version();
        if (version !== told) {
          told = version;
          void tell(changeEvent(version));
        }
      }, options.debounceMs);
    }
  });
  const heartbeat = setInterval(() => void tell(":\n\n"), options.heartbeatMs);
  heartbeat.unref();

  return {
    open(request, response) {
      // Who has gone while it was looked up whether they may come in would never be heard to go.
      if (response.destroyed) {
        return;
      }
      const place = isClosed ? "of_all" : request.method === "HEAD" ? () => {} : options.places.take(request);
      if (typeof place === "string") {
        sendAway(response, place, options.headers);
        return;
      }
      // It ends with its connection: events go out as they are, without a frame of their own around each.
      response.removeHeader("Transfer-Encoding");
      response.writeHead(200, {
        ...options.headers,
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        Connection: "close",
      });
      if (request.method === "HEAD") {
        response.end();
        return;
      }
      request.socket.setTimeout(0);
      readers.add(response);
      response.on("close", () => {
        readers.delete(response);
        place();
      });
      // The version at once: who comes back after a break learns whether anything was missed.
      const retry = Math.round(backAfter.least + Math.random() * backAfter.spread);
      response.write(`retry: ${retry}\n${changeEvent(options.version())}`);
    },
    count: () => readers.size,
    close() {
      isClosed = true;
      clearInterval(heartbeat);
      clearTimeout(pending);
      for (const reader of readers) {
        reader.end();
      }
      readers.clear();
    },
  };
}

/** Whose own share is used up has asked too often (429, RFC 6585); where everybody's is, the lack is ours. */
function sendAway(
  response: ServerResponse,
  whose: "of_address" | "of_all",
  headers: Readonly<Record<string, string>>,
): void {
  const detail = "So many streams are open already; ask for the page itself now and then instead.";
  const problem = problemJson(
    whose === "of_address"
      ? { kind: "too-many-requests", code: "streams_of_address_used_up", detail }
      : { kind: "unavailable", code: "streams_used_up", detail },
    crypto.randomUUID(),
  );
  response.writeHead(whose === "of_address" ? 429 : 503, {
    ...headers,
    ...problem.headers,
    "Cache-Control": "no-store",
    "Retry-After": "60",
    "Content-Length": Buffer.byteLength(problem.body),
  });
  response.end(problem.body);
}

function changeEvent(version: string): string {
  return `event: change\ndata: ${version}\n\n`;
}
