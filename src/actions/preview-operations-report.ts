/** Makes the weekly report on operations as it would be mailed now, on the last whole week, for looking at it. Nothing is put down. */
import { weekLetter } from "../documents/week-letter.ts";
import { customerLanguages } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Letter } from "../documents/letter.ts";
import { readSettings } from "../live/board-words.ts";
import type { Database } from "../store/database.ts";
import type { Engine } from "./draft-cycle.ts";
import { findWholeWeek, readOperationsWeek } from "./read-operations-week.ts";

/** In the language of the report, or of the platform where nobody is named for it. */
export async function previewOperationsReport(
  db: Database,
  { office, baseUrl }: { office: { engine: Engine }; baseUrl: string | null },
  now: Instant,
): Promise<Letter> {
  const { operationsReport, languages, address } = await readSettings(db);
  const wanted = operationsReport?.language ?? languages[0];
  const language = customerLanguages.find((code) => code === wanted) ?? "en";
  const week = await readOperationsWeek(db, office.engine, await findWholeWeek(db, null, now), now);
  return weekLetter(week, language, null, baseUrl ?? address);
}
