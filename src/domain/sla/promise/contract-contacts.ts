/** Whom a contract is told to: its own recipients, or its customer's where it names none. */
import type { Instant } from "../../time/interval.ts";
import type { StandingAgreements } from "./agreement-plan.ts";

/** Mail addresses of all contracts in force at an instant, each once, in order. */
export function contactsInForce({ contracts, customers }: StandingAgreements, now: Instant): string[] {
  const contacts = new Set<string>();
  for (const { particulars, versions, archived } of contracts.values()) {
    const isInForce =
      !archived &&
      versions[0]!.effectiveAt <= now &&
      (particulars.endsAt === null || now < particulars.endsAt);
    if (isInForce) {
      const own = particulars.recipients;
      const told = own.length > 0 ? own : (customers.get(particulars.customer)?.wanted.recipients ?? []);
      told.forEach((address) => contacts.add(address));
    }
  }
  return [...contacts].sort();
}
