/**
 * A support plan: what a contract promises to people who report something. Its hours, its severity table, and what follows when nobody
 * helps. Data for the console; here only what it says, and when a promise of it is due.
 */
import type { BusinessCalendar } from "../time/business-calendar.ts";
import type { Instant } from "../time/interval.ts";
import type { ResponseTarget } from "./response-target.ts";
import { dueAt } from "./response-target.ts";

/** What customers see of a service while trouble of a category or priority lasts. */
export const shownStates = ["operational", "degraded_performance", "partial_outage", "major_outage"] as const;
export type ShownState = (typeof shownStates)[number];

export interface Priority {
  slug: string;
  title: string;
  /** When it applies, as the promise words it. */
  meaning: string;
  /** What the page shows of the affected services; null: the priority says nothing of them. */
  shows: ShownState | null;
  /** First answer of a person; null: nothing is said. */
  response: ResponseTarget | null;
  /** Solved; null: nothing is said. */
  resolution: ResponseTarget | null;
}

export interface SupportPlan<Hours> {
  slug: string;
  title: string;
  hours: Hours | null;
  /** Promised for every enquiry, whatever its priority; null: nothing is said. */
  response: ResponseTarget | null;
  resolution: ResponseTarget | null;
  priorities: Priority[];
  /** Priority an enquiry has before anybody assessed it; null: nothing is said. */
  starts: string | null;
  /** A plan whose promises hold as well: whatever is due first counts. */
  includes: string | null;
}

/** Who is told when nobody helps, and after how long: null where no figure is promised. */
export interface EscalationStep {
  to: string;
  afterMs: number | null;
  /** For which priorities, by slug; empty: all. */
  priorities: string[];
}

/** What a contract says of support. */
export interface SupportTerms<Hours> {
  /** The plans there are; the contract's is `plan`. */
  plans: SupportPlan<Hours>[];
  plan: string;
  /** Whether a changed priority counts from the opening of the enquiry, or from the change. */
  timerFrom: "opening" | "change";
  /** Who may be reached outside of the hours; null: nobody. */
  outsideHours: string | null;
  escalation: EscalationStep[];
  /** Whether trouble is worked on for customers without a plan too. */
  faultsWithoutPlan: boolean;
}

/** What is due for one enquiry. */
export interface SupportDue {
  responseAt: Instant | null;
  resolutionAt: Instant | null;
}

/**
 * When an enquiry of this priority is due under the contract's plan and those it includes: the strictest of them counts. A priority that
 * an included plan does not know has that plan's promise for all enquiries.
 */
export function supportDue<Hours>(
  terms: SupportTerms<Hours>,
  priority: string | null,
  openedAt: Instant,
  calendarOf: (hours: Hours) => BusinessCalendar,
): SupportDue {
  const due: SupportDue = { responseAt: null, resolutionAt: null };
  for (const plan of plansInForce(terms)) {
    const hours = plan.hours === null ? null : calendarOf(plan.hours);
    const ofPriority = plan.priorities.find(({ slug }) => slug === priority);
    for (const target of [plan.response, ofPriority?.response ?? null]) {
      due.responseAt = earlier(due.responseAt, target && dueAt(target, hours, openedAt));
    }
    for (const target of [plan.resolution, ofPriority?.resolution ?? null]) {
      due.resolutionAt = earlier(due.resolutionAt, target && dueAt(target, hours, openedAt));
    }
  }
  return due;
}

/** The contract's plan and those it includes, each once. */
export function plansInForce<Hours>({ plans, plan }: SupportTerms<Hours>): SupportPlan<Hours>[] {
  const chain: SupportPlan<Hours>[] = [];
  let next = plans.find(({ slug }) => slug === plan);
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    const { includes }: SupportPlan<Hours> = next;
    next = plans.find(({ slug }) => slug === includes);
  }
  return chain;
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
