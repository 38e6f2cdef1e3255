/** Files beside the pages that programs ask for by a name of their own, made from the board or always the same. */
import type { ShownState } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { brandOf } from "./brand.ts";
import { markFile } from "./mark.ts";
import type { PageContext } from "./markup.ts";
import { boardState } from "./status-page.ts";

export interface PageFile {
  type: string;
  text: string;
  cacheControl: string;
}

const dayMs = 86_400_000;
/** How long what security.txt says holds: RFC 9116 wants less than a year. */
const securityHoldsDays = 180;

/** Where the icon for home screens is; drawn, unlike the files here. */
export const touchIconPath = "/apple-touch-icon.png";

/**
 * The file at a path; undefined: there is none of that name.
 *
 * @param address of the page, without a slash at the end; null: not known
 */
export function fileAt(
  path: string,
  board: StatusBoard,
  address: string | null,
  context: PageContext,
): PageFile | undefined {
  switch (path) {
    case "/favicon.svg":
      return {
        type: "image/svg+xml; charset=utf-8",
        text: iconOf(board, boardState(board, context)),
        cacheControl: "public, max-age=0",
      };
    case "/robots.txt":
      return {
        type: "text/plain; charset=utf-8",
        text: robots(address),
        cacheControl: "public, max-age=3600",
      };
    case "/manifest.webmanifest":
      return {
        type: "application/manifest+json; charset=utf-8",
        text: JSON.stringify(manifest(board, context)),
        cacheControl: "public, max-age=3600",
      };
    case "/.well-known/security.txt":
      return board.settings.security === undefined
        ? undefined
        : {
            type: "text/plain; charset=utf-8",
            text: securityText(board, address, context),
            cacheControl: "public, max-age=3600",
          };
    default:
      return undefined;
  }
}

/** The icon of the platform in its state: its own, else the mark. */
function iconOf(board: StatusBoard, state: ShownState): string {
  return brandOf(board).drawIcon(state) ?? markFile(state);
}

/** The icon for home screens as a drawing: on paper, and of no state, for it is kept for long. */
export function touchIcon(board: StatusBoard): string {
  const icon = brandOf(board).drawIcon("operational") ?? markFile("operational");
  const data = `data:image/svg+xml;base64,${Buffer.from(icon).toString("base64")}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="180" height="180"><rect width="180" height="180" fill="#fbfaf7"/><image x="30" y="30" width="120" height="120" href="${data}"/></svg>`;
}

function robots(address: string | null): string {
  const closed = ["/api/", "/console", "/portal", "/subscription/"];
  return [
    "User-agent: *",
    ...closed.map((path) => `Disallow: ${path}`),
    ...(address === null ? [] : ["", `Sitemap: ${address}/sitemap.xml`]),
    "",
  ].join("\n");
}

/** What the page is called once it is put on a home screen. */
function manifest({ settings }: StatusBoard, { language }: PageContext): object {
  return {
    name: settings.name,
    short_name: settings.name,
    description: language.say("feed.about", { name: settings.name }),
    lang: language.tag,
    // Seen from where it lies itself: the pages of an audience have a root of their own.
    ...{ start_url: "./", scope: "./" },
    display: "minimal-ui",
    background_color: "#fbfaf7",
    theme_color: "#fbfaf7",
    icons: [
      { src: "favicon.svg", type: "image/svg+xml", sizes: "any" },
      { src: touchIconPath.slice(1), type: "image/png", sizes: "180x180" },
    ],
  };
}

/** Whom to tell of a weakness (RFC 9116). It is made of the day, so that it is always valid and rarely another one. */
function securityText({ settings }: StatusBoard, address: string | null, { now }: PageContext): string {
  const { contacts, policy, acknowledgments } = settings.security!;
  const expires = isoInstant((Math.floor(now / dayMs) + securityHoldsDays) * dayMs);
  return [
    ...contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${expires.replace(".000Z", "Z")}`,
    `Preferred-Languages: ${settings.languages.join(", ")}`,
    ...(address === null ? [] : [`Canonical: ${address}/.well-known/security.txt`]),
    ...(policy === null ? [] : [`Policy: ${policy}`]),
    ...(acknowledgments === null ? [] : [`Acknowledgments: ${acknowledgments}`]),
    "",
  ].join("\n");
}
