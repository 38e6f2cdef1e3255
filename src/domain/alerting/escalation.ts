/**
 * Whom an alert calls, and what follows when nobody answers: steps, each with a delay and those it calls (policy rules 63 and 64).
 */

export interface EscalationStep {
  /** How long after the alert began to call. */
  afterMs: number;
  /** What makes the step needless: that somebody acknowledged, or only that it is over. */
  unless: "acknowledged" | "over";
  /** Whom it calls: `channel:ops-chat`, `rota:platform`, `person:p_…` or its mail address, `management`. */
  tell: string[];
}

export interface Escalation {
  slug: string;
  title: string;
  /** In order of their delay; at least one. */
  steps: EscalationStep[];
}
