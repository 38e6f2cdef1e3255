/**
 * A mailing: one mail to one recipient, sent once. What it is about makes its key, so that nothing is put down twice; what became of it
 * makes its state. After what was issued and closed, before letters and channels.
 */
import type { Instant } from "../time/interval.ts";
import type { MonthSummary } from "./month-summary.ts";
import type { OperationsWeek } from "./operations-week.ts";

export const mailingKinds = [
  "report",
  "month_summary",
  "operations",
  "request_received",
  "request_answer",
] as const;
export type MailingKind = (typeof mailingKinds)[number];

/** `returned`: it was taken, and came back all the same. */
export const mailingStates = ["waiting", "sent", "returned", "failed", "withdrawn"] as const;
export type MailingState = (typeof mailingStates)[number];

/** What a summary tells, as it stood when it was put down: every attempt sends the same. */
export type MailingFacts = MonthSummary | OperationsWeek;

/** What is sent to whom. */
export interface MailingSubject {
  kind: MailingKind;
  /** Slug; null: it is about no contract. */
  contract: string | null;
  /** The billing cycle "2026-06", the ISO week "2026-W26", or the reference of a request. */
  label: string;
  /** Of the report, or of the summary; of a request, the step that is told. */
  revision: number;
  /** An address; of a request the id of whoever made it, whose address stands in one place only. */
  recipient: string;
}

/** "report acme-gold 2026-06 r1 it@acme.example": the same for the same mail, whatever the case of its address. */
export function mailingKey({ kind, contract, label, revision, recipient }: MailingSubject): string {
  return [
    kind,
    ...(contract === null ? [] : [contract]),
    label,
    `r${revision}`,
    recipient.toLowerCase(),
  ].join(" ");
}

/** What has become of a mailing. One that came back was sent before. */
export function mailingState({
  sentAt,
  returnedAt,
  failedAt,
  withdrawnAt,
}: Record<"sentAt" | "returnedAt" | "failedAt" | "withdrawnAt", Instant | null>): MailingState {
  if (withdrawnAt !== null) {
    return "withdrawn";
  }
  if (returnedAt !== null) {
    return "returned";
  }
  return sentAt !== null ? "sent" : failedAt !== null ? "failed" : "waiting";
}

/** A server that has taken no mail for so long will take it no more (RFC 5321, 4.5.4.1, asks for four to five days). */
export const givenUpAfterMs = 5 * 86_400_000;

/** Whether a mailing that was not taken now is given up: it was tried for long enough. */
export function isGivenUp(triedSince: Instant, now: Instant): boolean {
  return now - triedSince >= givenUpAfterMs;
}
