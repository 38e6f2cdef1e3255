/**
 * Lets drafts of incidents follow what is measured: every confirmed outage that nobody has spoken of waits in one, and is published by
 * itself where the platform wants that. Run again and again by the one server that derives; run twice it does nothing twice.
 */
import { followOutages as follow, type IncidentDraft } from "../domain/status/incident-draft.ts";
import { incidentRules } from "../domain/status/incident-rules.ts";
import type { IncidentDeclaration } from "../domain/status/incident.ts";
import { isUnderWay } from "../domain/status/maintenance-window.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  addDraftServices,
  endDraftService,
  insertDraft,
  lastSettled,
  listWaitingDrafts,
  settleDraft,
} from "../store/incident-drafts.ts";
import { publishDraft } from "./settle-draft.ts";

/** Under which name what nobody did is recorded. */
export const measurementAuthor = "measurement";

/** What became of drafts, for the log. */
export interface FollowedOutages {
  /** Numbers of new ones. */
  drafted: number[];
  /** References of incidents that were published by themselves. */
  published: string[];
}

/**
 * @param board what is measured and said now
 * @param wordsFor what a draft says when it is published by itself
 */
export function followOutages(
  db: Database,
  board: Pick<StatusBoard, "services" | "incidents" | "windows" | "settings">,
  wordsFor: (draft: IncidentDraft) => IncidentDeclaration,
  now: Instant,
): Promise<FollowedOutages> {
  const down = board.services
    .filter(({ reading, readingSince }) => reading === "down" && readingSince !== null)
    .map(({ slug, readingSince }) => ({ serviceSlug: slug, since: readingSince! }));
  return db.transaction(async (tx) => {
    const waiting = await listWaitingDrafts(tx);
    const followed: FollowedOutages = { drafted: [], published: [] };
    if (waiting.length === 0 && down.length === 0) {
      return followed;
    }
    await lockInTransaction(tx, "incident drafts");
    const steps = follow(
      {
        ...{ waiting, down },
        upSince: new Map(
          board.services.flatMap(({ slug, reading, readingSince }) =>
            (reading === "up" || reading === "degraded") && readingSince !== null
              ? [[slug, readingSince]]
              : [],
          ),
        ),
        incidents: board.incidents,
        underMaintenance: new Set(
          board.windows.filter((one) => isUnderWay(one, now)).flatMap(({ serviceSlugs }) => serviceSlugs),
        ),
        settledAt: await lastSettled(
          tx,
          down.map(({ serviceSlug }) => serviceSlug),
        ),
        publishAfterMs: incidentRules(board.settings).publishAfterMs,
      },
      now,
    );
    for (const { id, reference } of steps.spoken) {
      await settleDraft(tx, id, { reference, by: measurementAuthor, at: now });
    }
    for (const ended of steps.end) {
      await endDraftService(tx, ended);
    }
    for (const id of steps.lapse) {
      await settleDraft(tx, id, { reference: null, by: measurementAuthor, at: now });
    }
    for (const { id, services } of steps.join) {
      await addDraftServices(tx, id, services);
    }
    if (steps.draft.length > 0) {
      followed.drafted.push(await insertDraft(tx, steps.draft, now));
    }
    for (const id of steps.publish) {
      const draft = waiting.find((one) => one.id === id)!;
      const { reference } = await publishDraft(tx, id, wordsFor(draft), measurementAuthor, now);
      followed.published.push(reference);
    }
    return followed;
  });
}
