/**
 * Copies of the public page as this installation makes them: from its board, in the languages wanted, sealed by its key. What a page said
 * of its instant is remembered, so that one copy after the other differs only where the page does.
 */
import { hash } from "node:crypto";
import type { CopiedFile } from "../../../probes/page-copy.ts";
import { Conflict, InvalidInput } from "../../domain/errors.ts";
import { drawPng } from "../../documents/raster.ts";
import {
  noOlderWords,
  type OlderAsked,
  type OlderWords,
  withOlderWords,
} from "../../domain/status/older-words.ts";
import { isOpen, rootPage } from "../../domain/status/page-access.ts";
import type { ResponseTime, StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Sealer } from "../../evidence/report-seal.ts";
import type { Language } from "../language.ts";
import type { Look } from "../look.ts";
import { composeCopy, composeWithdrawal, filesByName, type MadeCopy } from "./compose-copy.ts";
import { offeredLanguages } from "./languages.ts";
import { spanMs, stepSeconds } from "./response-times.ts";
import { siteOf } from "./site.ts";

export interface PageCopies {
  /**
   * Begins a copy.
   *
   * @param codes languages, the first of which stands at the root; none: those of the page
   * @param before files of the copy that this one takes the place of; left out: of the one made last
   * @throws InvalidInput language_unknown for one that the page does not have
   * @throws Conflict page_closed: not everybody may see the page
   */
  make(codes: readonly string[], before?: ReadonlyMap<string, CopiedFile>): MadeCopy;
  /** What takes the place of copies that were made while everybody might see the page: none. */
  withdraw(): MadeCopy;
}

export interface PageCopiesDeps {
  look: Look;
  board(): StatusBoard;
  now(): Instant;
  baseUrl: string | null;
  sealer: Sealer;
  /** What was said in public longer ago than the board remembers. */
  olderWords(asked: OlderAsked): Promise<OlderWords>;
  /** Buckets of `seconds`, oldest first. */
  responseTimes(serviceSlug: string, from: Instant, to: Instant, seconds: number): Promise<ResponseTime[]>;
  /** Told of what is missing from a copy that was made all the same. */
  onError(error: unknown): void;
}

export function openPageCopies(deps: PageCopiesDeps): PageCopies {
  const { look, sealer, onError } = deps;
  const last = new Map<string, ReadonlyMap<string, CopiedFile>>();
  const pictures = keepDrawn();
  let older = noOlderWords;

  /** What the board does not remember, or nothing of it where it is too much; what was read before where nothing can be read now. */
  async function readOlder({ wordsSince }: StatusBoard): Promise<OlderWords> {
    if (wordsSince !== undefined) {
      try {
        const words = await deps.olderWords({ kind: "stretch", stretch: { start: 0, end: wordsSince } });
        const isTooMuch = words.incidents.length + words.windows.length > mostOlder;
        older = isTooMuch ? noOlderWords : words;
      } catch (error) {
        onError(error);
      }
    }
    return older;
  }

  async function* making(languages: Language[], known?: ReadonlyMap<string, CopiedFile>): MadeCopy {
    const [board, now] = [deps.board(), deps.now()];
    const responseTimes = (slug: string) =>
      deps.responseTimes(slug, now - spanMs, now, stepSeconds).catch((error: unknown) => {
        onError(error);
        return [];
      });
    const { address } = siteOf(board, deps);
    const key = languages.map(({ code }) => code).join(" ");
    const before = known ?? last.get(key) ?? new Map<string, CopiedFile>();
    const olderBoard = withOlderWords(board, await readOlder(board));
    const sealed = yield* composeCopy(
      { look, board, olderBoard, address, languages, responseTimes, now, picture: pictures.draw },
      sealer,
      before,
    );
    last.set(key, filesByName(sealed.manifest));
    pictures.letGo();
    return sealed;
  }

  return {
    make(codes, before) {
      const board = deps.board();
      if (!isOpen(rootPage(board.settings))) {
        throw new Conflict("page_closed", "The page is not open to everybody: no copy of it is made.");
      }
      return making(chosenLanguages(codes, board), before);
    },
    withdraw() {
      const [first] = offeredLanguages(deps.board().settings.languages);
      return composeWithdrawal(deps.now(), first!.code, sealer);
    },
  };
}

/** So many incidents and windows a copy holds beyond what the board remembers. With only some of them, a month would tell too little. */
const mostOlder = 5_000;

/** Pictures by what was drawn, so that one copy after the other turns only new drawings into pixels. */
function keepDrawn() {
  let before = new Map<string, Buffer>();
  let drawn = new Map<string, Buffer>();
  return {
    async draw(drawing: string): Promise<Buffer> {
      const key = hash("sha256", drawing, "hex");
      const picture = drawn.get(key) ?? before.get(key) ?? (await drawPng(drawing));
      drawn.set(key, picture);
      return picture;
    },
    /** What the copy that is made now does not show is drawn again when it is wanted. */
    letGo() {
      [before, drawn] = [drawn, new Map()];
    },
  };
}

function chosenLanguages(codes: readonly string[], { settings }: StatusBoard): Language[] {
  const offered = offeredLanguages(settings.languages);
  if (codes.length === 0) {
    return offered;
  }
  return [...new Set(codes)].map((code) => {
    const found = offered.find((language) => language.code === code);
    if (found === undefined) {
      const known = offered.map((language) => language.code).join(", ");
      throw new InvalidInput("language_unknown", `The page is not told in "${code}", only in: ${known}.`);
    }
    return found;
  });
}
