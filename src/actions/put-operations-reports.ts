/**
 * Puts down the report on the last whole week of operations, once for each recipient, when its moment in the week after has come. Only the
 * latest week is told of: one that was missed is history, and can be looked at.
 */
import type { OperationsWeek } from "../domain/mailing/operations-week.ts";
import { customerLanguages } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";
import { momentAfter } from "../domain/time/iso-week.ts";
import { findSettings } from "../live/board-words.ts";
import type { Database } from "../store/database.ts";
import { listMailings, putMailings } from "../store/mailings.ts";
import type { Engine } from "./draft-cycle.ts";
import { newLetterId } from "./letter-id.ts";
import { findWholeWeek, readOperationsWeek } from "./read-operations-week.ts";

/** How many mails were put down. */
export async function putOperationsReports(db: Database, engine: Engine, now: Instant): Promise<number> {
  const settings = await findSettings(db);
  const rule = settings?.operationsReport;
  if (settings === undefined || rule === undefined) {
    return 0;
  }
  const { timeZone } = settings;
  const week = await findWholeWeek(db, null, now);
  const dueAt = momentAfter(week, rule.day, rule.at, timeZone);
  if (now < dueAt) {
    return 0;
  }
  const { label } = week;
  const put = (await listMailings(db, { label })).filter(({ kind }) => kind === "operations");
  const told = new Set(put.map(({ recipient }) => recipient.toLowerCase()));
  const untold = rule.to.filter((recipient) => !told.has(recipient.toLowerCase()));
  if (untold.length === 0) {
    return 0;
  }
  // Whoever is named later in the week reads the same as the others.
  const known = put[0]?.facts as OperationsWeek | undefined;
  const facts = known ?? (await readOperationsWeek(db, engine, week, now));
  const language = customerLanguages.find((code) => code === rule.language) ?? "en";
  const mails = untold.map((recipient) => ({
    id: newLetterId("mailing"),
    ...{ kind: "operations" as const, contract: null, contractId: null, label, revision: 1, recipient },
    ...{ language, linkId: null, facts, dueAt },
  }));
  return (await putMailings(db, mails, now)).length;
}
