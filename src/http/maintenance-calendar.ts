/**
 * Planned work as a calendar (RFC 5545) that any calendar program subscribes to or adds a single event from. Events keep their identity:
 * what is moved moves there, what is cancelled is struck out there. Work that comes again is one event with its rule.
 */
import ical, { ICalCalendarMethod } from "ical-generator";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import { wordsOfWindow } from "./calendar-words.ts";
import { calendarZone } from "./calendar-zone.ts";
import { feedQuery } from "./pages/feed-reader.ts";
import type { PageContext } from "./pages/markup.ts";
import { addSeriesEvents } from "./series-events.ts";

/** With the method that the calendar itself names (RFC 5545, 8.1). */
export const calendarType = "text/calendar; charset=utf-8; method=PUBLISH";

const askAgainS = 15 * 60;

/**
 * @param chosen of one service, or one window alone; null: everything on the board
 * @param address address of the page, without a slash at the end
 */
export function maintenanceCalendar(
  chosen: { serviceSlug: string } | { reference: string } | null,
  board: StatusBoard,
  address: string,
  context: PageContext,
): string {
  const { language, base } = context;
  const ofService = (slugs: readonly string[]) =>
    chosen === null || ("serviceSlug" in chosen && slugs.includes(chosen.serviceSlug));
  const isChosen = (window: MaintenanceWindow) =>
    (chosen !== null && "reference" in chosen && window.reference === chosen.reference) ||
    ofService(window.serviceSlugs);
  const calendar = ical({
    name: language.say("calendar.title", { platform: board.settings.name }),
    prodId: { company: "Fournines", product: "maintenance", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: askAgainS,
    url: `${address}${base}/maintenance.ics${feedQuery(context.feedReader)}`,
  });
  const place = { address, board, context };
  const repeating = (board.repeating ?? []).filter(({ serviceSlugs }) => ofService(serviceSlugs));
  const told = new Set(repeating.flatMap((stretch) => addSeriesEvents(calendar, stretch, isChosen, place)));
  for (const window of board.windows.filter((one) => isChosen(one) && !told.has(one.reference))) {
    calendar.createEvent({
      id: `${window.reference}@${new URL(address).hostname}`,
      start: new Date(window.actualStart ?? window.plannedStart),
      end: new Date(window.actualEnd ?? window.plannedEnd),
      ...wordsOfWindow(window, place),
    });
  }
  const zones = new Set(calendar.events().flatMap((event) => event.timezone() ?? []));
  return withZones(calendar.toString(), [...zones]);
}

/** The zones stand before what happens in them, and after all that is said of the calendar: RFC 5545 has it so, and the library does not. */
function withZones(text: string, zones: readonly string[]): string {
  const blocks = zones.map((zone) => `${calendarZone(zone) ?? ""}\r\n`).join("");
  return text.replace(/^BEGIN:VEVENT/m, (first) => blocks + first);
}
