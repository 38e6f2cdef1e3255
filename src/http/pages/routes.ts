/**
 * The pages of one audience by their addresses, answered in front of the framework from finished snapshots. A request never asks the
 * database: it gets the snapshot of its path, and only the first after a change pays for rendering one. Pages of what was said longer ago than
 * the board remembers are the exception: their words are read once and kept for a while (older-words.ts).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ResponseTime, StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { drawPng } from "../../documents/raster.ts";
import type { Look } from "../look.ts";
import { compressAs, keepSnapshots, sendSnapshot, toSnapshot, type Snapshot } from "../snapshot.ts";
import { printAhead } from "./ahead.ts";
import { brandOf } from "./brand.ts";
import { openEvents } from "./events.ts";
import { type Face, faceAt, isFacePath } from "./faces.ts";
import { fileAt, touchIcon, touchIconPath } from "./files.ts";
import type { FeedReader } from "./feed-reader.ts";
import type { PageContext } from "./markup.ts";
import { pageAt } from "./pages.ts";
import { problemPage, type ProblemPage } from "./print-page.ts";
import type { Printed } from "./printed.ts";
import { keepOwnFigures, type OwnFiguresSource } from "./own-figures.ts";
import { keepOlderWords, type OlderWordsSource } from "./older-words.ts";
import { keepPictures } from "./pictures.ts";
import { isPicture, pictureName, previewAt } from "./preview.ts";
import { drawPreview } from "./preview-drawing.ts";
import { keepResponseTimes } from "./response-times.ts";
import { openHeaders, privateHeaders, securityHeaders } from "./security.ts";
import { contextAt, languagesOf, type SiteDeps, siteOf } from "./site.ts";
import type { StreamPlaces } from "./stream-places.ts";

/** The board with what changes whenever anything on it does. */
export type VersionedBoard = StatusBoard & { version: number | string };

export interface PageDeps extends SiteDeps, Pick<OlderWordsSource, "olderWords"> {
  look: Look;
  /** What this audience may see of the platform. In memory; throws only while nothing was ever read. */
  board(): VersionedBoard;
  /** Calls the listener whenever the version has changed. */
  onChange(listener: () => void): void;
  /** Buckets of `seconds`, oldest first. */
  responseTimes(serviceSlug: string, from: Instant, to: Instant, seconds: number): Promise<ResponseTime[]>;
  /** What its readers are shown of contracts of their own; absent: nothing. */
  ownFigures?: OwnFiguresSource["ownFigures"];
  /** Shared by the pages of all audiences. */
  streamPlaces: StreamPlaces;
  /** Who reads a feed by the key in this address; absent: nobody needs one. */
  feedReader?(url: string): FeedReader | null;
  now(): Instant;
  /** Told of every page that could not be rendered. */
  onError(error: unknown): void;
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

/** A page is rendered anew at least this often while it is asked for, so that ages and days move on. */
const maxAgeMs = 5_000;
const pagesKept = 2_000;
const recentKept = 1_000;
/** So many pages that are read are printed ahead; the others when somebody asks. */
const printedAhead = 50;
const picturesKept = 300;
const picturesAwaited = 40;

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

/** Nobody is shown an older page while a newer one is fetched: who loads it anew wants to know what is true now. */
const htmlHeaders: Readonly<Record<string, string>> = {
  ...openHeaders,
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "public, max-age=0, stale-if-error=86400",
  Vary: "Accept-Encoding, Accept-Language",
};

/** Read by programs wherever they run, also that there is nothing; a picture in a page of somebody else's is one of them. */
const readAnywhere: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

const faceHeaders: Readonly<Record<string, string>> = {
  ...openHeaders,
  ...readAnywhere,
  "Cache-Control": "public, max-age=30, stale-while-revalidate=60, stale-if-error=86400",
  Vary: "Accept-Encoding, Accept-Language",
};

/** What may be asked of them from there (WHATWG Fetch, 3.3.3): reading, with any header that holds no credentials. */
const preflightHeaders: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Methods": "GET, HEAD",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Max-Age": "86400",
};

/** More pictures are wanted at once than can be drawn soon. */
const busy = toSnapshot("", { ...securityHeaders, "Retry-After": "5", "Cache-Control": "no-store" }, 503);

/** Opens the pages. */
export function pageRoutes(deps: PageDeps): PageRoutes {
  const { print, assets } = deps.look;
  const snapshots = keepSnapshots({ maxAgeMs, limit: pagesKept, onError: deps.onError });
  const responses = keepResponseTimes(deps);
  const olderWords = keepOlderWords(deps);
  const { ownFigures, onError } = deps;
  const own = ownFigures === undefined ? null : keepOwnFigures({ ownFigures, onError });
  const pictures = keepPictures({
    render: async (drawing) =>
      toSnapshot(await drawPng(drawing), { ...headersOf.face, "Content-Type": "image/png" }),
    ...{ maxAgeMs, limit: picturesKept, waiting: picturesAwaited },
  });
  const events = openEvents({
    version: () => String(deps.board().version),
    onChange: deps.onChange,
    headers: securityHeaders,
    debounceMs: 200,
    heartbeatMs: 25_000,
    places: deps.streamPlaces,
  });

  const isPrivate = deps.isPrivate === true;
  const headersOf = {
    page: isPrivate ? { ...privateHeaders, "Content-Type": htmlHeaders["Content-Type"]! } : htmlHeaders,
    face: isPrivate ? privateHeaders : faceHeaders,
  };
  const site = (board: VersionedBoard) => siteOf(board, deps, String(board.version));
  const toFile = (face: Face, board: VersionedBoard, context: PageContext): Snapshot =>
    toSnapshot(face.print(board, site(board).origin, context), {
      ...worded(headersOf.face, context),
      "Content-Type": face.type,
    });
  const toAnswer = ({ template, model, status, headers = {} }: Printed, context: PageContext): Snapshot =>
    toSnapshot(print(template, model), { ...worded(headersOf.page, context), ...headers }, status);
  /** An address that names its language is the same for all readers. */
  const worded = (headers: Readonly<Record<string, string>>, { base }: PageContext) =>
    isPrivate || base === (deps.root ?? "") ? headers : { ...headers, Vary: "Accept-Encoding" };

  /** `/da/services/beacon` → language by address; `/services/beacon` → by what the reader accepts. */
  const addressed = (url: string, accepted: string | undefined, board: StatusBoard) => {
    const path = pathOf(url);
    const [, code = "", rest = "/"] = /^\/([a-z]{2})(\/.*)?$/.exec(path) ?? [];
    const isNamed = languagesOf(board).some((language) => language.code === code);
    const context = contextAt(board, deps, { code, accepted, now: deps.now() });
    return { context, path: isNamed ? rest : path };
  };

  /** A file of a name of its own, or an asset. */
  const fileOf = (path: string): Snapshot | undefined => {
    const board = deps.board();
    const file = fileAt(path, board, site(board).address, addressed("/", undefined, board).context);
    return file === undefined
      ? (brandOf(board).find(path) ?? assets.find(path))
      : toSnapshot(file.text, {
          ...securityHeaders,
          "Cache-Control": file.cacheControl,
          ...(isPrivate ? privateHeaders : {}),
          "Content-Type": file.type,
        });
  };

  /** The snapshot of a page, or undefined when the path is not one of a page. */
  const snapshotOf = (url: string, accepted: string | undefined): Snapshot | undefined => {
    const { context, path } = addressed(url, accepted, deps.board());
    const { board, readAt } = olderWords.beside(path, deps.board());
    const { language, base, now } = context;
    const page = pageAt(path, board);
    if (page === undefined) {
      const face = faceAt(path, board);
      const reader = deps.feedReader?.(url) ?? null;
      const reading = reader === null ? context : { ...context, feedReader: reader };
      const key = `${language.code} ${base}${path} ${reader?.key ?? ""}`;
      return (
        face &&
        snapshots.take(key, `${board.version} ${readAt ?? ""}`, now, () => toFile(face, board, reading))
      );
    }
    const key = `${language.code} ${base}${page.path}`;
    if (page.leadsTo !== undefined) {
      return toSnapshot("", { ...headersOf.page, Location: `${base}${page.leadsTo}` }, 301);
    }
    const times = page.serviceSlug === null ? null : responses.peek(page.serviceSlug, now);
    const figures = page.isFirst === true ? (own?.peek(language.code, now) ?? null) : null;
    const version = `${board.version} ${times?.readAt ?? ""} ${readAt ?? ""} ${figures?.readAt ?? ""}`;
    return snapshots.take(key, version, now, () =>
      toAnswer(
        page.print(board, site(board), context, times?.times ?? [], own && { kept: figures }),
        context,
      ),
    );
  };

  const problemOf = (problem: ProblemPage, url: string, accepted: string | undefined): Printed => {
    const board = deps.board();
    return problemPage(problem, board, site(board), addressed(url, accepted, board).context);
  };
  const problem = (
    request: IncomingMessage,
    response: ServerResponse,
    what: ProblemPage,
    url = request.url ?? "/",
  ): void => {
    const printed = problemOf(what, url, request.headers["accept-language"]);
    const isForAll = !isPrivate && isFacePath(pathOf(url));
    const headers = { ...headersOf.page, ...(isForAll ? readAnywhere : {}), "Cache-Control": "no-store" };
    sendSnapshot(toSnapshot(print(printed.template, printed.model), headers, what.status), request, response);
  };

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
          const snapshot = snapshotOf(url, accepted);
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
    const isFile = isFilePath(path);
    const snapshot = isFile ? fileOf(path) : snapshotOf(url, request.headers["accept-language"]);
    if (snapshot !== undefined) {
      keep(url, request.headers["accept-language"], snapshot, true);
      sendSnapshot(snapshot, request, response);
      return true;
    }
    if (path === "/events") {
      events.open(request, response);
      return true;
    }
    const page = addressed(url, undefined, deps.board()).path;
    if (isFile || isPagePath(page)) {
      const status = olderWords.isMissing(page) ? 503 : 404;
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
    const board = deps.board();
    const now = deps.now();
    const asked = `${url} ${request.headers["accept-language"] ?? ""}`;
    const known = recent.get(asked);
    if (known !== undefined && known.version === board.version && now - known.at < maxAgeMs) {
      known.isAsked = true;
      sendSnapshot(known.snapshot, request, response);
      return true;
    }
    recent.delete(asked);
    const place = addressed(url, request.headers["accept-language"], board);
    const { path } = place;
    if (isPicture(path) || isIcon(path)) {
      answerPicture(board, place)
        .then((picture) =>
          picture === undefined
            ? problem(request, response, { status: 404, requestId: null }, url)
            : sendSnapshot(picture ?? busy, request, response),
        )
        .catch((error: unknown) => failed(error, request, response, url));
      return true;
    }
    const page = pageAt(path, board);
    const slug = page?.serviceSlug ?? null;
    const coming =
      slug !== null
        ? responses.first(slug, now)
        : page?.isFirst === true && own !== null
          ? own.first(place.context.language.code, now)
          : olderWords.first(path, board, now);
    if (coming === null) {
      return answer(request, response, url);
    }
    // Only the first reader waits for the chart of a service, the words of an old page, figures of their own; and not for long.
    coming
      .then(() => answer(request, response, url))
      .catch((error: unknown) => failed(error, request, response, url));
    return true;
  };

  /**
   * The picture at a path: drawn by the first who asks after a change, and all who ask meanwhile wait for it together. Undefined: there
   * is none; null: too many are being drawn.
   */
  const answerPicture = async (
    present: VersionedBoard,
    { context, path }: { context: PageContext; path: string },
  ): Promise<Snapshot | null | undefined> => {
    if (isIcon(path)) {
      return pictures.take(path, String(present.version), context.now, () => touchIcon(present));
    }
    const page = path.slice(0, -pictureName.length) || "/";
    await olderWords.first(page, present, context.now);
    const { board, readAt } = olderWords.beside(page, present);
    const preview = previewAt(page, board);
    const { language, base, now } = context;
    const { platform, brand } = site(board);
    return (
      preview &&
      pictures.take(`${language.code} ${base}${path}`, `${board.version} ${readAt ?? ""}`, now, () =>
        drawPreview(preview(context), { platform, logo: brand.drawnLogo() }),
      )
    );
  };

  /** Pages are only read; what is no page is for somebody else. A page of others that asks whether its script may read is told so. */
  const refuseMethod = ({ method }: IncomingMessage, response: ServerResponse, url: string): boolean => {
    const board = deps.board();
    const { path } = addressed(url, undefined, board);
    const isFace = faceAt(path, board) !== undefined;
    const isOurs = isFace || pageAt(path, board) !== undefined;
    if (!isOurs && !isPicture(path) && !isIcon(path) && path !== "/events" && !isFilePath(path)) {
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
    problemHtml(what, path, accepted) {
      const printed = problemOf(what, path, accepted);
      return print(printed.template, printed.model);
    },
    readers: events.count,
    close() {
      ahead.close();
      events.close();
    },
  };
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

function isFilePath(path: string): boolean {
  return filePaths.has(path) || /^\/(assets|brand)\//.test(path);
}

const filePaths = new Set([
  "/favicon.svg",
  "/robots.txt",
  "/manifest.webmanifest",
  "/.well-known/security.txt",
]);

/** The icon as pixels: at where phones look for it, and at where programs do that read no page first. */
function isIcon(path: string): boolean {
  return path === touchIconPath || path === "/favicon.ico";
}

/** Paths that could be pages of ours, so that the 404 is ours too. */
function isPagePath(path: string): boolean {
  return /^\/(services|incidents|maintenance|history|days|problems|badge)\//.test(path);
}
