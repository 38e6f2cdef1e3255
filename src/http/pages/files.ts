/** Files beside the pages that programs ask for by a name of their own, made from the board or always the same. */
import type { ShownState } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { brandOf } from "./brand.ts";
import { markFile } from "./mark.ts";
import type { PageContext } from "./markup.ts";
import { boardState } from "./status-page.ts";

export interface PageFile {
  type: string;
  text: string;
  cacheControl: string;
}

/** The file at a path; undefined: there is none of that name. */
export function fileAt(path: string, board: StatusBoard, context: PageContext): PageFile | undefined {
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
        text: "User-agent: *\nDisallow: /api/\nDisallow: /console\nDisallow: /portal\n",
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
