/**
 * Looks again and again at what is measured and what is said, and lets drafts of incidents follow: on the server that derives for all. After
 * the board, before the people who publish or dismiss them.
 */
import { followOutages, type FollowedOutages } from "../actions/follow-outages.ts";
import type { IncidentDraft } from "../domain/status/incident-draft.ts";
import type { IncidentDeclaration } from "../domain/status/incident.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { keepLooking } from "./looks.ts";

export interface OutageWatch {
  /** Looks once, after a look that is under way. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface OutageWatchDeps {
  db: Database;
  now(): Instant;
  board(): StatusBoard;
  /** Whether this is the server that derives. */
  derives(): boolean;
  /** What a draft says when it is published by itself. */
  wordsFor(draft: IncidentDraft): IncidentDeclaration;
  /** Lets the board tell what was published. */
  changed(): Promise<void>;
  /** Told of every look that did something. */
  followed(what: FollowedOutages): void;
  failed(error: unknown): void;
}

/** @param everyMs pause between two looks */
export function watchOutages(deps: OutageWatchDeps, everyMs = 5_000): OutageWatch {
  async function lookOnce(): Promise<void> {
    try {
      const board = deps.board();
      if (!deps.derives() || board.databaseAwaySince !== null) {
        return;
      }
      const followed = await followOutages(deps.db, board, deps.wordsFor, deps.now());
      if (followed.published.length > 0) {
        await deps.changed();
      }
      if (followed.drafted.length + followed.published.length > 0) {
        deps.followed(followed);
      }
    } catch (error) {
      deps.failed(error);
    }
  }

  const { look, end } = keepLooking(lookOnce, everyMs);
  return { look, stop: end };
}
