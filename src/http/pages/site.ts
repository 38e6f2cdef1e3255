/**
 * What is the same on every page of an audience: its name, its address, where its paths begin, its languages, what it looks like. The
 * public page is one such page, at the root. From the board to the shell.
 */
import { chooseLanguage } from "../../../probes/accepted-language.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Assets } from "../assets.ts";
import type { Language } from "../language.ts";
import { brandOf, type ShownBrand } from "./brand.ts";
import { offeredLanguages } from "./languages.ts";
import type { PageContext } from "./markup.ts";

export interface Site {
  platform: string;
  /** Stands before every path of the page, without a slash at the end: "" or "/pages/acme". */
  root: string;
  /** Whether only some may see it. */
  isPrivate: boolean;
  /** "https://status.example.org", without a slash at the end; null: not known. */
  address: string | null;
  /** The same, or where the server listens as long as nobody said: what is copied or read elsewhere has to begin with something. */
  origin: string;
  languages: readonly Language[];
  brand: ShownBrand;
  assets: Assets;
  /** Of the board; what open pages compare events with. Empty on pages that do not change under their readers. */
  version: string;
  /** The page is one of a copy, which has no server behind it: of which instant it is; absent: it is the page itself. */
  copiedAt?: Instant;
}

/** Whether there is a server that its pages can lead to: not from a copy that does not know where the page itself is. */
export function isServed({ copiedAt, address }: Site): boolean {
  return copiedAt === undefined || address !== null;
}

/** What it is made of beside the board. */
export interface SiteDeps {
  look: { assets: Assets };
  /** BASE_URL, where the platform says no address of its own. */
  baseUrl: string | null;
  /** Where the server listens, "http://localhost:3000": the address of the page as long as nobody says another. Absent: nowhere. */
  listensAt?(): string;
  /** Where the paths of the page begin: "/pages/acme"; absent: at the root. */
  root?: string;
  /** Whether only some may see it; absent: everybody may. */
  isPrivate?: boolean;
}

/** The platform of a board, as its pages show it. */
export function siteOf(
  board: StatusBoard,
  { look, baseUrl, listensAt, root = "", isPrivate = false }: SiteDeps,
  version = "",
): Site {
  const address = board.settings.address ?? baseUrl;
  return {
    platform: board.settings.name,
    ...{ root, isPrivate, address },
    origin: address ?? listensAt?.() ?? "http://localhost",
    languages: languagesOf(board),
    brand: brandOf(board),
    assets: look.assets,
    version,
  };
}

/** Languages of the page, the first is the default. */
export function languagesOf({ settings }: StatusBoard): Language[] {
  return offeredLanguages(settings.languages);
}

/**
 * What a page is made for: in the language its address names, else in one that the reader accepts.
 *
 * @param code the part of an address that may name a language, "da"
 */
export function contextAt(
  board: StatusBoard,
  { root = "" }: SiteDeps,
  { code, accepted, now }: { code: string | undefined; accepted: string | undefined; now: Instant },
): PageContext {
  const offered = languagesOf(board);
  const chosen = offered.find((language) => language.code === code);
  return {
    language: chosen ?? chooseLanguage(accepted, offered),
    base: chosen === undefined ? root : `${root}/${chosen.code}`,
    timeZone: board.settings.timeZone,
    now,
  };
}
