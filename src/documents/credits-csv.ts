/** The ledger of credits as CSV for accounting: one line a credit, amounts with the decimals of their currency, the same in every country. */
import { stringify } from "csv-stringify/sync";
import type { CreditLine } from "../domain/sla/close/credit-ledger.ts";
import { printAmount } from "../domain/sla/figures/money.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { harmless } from "./csv.ts";

/** A line with when it reached its state. */
export interface AccountedCredit extends CreditLine {
  customer: string;
  /** When and by whom it came to its state, and why; epoch ms. */
  changedAt: number;
  changedBy: string;
  reason: string;
}

const columns = [
  ...["customer", "contract", "month", "revision", "amount", "currency", "state"],
  ...["claim_until", "changed_at", "changed_by", "reason"],
];

/** UTF-8, comma, decimal point, lines ended by CR LF. */
export function creditsCsv(lines: readonly AccountedCredit[]): string {
  const rows = lines.map((line) => [
    ...[line.customer, line.contract, line.label, String(line.revision)],
    ...[printAmount(line.amountMinor, line.currency), line.currency, line.state],
    line.claimUntil === null ? "" : isoInstant(line.claimUntil),
    isoInstant(line.changedAt),
    ...[line.changedBy, line.reason].map(harmless),
  ]);
  return stringify([columns, ...rows], { record_delimiter: "windows" });
}
