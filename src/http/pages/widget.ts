/**
 * What a widget in a page of somebody else's says: the state of the platform or of one service, in words, and where to read on. The script
 * (views/assets/widget.js) shows it; /embed shows the same without one.
 */
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { conditionsOf } from "./conditions.ts";
import { staleSince } from "./freshness.ts";
import { headline } from "./headline.ts";
import { textOfMarkup, type PageContext } from "./markup.ts";
import { platformHeadline } from "./status-page.ts";

export interface WidgetWords {
  state: string;
  headline: string;
  address: string;
  /** Whether there is nothing to tell. */
  isWell: boolean;
  /** Code of the language of its words, for who reads it out. */
  language: string;
  platform: string;
}

/** @param slug of one service; null: of all */
export function widgetWords(
  slug: string | null,
  board: StatusBoard,
  address: string,
  context: PageContext,
): WidgetWords {
  const conditions = conditionsOf(board, context.now);
  const service = board.services.find((one) => one.slug === slug);
  const told =
    service === undefined
      ? platformHeadline(board, conditions, context)
      : headline(
          [{ service, condition: conditions.get(service.slug)! }],
          staleSince({ ...board, services: [service] }, context.now),
          context,
          false,
        );
  return {
    state: told.state,
    headline: textOfMarkup(told.sentence),
    address: `${address}/${context.language.code}${service === undefined ? "/" : `/services/${service.slug}`}`,
    isWell: told.state === "operational",
    language: context.language.tag,
    platform: board.settings.name,
  };
}
