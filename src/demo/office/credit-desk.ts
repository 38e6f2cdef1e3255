/**
 * The credit desk of the demo's office, three days a month: claims that came are noted, then decided, and what was approved goes to
 * accounting. Which way a credit goes is told by its contract and month; whatever is not told is paid.
 */
import { moveCredit } from "../../actions/move-credit.ts";
import type { CreditState } from "../../domain/sla/close/credit-ledger.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { listCredits, type StoredCreditLine } from "../../store/credits.ts";
import type { Database } from "../../store/database.ts";
import { monthOf, type Origin } from "../history/span.ts";
import { lars, mette } from "./people.ts";

export const deskDays = ["claims", "decisions", "payments"] as const;
export type DeskDay = (typeof deskDays)[number];

type Fate = "unclaimed" | "undecided" | "rejected" | "void";

/** By contract and how many months ago the cycle was. */
const fates: Record<string, Fate> = {
  "meridian-gold 11": "void",
  "havnens-bageri-kurser 4": "unclaimed",
  "skovgaard-suite 3": "rejected",
  "havnens-bageri-kurser 2": "undecided",
};

interface Step {
  to: CreditState;
  reason: string;
  author: string;
}

/** What the desk does with every credit on such a day; done again, it changes nothing. */
export async function workAtDesk(db: Database, origin: Origin, day: DeskDay, at: Instant): Promise<void> {
  const told = new Map(Object.entries(fates).map(([name, fate]) => [inThisHistory(name, origin), fate]));
  for (const line of await listCredits(db)) {
    const step = stepOf(line, day, told.get(`${line.contract} ${line.label}`));
    const canClaim = line.claimUntil === null || at <= line.claimUntil;
    if (step !== null && (step.to !== "claimed" || canClaim)) {
      await moveCredit(db, line, step, at);
    }
  }
}

/** "meridian-gold 11" → "meridian-gold 2025-12". */
function inThisHistory(name: string, origin: Origin): string {
  const [contract, monthsAgo] = name.split(" ");
  return `${contract} ${monthOf(origin, Number(monthsAgo))}`;
}

function stepOf({ state, mode }: StoredCreditLine, day: DeskDay, fate: Fate | undefined): Step | null {
  if (day === "claims" && state === "eligible" && mode === "on_claim" && fate !== "unclaimed") {
    return { to: "claimed", reason: "Claimed by mail.", author: mette };
  }
  if (day === "decisions" && state === "claimed" && fate !== "undecided") {
    return fate === "rejected"
      ? { to: "rejected", reason: "A free month was agreed for the same outage, in writing.", author: lars }
      : { to: "approved", reason: "", author: lars };
  }
  if (day === "payments" && state === "approved") {
    return fate === "void"
      ? { to: "void", reason: "The customer asked for ten more user licences instead.", author: lars }
      : { to: "issued", reason: "With the invoice of next month.", author: mette };
  }
  return null;
}
