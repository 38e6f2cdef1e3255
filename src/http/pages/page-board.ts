/**
 * What each page shows of the board of a running server: cut down once for all its readers, and of another version only when something
 * that it shows has changed, so that nobody hears from its stream that something happened elsewhere. From the live board to the pages.
 */
import { addressOf } from "../../domain/status/page-access.ts";
import type { PageDefinition } from "../../domain/status/page-definition.ts";
import { boardOf } from "../../domain/status/page.ts";
import type { PageScope } from "../../domain/status/page-scope.ts";
import type { PlatformSettings } from "../../domain/status/platform.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";

type LiveStatusBoard = StatusBoard & { version: number };

type Called = Partial<Pick<PlatformSettings, "name" | "address">>;

/** One page's board, kept until the whole one is another. */
export interface PageBoard {
  /** @param called what the platform is called there, and where; absent: by its name, at its address */
  of(whole: LiveStatusBoard, scope: PageScope, called?: Called): LiveStatusBoard;
}

export function keepPageBoard(): PageBoard {
  let kept: { whole: LiveStatusBoard; scope: PageScope; shown: LiveStatusBoard } | undefined;
  return {
    of(whole, scope, called) {
      if (kept?.whole === whole && kept.scope === scope) {
        return kept.shown;
      }
      const cut = cutFor(whole, scope, called);
      // Whoever sees everything may as well see its version: nothing is compared for them.
      const shown =
        cut !== whole &&
        kept?.scope === scope &&
        (kept.whole.version === whole.version || tellsSame(kept.shown, cut))
          ? { ...cut, version: kept.shown.version }
          : cut;
      kept = { whole, scope, shown };
      return shown;
    },
  };
}

/** The part of a board that a page shows, under its own name. */
export function cutFor<Board extends StatusBoard>(
  whole: Board,
  scope: PageScope,
  called: Called = {},
): Board {
  const narrow = boardOf(whole, scope);
  return Object.keys(called).length === 0
    ? narrow
    : { ...narrow, settings: { ...narrow.settings, ...called } };
}

/** What the platform is called on a page of an audience. `main`: address of the page at the root. */
export function calledOn(page: PageDefinition, main: string | null): Called {
  return {
    name: page.title,
    ...(page.domain === undefined ? {} : { address: addressOf(page, main ?? "https:") }),
  };
}

/** Whether nobody could tell two boards apart, but by how lately they were looked at. */
function tellsSame(before: StatusBoard, after: StatusBoard): boolean {
  return (
    (before.databaseAwaySince === null) === (after.databaseAwaySince === null) &&
    isAlike(before.settings, after.settings) &&
    areAlike(before.groups, after.groups) &&
    areAlike(before.services, after.services, "lastSampleAt") &&
    areAlike(before.incidents, after.incidents) &&
    areAlike(before.windows, after.windows)
  );
}

function areAlike(before: readonly object[], after: readonly object[], but?: string): boolean {
  return before.length === after.length && before.every((one, i) => isAlike(one, after[i]!, but));
}

/** The same object, or one that says the same; what was read anew is another object. */
function isAlike(before: object, after: object, but?: string): boolean {
  const told = (thing: object) => JSON.stringify(thing, (key, value: unknown) => (key === but ? 0 : value));
  return before === after || told(before) === told(after);
}
