/**
 * The requests for pages of one audience, answered in front of the framework from finished answers (contents.ts). A request never asks the
 * database: it gets what stands at its address, and only the first after a change pays for making it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Instant } from "../../domain/time/interval.ts";
import { compressAs, sendSnapshot, toSnapshot, type Snapshot } from "../snapshot.ts";
import { printAhead } from "./ahead.ts";
import { preflightHeaders, readAnywhere } from "./answer-headers.ts";
import {
  type ContentDeps,
  isDrawn,
  isFilePath,
  maxAgeMs,
  openContents,
  pathOf,
  type VersionedBoard,
} from "./contents.ts";
import { openEvents } from "./events.ts";
import { faceAt } from "./faces.ts";
import { pageAt } from "./pages.ts";
import type { ProblemPage } from "./print-page.ts";
import { securityHeaders } from "./security.ts";
import type { StreamPlaces } from "./stream-places.ts";

export interface PageDeps extends ContentDeps {
  /** Calls the listener whenever the version has changed. */
  onChange(listener: () => void): void;
  /** Shared by the pages of all audiences. */
  streamPlaces: StreamPlaces;
}

export interface PageRoutes {
  /**
   * Answers the request and says so; false: it is for somebody else.
   *
   * @param url what is asked for below the root of the page; absent: as the request has it
   * @param next answers by other means where it turns out later that it is for somebody else
   */
  listener(request: IncomingMessage, response: ServerResponse, url?: string, next?: () => void): boolean;
  /** Answers with the page for a refusal (404 …) or a defect (500), for whoever found it. */
  problem(request: IncomingMessage, response: ServerResponse, problem: ProblemPage, url?: string): void;
  /** The same page as text, for whoever answers by other means: in the language of the path, else in one that is accepted. */
  problemHtml(problem: ProblemPage, path: string, acceptedLanguages?: string): string;
  /** Open event streams. */
  readers(): number;
  /** Ends the event streams. */
  close(): void;
}

const recentKept = 1_000;
/** So many pages that are read are printed ahead; the others when somebody asks. */
const printedAhead = 50;

/** An answer that was just given, and what was asked. */
interface Recent {
  url: string;
  accepted: string | undefined;
  version: VersionedBoard["version"];
  at: Instant;
  snapshot: Snapshot;
  /** Whether anybody asked for it since it was printed. */
  isAsked: boolean;
}

/** More pictures are wanted at once than can be drawn soon. */
const busy = toSnapshot("", { ...securityHeaders, "Retry-After": "5", "Cache-Control": "no-store" }, 503);

/** Opens the pages. */
export function pageRoutes(deps: PageDeps): PageRoutes {
  const contents = openContents(deps);
  const isPrivate = deps.isPrivate === true;
  const events = openEvents({
    version: () => String(deps.board().version),
    onChange: deps.onChange,
    headers: securityHeaders,
    debounceMs: 200,
    heartbeatMs: 25_000,
    places: deps.streamPlaces,
  });

  const problem: PageRoutes["problem"] = (request, response, what, url = request.url ?? "/") =>
    sendSnapshot(contents.problem(what, url, request.headers["accept-language"]), request, response);

  // What was just answered, by exactly what was asked: the usual request costs two lookups and a write.
  const recent = new Map<string, Recent>();
  const keep = (url: string, accepted: string | undefined, snapshot: Snapshot, isAsked: boolean): void => {
    if (recent.size >= recentKept) {
      recent.clear();
    }
    const { version } = deps.board();
    recent.set(`${url} ${accepted ?? ""}`, { url, accepted, version, at: deps.now(), snapshot, isAsked });
  };
  const ahead = printAhead({
    onChange: deps.onChange,
    onError: deps.onError,
    *wanted() {
      const asked = recent.values().filter(({ url, isAsked }) => isAsked && !isFilePath(pathOf(url)));
      for (const { url, accepted, snapshot: last } of asked.take(printedAhead)) {
        yield () => {
          const snapshot = contents.page(url, accepted);
          if (snapshot !== undefined) {
            compressAs(snapshot, last);
            keep(url, accepted, snapshot, false);
          }
        };
      }
    },
  });

  const answer = (request: IncomingMessage, response: ServerResponse, url: string): boolean => {
    const path = pathOf(url);
    const accepted = request.headers["accept-language"];
    const isFile = isFilePath(path);
    const snapshot = isFile ? contents.file(path) : contents.page(url, accepted);
    if (snapshot !== undefined) {
      keep(url, accepted, snapshot, true);
      sendSnapshot(snapshot, request, response);
      return true;
    }
    if (path === "/events") {
      events.open(request, response);
      return true;
    }
    const page = contents.placeAt(url, undefined).path;
    if (isFile || isPagePath(page)) {
      const status = contents.isMissing(page) ? 503 : 404;
      problem(request, response, { status, requestId: null }, url);
      return true;
    }
    return false;
  };

  /** A defect of ours must end neither the process nor in silence. */
  const failed = (error: unknown, request: IncomingMessage, response: ServerResponse, url: string): void => {
    deps.onError(error);
    try {
      problem(request, response, { status: 500, requestId: null }, url);
    } catch {
      if (response.headersSent) {
        response.destroy();
      } else {
        response.writeHead(500, { ...securityHeaders, "Content-Type": "text/plain; charset=utf-8" });
        response.end("This page cannot be shown at the moment.\n");
      }
    }
  };

  const take = (request: IncomingMessage, response: ServerResponse, url: string): boolean => {
    const accepted = request.headers["accept-language"];
    const asked = `${url} ${accepted ?? ""}`;
    const known = recent.get(asked);
    if (known !== undefined && known.version === deps.board().version && deps.now() - known.at < maxAgeMs) {
      known.isAsked = true;
      sendSnapshot(known.snapshot, request, response);
      return true;
    }
    recent.delete(asked);
    const place = contents.placeAt(url, accepted);
    if (isDrawn(place.path)) {
      contents
        .picture(place)
        .then((picture) =>
          picture === undefined
            ? problem(request, response, { status: 404, requestId: null }, url)
            : sendSnapshot(picture ?? busy, request, response),
        )
        .catch((error: unknown) => failed(error, request, response, url));
      return true;
    }
    const coming = contents.coming(place);
    if (coming === null) {
      return answer(request, response, url);
    }
    // Only the first reader waits for the chart of a service, the words of an old page, figures of their own; and not for long.
    coming
      .then(() => answer(request, response, url))
      .catch((error: unknown) => failed(error, request, response, url));
    return true;
  };

  /** Pages are only read; what is no page is for somebody else. A page of others that asks whether its script may read is told so. */
  const refuseMethod = ({ method }: IncomingMessage, response: ServerResponse, url: string): boolean => {
    const board = deps.board();
    const { path } = contents.placeAt(url, undefined);
    const isFace = faceAt(path, board) !== undefined;
    const isOurs = isFace || pageAt(path, board) !== undefined;
    if (!isOurs && !isDrawn(path) && path !== "/events" && !isFilePath(path)) {
      return false;
    }
    if (isFace && !isPrivate && method === "OPTIONS") {
      response.writeHead(204, { ...securityHeaders, ...readAnywhere, ...preflightHeaders });
      response.end();
      return true;
    }
    response.writeHead(405, { ...securityHeaders, Allow: "GET, HEAD", "Content-Length": "0" });
    response.end();
    return true;
  };

  return {
    listener(request, response, url = request.url ?? "/") {
      try {
        const isRead = request.method === "GET" || request.method === "HEAD";
        return isRead ? take(request, response, url) : refuseMethod(request, response, url);
      } catch (error) {
        failed(error, request, response, url);
        return true;
      }
    },
    problem,
    problemHtml: contents.problemHtml,
    readers: events.count,
    close() {
      ahead.close();
      events.close();
    },
  };
}

/** Paths that could be pages of ours, so that the 404 is ours too. */
function isPagePath(path: string): boolean {
  return /^\/(services|incidents|maintenance|history|days|problems|badge)\//.test(path);
}
