/** What events of a calendar say of planned work, beside when it is. */
import { type ICalEventData, ICalEventStatus } from "ical-generator";
import { type MaintenanceWindow, maintenanceStateAt } from "../domain/status/maintenance-window.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import { entryQuery } from "./pages/feed-reader.ts";
import type { PageContext } from "./pages/markup.ts";

/** Where a calendar is read, and what of. */
export interface CalendarPlace {
  /** Address of the page, without a slash at the end. */
  address: string;
  board: StatusBoard;
  context: PageContext;
}

/** What an event says of a window, beside its identity and its times. */
export function wordsOfWindow(window: MaintenanceWindow, place: CalendarPlace) {
  const { address, context } = place;
  const changedAt = new Date(window.updates.at(-1)?.at ?? window.announcedAt);
  const path = `/maintenance/${window.reference}`;
  const isOff = maintenanceStateAt(window, context.now) === "cancelled";
  return {
    // How often it was changed: programs take the event with the higher number.
    sequence: window.updates.length,
    stamp: changedAt,
    created: new Date(window.announcedAt),
    lastModified: changedAt,
    summary: window.title,
    description: aboutWork(window, place),
    url: `${address}${context.base}${path}${entryQuery(context.feedReader, path)}`,
    status: isOff ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  } satisfies Partial<ICalEventData>;
}

/** The services by name, and what is said of the work. */
export function aboutWork(
  { serviceSlugs, message }: Pick<MaintenanceWindow, "serviceSlugs" | "message">,
  { board }: CalendarPlace,
): string {
  const titles = new Map(board.services.map(({ slug, title }) => [slug, title]));
  const names = serviceSlugs.flatMap((slug) => titles.get(slug) ?? []);
  return [names.join(", "), message].filter((part) => part !== "").join("\n\n");
}
