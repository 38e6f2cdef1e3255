/**
 * Puts down, a day before planned work begins, that those who subscribed are reminded of it: once for each time at which it is planned to
 * begin. Whether it still holds is looked at again when a message is made. Run by the schedule, on any number of servers at once.
 */
import { comesAgainMs, remindedBeforeMs, reminderOfWindow } from "../domain/status/announcement.ts";
import type { Instant } from "../domain/time/interval.ts";
import { putAnnouncements } from "../store/announcements.ts";
import type { Database } from "../store/database.ts";
import { listWindowsPlannedIn, listWindowsToBegin } from "../store/maintenance-windows.ts";

export async function remindOfMaintenance(db: Database, now: Instant): Promise<void> {
  const windows = await listWindowsToBegin(db, { start: now, end: now + remindedBeforeMs });
  if (windows.length === 0) {
    return;
  }
  const others = await listWindowsPlannedIn(db, { start: now - comesAgainMs, end: now + remindedBeforeMs });
  await putAnnouncements(
    db,
    windows.flatMap((window) => reminderOfWindow(window, others, now) ?? []),
  );
}
