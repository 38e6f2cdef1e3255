/**
 * Planned work as a calendar (RFC 5545) that any calendar program subscribes to or adds a single event from. Events keep their identity:
 * what is moved moves there, what is cancelled is struck out there.
 */
import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import { type MaintenanceWindow, maintenanceStateAt } from "../domain/status/maintenance-window.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { PageContext } from "./pages/markup.ts";

export const calendarType = "text/calendar; charset=utf-8";

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
  const { language, base, now } = context;
  const titles = new Map(board.services.map(({ slug, title }) => [slug, title]));
  const wanted = (window: MaintenanceWindow) =>
    chosen === null ||
    ("reference" in chosen
      ? window.reference === chosen.reference
      : window.serviceSlugs.includes(chosen.serviceSlug));
  const calendar = ical({
    name: language.say("calendar.title", { platform: board.settings.name }),
    prodId: { company: "Fournines", product: "maintenance", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: askAgainS,
    url: `${address}${base}/maintenance.ics`,
  });
  for (const window of board.windows.filter(wanted)) {
    const names = window.serviceSlugs.flatMap((slug) => titles.get(slug) ?? []);
    const changedAt = window.updates.at(-1)?.at ?? window.announcedAt;
    calendar.createEvent({
      id: `${window.reference}@${new URL(address).hostname}`,
      // How often it was changed: programs take the event with the higher number.
      sequence: window.updates.length,
      stamp: new Date(changedAt),
      created: new Date(window.announcedAt),
      lastModified: new Date(changedAt),
      start: new Date(window.actualStart ?? window.plannedStart),
      end: new Date(window.actualEnd ?? window.plannedEnd),
      summary: window.title,
      description: [names.join(", "), window.message].filter((part) => part !== "").join("\n\n"),
      url: `${address}${base}/maintenance/${window.reference}`,
      status:
        maintenanceStateAt(window, now) === "cancelled"
          ? ICalEventStatus.CANCELLED
          : ICalEventStatus.CONFIRMED,
    });
  }
  return calendar.toString();
}
