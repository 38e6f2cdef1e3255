/** The customer's credits: how each line of the ledger stands, and claiming one that has to be claimed. */
import type { Context, Hono } from "hono";
import { moveCredit } from "../../actions/move-credit.ts";
import { creditSteps } from "../../domain/sla/close/credit-ledger.ts";
import { NotFound } from "../../domain/errors.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { getCredit, listCredits, type StoredCreditLine } from "../../store/credits.ts";
import { freshForm, type Form, readForm, refusedForm } from "../console/form.ts";
import { monthName } from "./months.ts";
import { nothingHere, type Own, ownContract } from "./own.ts";
import { type PortalContext, portalContext, type PortalDeps, type PortalEnv } from "./room.ts";
import { answerPortal, portalAddress } from "./shell.ts";

/** A line of the ledger, ready to be read. */
export interface CreditRow {
  contract: string;
  month: string;
  address: string;
  amount: string;
  stateWord: string;
  state: StoredCreditLine["state"];
  /** "by 31 August 2026"; "" where nothing is to be claimed or no day ends it. */
  until: string;
  /** Where it is claimed; null: it cannot be, or need not. */
  claim: string | null;
}

/** All credits of the customer, newest month first. */
export async function creditRows(own: Own, context: PortalContext, deps: PortalDeps): Promise<CreditRow[]> {
  const rows = await Promise.all(
    [...own.contracts.keys()].map(async (contract) => listCredits(deps.db, { contract })),
  );
  return rows
    .flat()
    .sort((a, b) => (a.label < b.label ? 1 : a.label > b.label ? -1 : b.revision - a.revision))
    .map((line) => toRow(line, own, context));
}

function toRow(line: StoredCreditLine, own: Own, context: PortalContext): CreditRow {
  const { language, words } = context;
  const contract = own.contracts.get(line.contract)!;
  const { timeZone } = contract.versions[0]!.clauses;
  const claimable = mayClaim(line, context.now);
  return {
    contract: contract.particulars.title,
    month: monthName(line.label, context),
    address: portalAddress(line.contract, line.label),
    amount: words.money(line.amountMinor, line.currency),
    state: line.state,
    stateWord: language.say(isOver(line, context.now) ? "portal.credit.over" : `portal.credit.${line.state}`),
    until:
      claimable && line.claimUntil !== null
        ? language.say("portal.credit.until", {
            day: words.date(isoInstant(line.claimUntil), timeZone),
          })
        : "",
    claim: claimable ? claimAddress(line) : null,
  };
}

/** Whether the customer can claim it now. */
function mayClaim(line: StoredCreditLine, now: number): boolean {
  const { state, mode, claimUntil } = line;
  const isOpen = claimUntil === null || now <= claimUntil;
  return state === "eligible" && isOpen && creditSteps({ state, mode }).includes("claimed");
}

/** Nobody has claimed it in time. */
function isOver(line: StoredCreditLine, now: number): boolean {
  return line.state === "eligible" && line.mode === "on_claim" && !mayClaim(line, now);
}

function claimAddress({ contract, label, revision }: StoredCreditLine): string {
  return `${portalAddress(contract, label)}/credits/${revision}`;
}

/** Adds the page that asks back, and the claim itself. */
export function addClaims(app: Hono<PortalEnv>, deps: PortalDeps): void {
  const path = "/contracts/:slug/:month/credits/:revision{[1-9][0-9]{0,5}}";

  const ask = (c: Context<PortalEnv>, line: StoredCreditLine, form: Form, status: number) => {
    const context = portalContext(c, deps);
    const row = toRow(line, c.get("own"), context);
    const title = context.language.say("portal.claim.title", { amount: row.amount });
    const model = { row, form, address: claimAddress(line) };
    return answerPortal(
      c,
      { template: "claim", model, title, path: claimAddress(line).slice("/portal".length), status },
      context,
      deps,
    );
  };

  app.get(path, async (c) => ask(c, await findLine(c, deps), freshForm(), 200));

  app.post(path, async (c) => {
    const line = await findLine(c, deps);
    const typed = await readForm(c);
    const { contract, label, revision } = line;
    const author = claimantOf(c);
    try {
      const step = { to: "claimed" as const, reason: typed.one("reason"), author };
      await moveCredit(deps.db, { contract, label, revision }, step, deps.now());
      return c.redirect(`/portal?claimed=${label}#credits`, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["reason"], error);
      return ask(c, line, form, status);
    }
  });
}

/** Under which name a claim is recorded: that of the person where one has signed in, else whoever has the customer's link. */
function claimantOf(c: Context<PortalEnv>): string {
  const { holder } = c.get("session");
  const { name } = c.get("own").customer;
  return holder.kind === "customer" && holder.person !== null
    ? `${holder.person.name} (${name})`
    : `${name} (portal)`;
}

/** The line of the ledger that the address names. */
async function findLine(c: Context<PortalEnv>, deps: PortalDeps): Promise<StoredCreditLine> {
  const { slug = "", month = "", revision = "" } = c.req.param() as Record<string, string>;
  ownContract(c.get("own"), slug);
  try {
    return await getCredit(deps.db, slug, month, Number(revision));
  } catch (error) {
    throw error instanceof NotFound ? nothingHere() : error;
  }
}
