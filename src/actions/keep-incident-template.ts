/**
 * Keeps words ready to be said, as people do it: makes and changes a template, archives it, and takes it up again. Those of the platform file
 * belong to the file. Two who change the same one at once are told: the second has to look again.
 */
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import { changeOf } from "../domain/audit/recorded-change.ts";
import { Conflict } from "../domain/errors.ts";
import { incidentRules } from "../domain/status/incident-rules.ts";
import type { IncidentTemplate, StandingTemplate } from "../domain/status/incident-template.ts";
import { findSettings } from "../live/board-words.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { getKeptTemplate, lockKeptTemplate, saveKeptTemplate } from "../store/incident-templates.ts";
import type { IncidentChanger } from "./change-incident.ts";

/** A template that was put, and whether it is new. */
export interface PutTemplate {
  template: StandingTemplate;
  isNew: boolean;
}

/**
 * Puts it; one that is archived is taken up again.
 *
 * @param isToBeNew whether one that stands is to be left alone
 * @throws Conflict made_by_file, template_exists, version_changed
 */
export function putIncidentTemplate(
  db: Database,
  wanted: IncidentTemplate,
  changer: IncidentChanger,
  isToBeNew = false,
): Promise<PutTemplate> {
  return db.transaction(async (tx) => {
    // Two that are made under one name at once find no row to wait at.
    await lockInTransaction(tx, "incident templates");
    await refuseOfFile(tx, wanted.slug);
    const before = await lockKeptTemplate(tx, wanted.slug);
    if (isToBeNew && before !== undefined) {
      const detail = before.archived
        ? "is the name of a template that was archived: restore it, or choose another one"
        : "is the name of a template already; choose another one";
      throw new Conflict("template_exists", `There is a template "${wanted.slug}" already.`, [
        { pointer: "/slug", detail },
      ]);
    }
    refuseStale(wanted.slug, before?.version ?? 0, changer.seen);
    const template = {
      ...{ wanted, managedBy: "people" as const, archived: false },
      version: (before?.version ?? 0) + 1,
    };
    await saveKeptTemplate(tx, template, changer.now);
    await record(tx, before ?? null, template, before === undefined ? "added" : "changed", changer);
    return { template, isNew: before === undefined };
  });
}

/**
 * Archives it, or takes it up again where it is archived: its words stay all the while.
 *
 * @throws NotFound template_not_found
 * @throws Conflict made_by_file, already_archived, not_archived, version_changed
 */
export function archiveIncidentTemplate(
  db: Database,
  slug: string,
  archived: boolean,
  changer: IncidentChanger,
): Promise<StandingTemplate> {
  return db.transaction(async (tx) => {
    await refuseOfFile(tx, slug);
    const before = await getKeptTemplate(tx, slug);
    if (before.archived === archived) {
      throw archived
        ? new Conflict("already_archived", `The template "${slug}" is archived already.`)
        : new Conflict("not_archived", `The template "${slug}" is not archived.`);
    }
    refuseStale(slug, before.version, changer.seen);
    const template = { ...before, archived, version: before.version + 1 };
    await saveKeptTemplate(tx, template, changer.now);
    await record(tx, before, template, archived ? "archived" : "revived", changer);
    return template;
  });
}

async function refuseOfFile(tx: Database, slug: string): Promise<void> {
  const { templates } = incidentRules(await findSettings(tx));
  if (templates.some((template) => template.slug === slug)) {
    throw new Conflict(
      "made_by_file",
      `The template "${slug}" stands in the platform file: change it there.`,
      [{ pointer: "/slug", detail: "is the name of a template in the platform file; choose another one" }],
    );
  }
}

/** @throws Conflict version_changed */
function refuseStale(slug: string, version: number, seen: number | null): void {
  if (seen !== null && seen !== version) {
    throw new Conflict(
      "version_changed",
      `The template "${slug}" was changed since you looked at it (version ${version}, not ${seen}). Look at it again; nothing was overwritten.`,
    );
  }
}

async function record(
  tx: Database,
  before: StandingTemplate | null,
  after: StandingTemplate,
  event: AuditEvent,
  { author, now }: IncidentChanger,
): Promise<void> {
  const told = (one: StandingTemplate) => ({ ...one.wanted, archived: one.archived });
  await appendAudit(tx, {
    ...{ kind: "template", subject: after.wanted.slug, event, author, recordedAt: now },
    ...changeOf(before && told(before), told(after)),
  });
}
