/**
 * What stands at the addresses of one audience, as finished answers: pages, what programs read of them, files, pictures. Each is made once
 * after a change, from the board in memory; words and figures that have to be read first are read once and kept for a while. Between the
 * board and the requests (routes.ts).
 */
import type { ResponseTime, StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { drawPng } from "../../documents/raster.ts";
import type { Look } from "../look.ts";
import { keepSnapshots, type Snapshot, toSnapshot } from "../snapshot.ts";
import { answerHeaders, readAnywhere } from "./answer-headers.ts";
import { brandOf } from "./brand.ts";
import { type Face, faceAt, isFacePath } from "./faces.ts";
import type { FeedReader } from "./feed-reader.ts";
import { fileAt, touchIcon, touchIconPath } from "./files.ts";
import type { PageContext } from "./markup.ts";
import { keepOlderWords, type OlderWordsSource } from "./older-words.ts";
import { keepOwnFigures, type OwnFiguresSource } from "./own-figures.ts";
import { pageAt } from "./pages.ts";
import { keepPictures } from "./pictures.ts";
import { isPicture, pictureName, previewAt } from "./preview.ts";
import { drawPreview } from "./preview-drawing.ts";
import { problemPage, type ProblemPage } from "./print-page.ts";
import type { Printed } from "./printed.ts";
import { keepResponseTimes } from "./response-times.ts";
import { privateHeaders, securityHeaders } from "./security.ts";
import { contextAt, languagesOf, type SiteDeps, siteOf } from "./site.ts";

/** The board with what changes whenever anything on it does. */
export type VersionedBoard = StatusBoard & { version: number | string };

export interface ContentDeps extends SiteDeps, Pick<OlderWordsSource, "olderWords"> {
  look: Look;
  /** What this audience may see of the platform. In memory; throws only while nothing was ever read. */
  board(): VersionedBoard;
  /** Buckets of `seconds`, oldest first. */
  responseTimes(serviceSlug: string, from: Instant, to: Instant, seconds: number): Promise<ResponseTime[]>;
  /** What its readers are shown of contracts of their own; absent: nothing. */
  ownFigures?: OwnFiguresSource["ownFigures"];
  /** Who reads a feed by the key in this address; absent: nobody needs one. */
  feedReader?(url: string): FeedReader | null;
  now(): Instant;
  /** Told of every page that could not be rendered. */
  onError(error: unknown): void;
}

/** Where an address leads: a path below the root, for a reader of this language at this moment. */
export interface Place {
  context: PageContext;
  path: string;
}

export interface Contents {
  /** `/da/services/beacon` → language by address; `/services/beacon` → by what the reader accepts. */
  placeAt(url: string, accepted: string | undefined): Place;
  /** A page, or what programs read; undefined: the address is neither. */
  page(url: string, accepted: string | undefined): Snapshot | undefined;
  /** A file of a name of its own, or an asset. */
  file(path: string): Snapshot | undefined;
  /**
   * A picture: drawn by the first who asks after a change, and all who ask meanwhile wait for it together. Undefined: there is none; null:
   * too many are being drawn.
   */
  picture(place: Place): Promise<Snapshot | null | undefined>;
  /** Ends when what the page at a place tells is at hand; null: it is. */
  coming(place: Place): Promise<void> | null;
  /** Whether what stands at a path could not be had just now: whether there is anything is not known. */
  isMissing(path: string): boolean;
  /** The answer of a refusal or a defect at an address. */
  problem(problem: ProblemPage, url: string, accepted: string | undefined): Snapshot;
  /** The same as text. */
  problemHtml(problem: ProblemPage, url: string, accepted: string | undefined): string;
}

/** A page is rendered anew at least this often while it is asked for, so that ages and days move on. */
export const maxAgeMs = 5_000;
const pagesKept = 2_000;
const picturesKept = 300;
const picturesAwaited = 40;

export function openContents(deps: ContentDeps): Contents {
  const { print, assets } = deps.look;
  const { ownFigures, onError } = deps;
  const isPrivate = deps.isPrivate === true;
  const headersOf = answerHeaders(isPrivate);
  const snapshots = keepSnapshots({ maxAgeMs, limit: pagesKept, onError });
  const responses = keepResponseTimes(deps);
  const olderWords = keepOlderWords(deps);
  const own = ownFigures === undefined ? null : keepOwnFigures({ ownFigures, onError });
  const pictures = keepPictures({
    render: async (drawing) =>
      toSnapshot(await drawPng(drawing), { ...headersOf.face, "Content-Type": "image/png" }),
    ...{ maxAgeMs, limit: picturesKept, waiting: picturesAwaited },
  });

  const site = (board: VersionedBoard) => siteOf(board, deps, String(board.version));
  /** An address that names its language is the same for all readers. */
  const worded = (headers: Readonly<Record<string, string>>, { base }: PageContext) =>
    isPrivate || base === (deps.root ?? "") ? headers : { ...headers, Vary: "Accept-Encoding" };
  const toFile = (face: Face, board: VersionedBoard, context: PageContext): Snapshot =>
    toSnapshot(face.print(board, site(board).origin, context), {
      ...worded(headersOf.face, context),
      "Content-Type": face.type,
    });
  const toAnswer = ({ template, model, status, headers = {} }: Printed, context: PageContext): Snapshot =>
    toSnapshot(print(template, model), { ...worded(headersOf.page, context), ...headers }, status);

  const placeOn = (board: StatusBoard, url: string, accepted: string | undefined): Place => {
    const path = pathOf(url);
    const [, code = "", rest = "/"] = /^\/([a-z]{2})(\/.*)?$/.exec(path) ?? [];
    const isNamed = languagesOf(board).some((language) => language.code === code);
    const context = contextAt(board, deps, { code, accepted, now: deps.now() });
    return { context, path: isNamed ? rest : path };
  };

  const faceOf = (url: string, { context, path }: Place, board: VersionedBoard, readAt: Instant | null) => {
    const face = faceAt(path, board);
    const reader = deps.feedReader?.(url) ?? null;
    const reading = reader === null ? context : { ...context, feedReader: reader };
    const { language, base, now } = context;
    const key = `${language.code} ${base}${path} ${reader?.key ?? ""}`;
    return (
      face && snapshots.take(key, `${board.version} ${readAt ?? ""}`, now, () => toFile(face, board, reading))
    );
  };

  const printedProblem = (problem: ProblemPage, url: string, accepted: string | undefined): Printed => {
    const board = deps.board();
    return problemPage(problem, board, site(board), placeOn(board, url, accepted).context);
  };

  return {
    placeAt: (url, accepted) => placeOn(deps.board(), url, accepted),

    page(url, accepted) {
      const place = placeOn(deps.board(), url, accepted);
      const { context, path } = place;
      const { board, readAt } = olderWords.beside(path, deps.board());
      const page = pageAt(path, board);
      if (page === undefined) {
        return faceOf(url, place, board, readAt);
      }
      const { language, base, now } = context;
      if (page.leadsTo !== undefined) {
        return toSnapshot("", { ...headersOf.page, Location: `${base}${page.leadsTo}` }, 301);
      }
      const times = page.serviceSlug === null ? null : responses.peek(page.serviceSlug, now);
      const figures = page.isFirst === true ? (own?.peek(language.code, now) ?? null) : null;
      const version = `${board.version} ${times?.readAt ?? ""} ${readAt ?? ""} ${figures?.readAt ?? ""}`;
      return snapshots.take(`${language.code} ${base}${page.path}`, version, now, () =>
        toAnswer(
          page.print(board, site(board), context, times?.times ?? [], own && { kept: figures }),
          context,
        ),
      );
    },

    file(path) {
      const board = deps.board();
      const file = fileAt(path, board, site(board).address, placeOn(board, "/", undefined).context);
      return file === undefined
        ? (brandOf(board).find(path) ?? assets.find(path))
        : toSnapshot(file.text, {
            ...securityHeaders,
            "Cache-Control": file.cacheControl,
            ...(isPrivate ? privateHeaders : {}),
            "Content-Type": file.type,
          });
    },

    async picture({ context, path }) {
      const present = deps.board();
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
    },

    coming({ context, path }) {
      const board = deps.board();
      const page = pageAt(path, board);
      const slug = page?.serviceSlug ?? null;
      return slug !== null
        ? responses.first(slug, context.now)
        : page?.isFirst === true && own !== null
          ? own.first(context.language.code, context.now)
          : olderWords.first(path, board, context.now);
    },

    isMissing: olderWords.isMissing,

    problem(what, url, accepted) {
      const { template, model } = printedProblem(what, url, accepted);
      const isForAll = !isPrivate && isFacePath(pathOf(url));
      const headers = { ...headersOf.page, ...(isForAll ? readAnywhere : {}), "Cache-Control": "no-store" };
      return toSnapshot(print(template, model), headers, what.status);
    },

    problemHtml(what, url, accepted) {
      const { template, model } = printedProblem(what, url, accepted);
      return print(template, model);
    },
  };
}

/** An address without what follows its path. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/** Whether a path is one of a file: they have no language. */
export function isFilePath(path: string): boolean {
  return filePaths.has(path) || /^\/(assets|brand)\//.test(path);
}

const filePaths = new Set([
  "/favicon.svg",
  "/robots.txt",
  "/manifest.webmanifest",
  "/.well-known/security.txt",
]);

/** Whether a path is one of a picture, which takes its time to be drawn. */
export function isDrawn(path: string): boolean {
  return isPicture(path) || isIcon(path);
}

/** The icon as pixels: at where phones look for it, and at where programs do that read no page first. */
function isIcon(path: string): boolean {
  return path === touchIconPath || path === "/favicon.ico";
}
