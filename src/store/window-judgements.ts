/** What contracts' rules said of maintenance windows when they were published, in order; rows are only ever added. */
import { asc, eq, inArray } from "drizzle-orm";
import type { WindowJudgement } from "../domain/sla/promise/window-judgement.ts";
import type { Database } from "./database.ts";
import { maintenanceWindows, windowJudgements } from "./tables/words.ts";

/** Adds a judgement to a window that stands. */
export async function addJudgement(
  tx: Database,
  reference: string,
  judgement: WindowJudgement,
): Promise<void> {
  const [window] = await tx
    .select({ id: maintenanceWindows.id })
    .from(maintenanceWindows)
    .where(eq(maintenanceWindows.reference, reference));
  await tx.insert(windowJudgements).values({ windowId: window!.id, ...judgement });
}

/** The judgements of these windows by reference, oldest first. */
export async function listJudgements(
  db: Database,
  references: readonly string[],
): Promise<Map<string, WindowJudgement[]>> {
  if (references.length === 0) {
    return new Map();
  }
  const rows = await db
    .select({ reference: maintenanceWindows.reference, judgement: windowJudgements })
    .from(windowJudgements)
    .innerJoin(maintenanceWindows, eq(maintenanceWindows.id, windowJudgements.windowId))
    .where(inArray(maintenanceWindows.reference, [...references]))
    .orderBy(asc(windowJudgements.id));
  const judgements = rows.map(({ reference, judgement: { broken, reason, author, recordedAt } }) => ({
    reference,
    judgement: { broken, reason, author, recordedAt },
  }));
  return new Map(
    [...Map.groupBy(judgements, ({ reference }) => reference)].map(([reference, some]) => [
      reference,
      some.map(({ judgement }) => judgement),
    ]),
  );
}
