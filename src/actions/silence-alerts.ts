/** Somebody silences certain alerts for a while, saying why; or ends a silence before its time, and what it muted calls. */
import {
  checkedSilence,
  type AlertSilence,
  type SilenceWish,
  silenceState,
} from "../domain/alerting/silence.ts";
import { changeOf } from "../domain/audit/recorded-change.ts";
import { Conflict } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireGroups, requireServices } from "../store/affected-services.ts";
import { getSilence, insertSilence, liftSilence as lift } from "../store/alert-silences.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";

/** @throws InvalidInput silence, service_not_found, group_not_found */
export function silenceAlerts(
  db: Database,
  wish: SilenceWish,
  author: string,
  now: Instant,
): Promise<AlertSilence> {
  const checked = checkedSilence(wish, now);
  return db.transaction(async (tx) => {
    await requireServices(tx, checked.services, (i) => `/services/${i}`);
    await requireGroups(tx, checked.groups, (i) => `/groups/${i}`);
    const silence = await insertSilence(tx, { ...checked, author, createdAt: now });
    await appendAudit(tx, {
      ...{ kind: "silence", subject: `silence ${silence.id}`, event: "made", author, recordedAt: now },
      ...changeOf(null, silence),
    });
    return silence;
  });
}

/** @throws NotFound silence_not_found; Conflict silence_over */
export function liftSilence(db: Database, id: number, author: string, now: Instant): Promise<AlertSilence> {
  return db.transaction(async (tx) => {
    const silence = await getSilence(tx, id);
    const state = silenceState(silence, now);
    if (state === "over" || state === "lifted" || !(await lift(tx, id, author, now))) {
      throw new Conflict("silence_over", "This silence is over already.");
    }
    await appendAudit(tx, {
      ...{ kind: "silence", subject: `silence ${id}`, event: "lifted", author, recordedAt: now },
      ...changeOf(silence, { ...silence, liftedBy: author, liftedAt: now }),
    });
    return { ...silence, liftedBy: author, liftedAt: now };
  });
}
