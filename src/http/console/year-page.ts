/** The page of a year: which contracts are asked for, a part of them at a time, and as of when what is not issued was computed. */
import type { Hono } from "hono";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Markup, sayMarkup, timeMarkup } from "../pages/markup.ts";
import type { KeptDraft, KeptDrafts } from "./kept-drafts.ts";
import type { KeptContracts } from "./month-standing.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { type Standing, type StandingRow, yearOf } from "./standing.ts";
import { markOf, openCyclesOf, rowWaits, yearCredits, yearGrid } from "./year-grid.ts";

/** What of the year is asked for. */
interface Asked {
  year: number;
  /** Slug; "": every customer. */
  customer: string;
  /** Part of a contract's or customer's name; "": any. */
  words: string;
  /** Only contracts with a month that needs a person. */
  waiting: boolean;
  /** From 1. */
  page: number;
}

export const rowsAPage = 40;
/** So many cycles are looked at before the answer; more of them while one reads. */
const lookedAtOnce = 200;

/** Adds the year. */
export function addYear(
  app: Hono<ConsoleEnv>,
  deps: ConsoleDeps,
  { readStanding, drafts }: KeptContracts,
): void {
  app.get("/contracts", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const asked = readAsked((name) => c.req.query(name) ?? "", context);
    const standing = await readStanding(asked.year);
    const model = await yearPage(asked, standing, drafts, context);
    const head = { title: context.language.say("console.contracts"), path: "/contracts" };
    return answerPage(c, deps.look, {
      template: "console/year",
      model: consoleShell(model, head, context, deps),
      status: 200,
    });
  });
}

function readAsked(query: (name: string) => string, { now, timeZone }: ConsoleContext): Asked {
  const year = /^(19[7-9]\d|[2-8]\d{3})$/.test(query("year")) ? Number(query("year")) : yearOf(now, timeZone);
  const page = /^[1-9]\d{0,4}$/.test(query("page")) ? Number(query("page")) : 1;
  return {
    ...{ year, page },
    customer: query("customer"),
    words: query("q").trim().slice(0, 100),
    waiting: query("waiting") !== "",
  };
}

async function yearPage(asked: Asked, standing: Standing, drafts: KeptDrafts, context: ConsoleContext) {
  const { now, language } = context;
  const { year } = asked;
  const all = standing.rows.filter((row) => isAsked(row, asked) && standing.cyclesOf(row).length > 0);
  const { rows, missing } = await amongWaiting(all, asked, standing, drafts, now);
  const pages = Math.max(1, Math.ceil(rows.length / rowsAPage));
  const page = Math.min(asked.page, pages);
  const shown = rows.slice((page - 1) * rowsAPage, page * rowsAPage);
  const open = shown.flatMap((row) => openCyclesOf(row, standing, now));
  const known = await drafts.take(open, markOf(standing), now);
  const to = (over: Partial<Asked>) => addressOf({ ...asked, page: 1, ...over }, context);
  const first = firstYear(standing, context);
  return {
    grid: yearGrid(year, shown, standing, known, context),
    credits: yearCredits(year, rows, standing, context),
    asked: { ...asked, year: String(year) },
    hasContracts: standing.rows.length > 0,
    customers: standing.customers.map((one) => ({ ...one, isChosen: one.slug === asked.customer })),
    count: language.say("console.year.count", { n: rows.length }),
    older: year > first ? { text: String(year - 1), address: to({ year: year - 1 }) } : null,
    newer:
      year < yearOf(now, context.timeZone)
        ? { text: String(year + 1), address: to({ year: year + 1 }) }
        : null,
    pages: Array.from({ length: pages }, (_, i) => ({
      text: String(i + 1),
      address: to({ page: i + 1 }),
      isHere: i + 1 === page,
    })),
    asOf: asOfWords(known, context),
    missing: missing === 0 ? "" : language.say("console.year.looking", { n: missing }),
  };
}

function isAsked({ title, slug, customer }: StandingRow, { customer: wanted, words }: Asked): boolean {
  const sought = words.toLocaleLowerCase();
  const names = [title, slug, customer.name].map((name) => name.toLocaleLowerCase());
  return (wanted === "" || customer.slug === wanted) && names.some((name) => name.includes(sought));
}

/** Those that wait for a person, where only they are asked for; `missing`: so many cycles were not looked at yet. */
async function amongWaiting(
  rows: readonly StandingRow[],
  { waiting }: Asked,
  standing: Standing,
  drafts: KeptDrafts,
  now: number,
): Promise<{ rows: readonly StandingRow[]; missing: number }> {
  if (!waiting) {
    return { rows, missing: 0 };
  }
  const over = rows.flatMap((row) => openCyclesOf(row, standing, now)).filter(({ end }) => end <= now);
  const mark = markOf(standing);
  const atHand = drafts.peek(over, mark, now);
  const isMany = atHand.missing > lookedAtOnce;
  if (isMany) {
    drafts.lookSoon(over, mark, now);
  }
  const known: ReadonlyMap<string, KeptDraft> = isMany ? atHand.known : await drafts.take(over, mark, now);
  return {
    rows: rows.filter((row) => rowWaits(row, standing, known)),
    missing: isMany ? atHand.missing : 0,
  };
}

/** As of when these figures are, by the oldest of them; null: there are none. */
export function asOfWords(drafts: ReadonlyMap<string, KeptDraft>, context: ConsoleContext): Markup | null {
  const oldest = Math.min(...[...drafts.values()].map(({ draftedAt }) => draftedAt));
  return drafts.size === 0
    ? null
    : sayMarkup(context.language, "console.year.asOf", { at: timeMarkup(oldest, "clock", context) });
}

function firstYear({ rows }: Standing, { timeZone, now }: ConsoleContext): number {
  const first = rows.reduce((at, { contract }) => Math.min(at, contract.versions[0]?.effectiveAt ?? at), now);
  return yearOf(first, timeZone);
}

function addressOf({ year, customer, words, waiting, page }: Asked, { base }: ConsoleContext): string {
  const query = new URLSearchParams({
    year: String(year),
    ...(customer === "" ? {} : { customer }),
    ...(words === "" ? {} : { q: words }),
    ...(waiting ? { waiting: "1" } : {}),
    ...(page === 1 ? {} : { page: String(page) }),
  });
  return `${base}/contracts?${query}`;
}
