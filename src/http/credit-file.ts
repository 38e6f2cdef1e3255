/** The ledger of credits as the file that accounting gets: the same over the API and from the console. */
import type { Context } from "hono";
import { creditsCsv } from "../documents/credits-csv.ts";
import type { StoredCreditLine } from "../store/credits.ts";

/** As CSV, each line with when, by whom and why it came to its state. */
export function answerCredits(c: Context, lines: readonly StoredCreditLine[]): Response {
  const accounted = lines.map((line) => {
    const { recordedAt, author, reason } = line.entries.at(-1)!;
    return { ...line, changedAt: recordedAt, changedBy: author, reason };
  });
  return c.body(creditsCsv(accounted), 200, {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": 'attachment; filename="credits.csv"',
    "Cache-Control": "no-store",
  });
}
