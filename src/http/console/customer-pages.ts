/** Customers: all of them with their contracts, and one with its months of this year, the credits that stand, and whom reports go to. */
import type { Hono } from "hono";
import { NotFound } from "../../domain/errors.ts";
import type { CustomerDefinition } from "../../domain/sla/promise/customer.ts";
import type { Standing as Made } from "../../domain/status/standing.ts";
import { readCustomers } from "../../store/agreements.ts";
import { listCredits } from "../../store/credits.ts";
import { answerPage } from "./answer.ts";
import { contactInWords, type LedgerLine, ledgerLine } from "./contract-page.ts";
import { customerLinks } from "./customer-links.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { KeptContracts } from "./month-standing.ts";
import { languageName, reportWords } from "./report-words.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { type StandingRow, yearOf } from "./standing.ts";
import { asOfWords } from "./year-page.ts";
import { markOf, openCyclesOf, yearCredits, yearGrid } from "./year-grid.ts";

/** What of a ledger may still become money, or be taken back. */
const openStates: readonly LedgerLine["state"][] = ["eligible", "claimed", "approved"];

/** Adds the pages of customers. */
export function addCustomerPages(app: Hono<ConsoleEnv>, deps: ConsoleDeps, kept: KeptContracts): void {
  const { readStanding } = kept;
  app.get("/customers", needs("read:contracts"), async (c) => {
    const context = consoleContext(c, deps);
    const { rows } = await readStanding(yearOf(context.now, context.timeZone));
    const contracts = Map.groupBy(rows, ({ customer }) => customer.slug);
    const customers = [...(await readCustomers(deps.db)).values()].map((one) =>
      customerLine(one, contracts.get(one.wanted.slug) ?? [], context),
    );
    const head = { title: context.language.say("console.customers"), path: "/customers" };
    const model = consoleShell({ customers }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/customers", model, status: 200 });
  });

  app.get("/customers/:slug", needs("read:contracts"), async (c) => {
    const context = consoleContext(c, deps);
    const page = await customerPage(c.req.param("slug"), deps, kept, context);
    const head = { title: page.name, path: `/customers/${encodeURIComponent(page.slug)}` };
    const links = context.scopes.has("write:contracts")
      ? await customerLinks(c, page.slug, context, deps)
      : null;
    const { isArchived } = page;
    const model = consoleShell({ page, customerLinks: links, isArchived }, head, context, deps);
    return answerPage(c, deps.look, { template: "console/customer", model, status: 200 });
  });
}

function customerLine(
  { wanted, archived }: Made<CustomerDefinition>,
  rows: readonly StandingRow[],
  context: ConsoleContext,
) {
  return {
    name: wanted.name,
    address: `${context.base}/customers/${encodeURIComponent(wanted.slug)}`,
    isArchived: archived,
    contracts: rows.map(({ slug, title }) => ({
      title,
      address: `${context.base}/contracts/${encodeURIComponent(slug)}`,
    })),
    language: languageName(wanted.language),
    recipients: wanted.recipients,
  };
}

/**
 * @throws NotFound customer_not_found
 */
async function customerPage(
  slug: string,
  { db }: ConsoleDeps,
  { readStanding, drafts }: KeptContracts,
  context: ConsoleContext,
) {
  const customer = (await readCustomers(db, [slug])).get(slug);
  if (customer === undefined) {
    throw new NotFound("customer_not_found", `There is no customer "${slug}".`);
  }
  const { now, timeZone } = context;
  const year = yearOf(now, timeZone);
  const standing = await readStanding(year);
  const rows = standing.rows.filter((row) => row.customer.slug === slug);
  const open = rows.flatMap((row) => openCyclesOf(row, standing, now));
  const known = await drafts.take(open, markOf(standing), now);
  const words = reportWords(context);
  const titles = new Map(rows.map((row) => [row.slug, row]));
  return {
    ...{ slug, year: String(year), hasContracts: rows.length > 0 },
    ...customerLine(customer, rows, context),
    contacts: customer.wanted.contacts.map(contactInWords),
    notes: customer.wanted.notes,
    grid: yearGrid(year, rows, standing, known, context),
    credits: yearCredits(year, rows, standing, context),
    asOf: asOfWords(known, context),
    ledger: (await listCredits(db, { customer: slug }))
      .filter(({ state }) => openStates.includes(state))
      .map((line) => {
        const row = titles.get(line.contract)!;
        const zone = row.contract.versions[0]!.clauses.timeZone;
        return { ...ledgerLine(line, words, zone, context), contract: row.title };
      }),
    words: (word: Parameters<typeof words.say>[0]) => words.say(word),
  };
}
