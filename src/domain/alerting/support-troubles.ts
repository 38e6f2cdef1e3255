/**
 * What of support needs a person: a request that nobody has answered (policy rule 70), a promised time that is nearly over or was missed, a
 * request that was lifted to somebody (rules 24, 48, 63). References only: what customers write stays with them.
 */
import type { Instant } from "../time/interval.ts";
import type { Trouble } from "./alert.ts";

export interface SupportSituation {
  /** Requests that nobody has answered. */
  unanswered: readonly { reference: string; customer: string | null; openedAt: Instant }[];
  /** Clocks of which three quarters are over, that are due at once, or that were missed and still wait. */
  hurried: readonly {
    about: "request" | "incident";
    reference: string;
    kind: "response" | "resolution";
    /** Null: at once. */
    dueAt: Instant | null;
  }[];
  /** Requests that are not solved, and whom they were lifted to last. */
  escalated: readonly { reference: string; to: string; at: Instant }[];
}

export function troublesOfSupport({ unanswered, hurried, escalated }: SupportSituation): Trouble[] {
  return [
    ...unanswered.map(({ reference, customer, openedAt }) =>
      trouble("request_opened", reference, { reference, customer, since: openedAt }),
    ),
    ...hurried.map(({ about, reference, kind, dueAt }) =>
      trouble("response_due", `${reference} ${kind}`, { reference, about, promise: kind, due: dueAt }),
    ),
    ...escalated.map(({ reference, to, at }) =>
      trouble("request_escalated", `${reference} ${to}`, { reference, to, since: at }),
    ),
  ];
}

function trouble(kind: Trouble["kind"], subject: string, facts: Trouble["facts"]): Trouble {
  return { kind, subject, facts, certain: true, behind: [], parents: [] };
}
