/**
 * What whoever asks the API may see of the platform: everything with a token of those who run it, without one what the public page shows.
 */
import type { Context } from "hono";
import { type PageSight, placesOf, sightOf } from "../../domain/status/page.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { Unauthenticated } from "../../domain/errors.ts";
import { callerOf } from "../authentication.ts";
import type { ApiDeps } from "./deps.ts";

export interface Shown {
  board: StatusBoard;
  /** For what is read from the store, beyond the board. */
  sight: PageSight;
}

/**
 * The platform as this caller may see it. A token is looked at only where it makes a difference: public facts are told while the database
 * is away.
 *
 * @throws Unauthenticated page_private: the public page is not public; token_invalid
 */
export async function shownTo(c: Context, deps: ApiDeps): Promise<Shown> {
  const whole = deps.board();
  const shown = deps.publicBoard();
  if (shown !== whole && c.req.header("Authorization") !== undefined) {
    const { scopes } = await callerOf(c, deps);
    if (scopes.size > 0) {
      return { board: whole, sight: sightOf("all", []) };
    }
  }
  if (shown === null) {
    throw new Unauthenticated("page_private", "The page of this platform is private: send a token.");
  }
  return { board: shown, sight: shown === whole ? sightOf("all", []) : sightOf("public", placesOf(whole)) };
}
