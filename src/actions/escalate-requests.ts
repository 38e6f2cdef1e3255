/**
 * Lifts requests that nobody has solved to whom their contracts name, when its delay is over (policy rules 24, 48, 63). By the clock, each
 * step once; whom it names is told through the alerts.
 */
import { escalationsDue } from "../domain/support/escalation.ts";
import { clockHistoryOf } from "../domain/support/request.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listOpenRequests } from "../store/requests.ts";
import { changeRequest } from "./change-request.ts";
import { readSupportAgreed } from "./support-agreed.ts";

/** How many steps were taken. */
export async function escalateRequests(db: Database, now: Instant): Promise<number> {
  const open = await listOpenRequests(db);
  if (open.length === 0) {
    return 0;
  }
  const agreed = await readSupportAgreed(db);
  let taken = 0;
  for (const request of open) {
    const steps = agreed.termsOf(request.contract, request.openedAt)?.escalation ?? [];
    const before = request.steps.filter(({ kind }) => kind === "escalated").map(({ value }) => value);
    for (const { to } of escalationsDue(steps, clockHistoryOf(request), before, now)) {
      const change = { kind: "escalated" as const, to, text: "" };
      await changeRequest(db, { reference: request.reference, change }, "clock", now);
      taken++;
    }
  }
  return taken;
}
