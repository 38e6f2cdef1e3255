/** /console/search: one field over everything that has a name, grouped by what it is, with what the reader may see. A whole reference leads to it at once. */
import type { Hono } from "hono";
import { listPeople } from "../../store/people.ts";
import { listMadeServices } from "../../store/platforms.ts";
import {
  type FoundWords,
  searchIncidents,
  searchProposals,
  searchReports,
  searchRequests,
  searchWindows,
  type SoughtWords,
} from "../../store/search.ts";
import type { ConsoleWordKey } from "../language.ts";
import { type Markup, shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { monthName } from "./months.ts";
import { type AgreedNames, keepAgreedNames } from "./promises.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext } from "./room.ts";
import { consoleShell } from "./shell.ts";

const shownOfEach = 8;
const longestSearch = 100;
const mostWords = 6;

/** One thing that was found. */
interface Found {
  title: string;
  address: string;
  about: string;
  at: Markup;
}

interface FoundGroup {
  word: ConsoleWordKey;
  found: Found[];
  /** Where there is more of it; null: this is all, or there is no such page. */
  more: string | null;
}

const never: Markup = { html: "" };

/** Adds the page. */
export function addSearch(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const readNames = keepAgreedNames(deps.db);

  app.get("/search", async (c) => {
    const context = consoleContext(c, deps);
    const text = (c.req.query("q") ?? "").trim().slice(0, longestSearch);
    const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean).slice(0, mostWords);
    const groups = words.length === 0 ? [] : await searchAll(words, text, deps, readNames, context);
    const all = groups.flatMap(({ found }) => found);
    const whole = all.find(({ about }) => about !== "" && about.toLowerCase() === text.toLowerCase());
    if (whole !== undefined && /^[a-z]{3}-\d{4}-\d+$/i.test(text)) {
      return c.redirect(whole.address, 303);
    }
    const { say } = context.language;
    const model = {
      text,
      groups: groups
        .filter(({ found }) => found.length > 0)
        .map(({ word, ...group }) => ({ ...group, title: say(word) })),
      none: text !== "" && all.length === 0 ? say("console.search.none", { text }) : "",
    };
    const head = { title: say("console.search.title"), path: `/search?q=${encodeURIComponent(text)}` };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/search", model: shell, status: 200 });
  });
}

async function searchAll(
  words: SoughtWords,
  text: string,
  deps: ConsoleDeps,
  readNames: () => Promise<AgreedNames>,
  context: ConsoleContext,
): Promise<FoundGroup[]> {
  const { db } = deps;
  const { scopes, base } = context;
  const said = (found: readonly FoundWords[], path: string): Found[] =>
    found.map(({ reference, title, at }) => ({
      title,
      address: `${base}${path}/${reference}`,
      about: reference,
      at: shortTimeMarkup(at, context),
    }));
  const groups: FoundGroup[] = [];
  const add = (word: ConsoleWordKey, found: Found[], more: string | null = null) =>
    groups.push({
      word,
      found: found.slice(0, shownOfEach),
      more:
        found.length > shownOfEach && more !== null ? `${base}${more}?q=${encodeURIComponent(text)}` : null,
    });
  if (scopes.has("read:probes")) {
    add("console.services.title", await foundServices(words, deps, context), "/services");
  }
  if (scopes.has("read:reports")) {
    add("console.search.incidents", said(await searchIncidents(db, words, shownOfEach), "/incidents"));
    add("console.search.maintenance", said(await searchWindows(db, words, shownOfEach), "/maintenance"));
  }
  if (scopes.has("read:requests")) {
    add("console.search.requests", said(await searchRequests(db, words, shownOfEach), "/requests"));
  }
  if (scopes.has("read:contracts")) {
    const names = await readNames();
    add("console.contracts", foundContracts(words, names, base), "/contracts");
    add("console.customers", foundCustomers(words, names, base));
    add("console.search.reports", await foundReports(words, names, deps, context));
  }
  if (scopes.has("read:reports")) {
    add("console.nav.proposals", said(await searchProposals(db, words, shownOfEach), "/proposals"));
  }
  if (scopes.has("read:people")) {
    add("console.people", await foundPeople(words, deps, base));
  }
  return groups;
}

/** Whether every word stands in one of the texts. */
function holds(words: SoughtWords, ...texts: string[]): boolean {
  const all = texts.map((text) => text.toLocaleLowerCase());
  return words.every((word) => all.some((text) => text.includes(word)));
}

async function foundServices(
  words: SoughtWords,
  deps: ConsoleDeps,
  { base, language }: ConsoleContext,
): Promise<Found[]> {
  const at = (slug: string) => `${base}/services/${encodeURIComponent(slug)}`;
  const live = deps
    .board()
    .services.filter(({ slug, title }) => holds(words, slug, title))
    .map(({ slug, title }) => ({ title, address: at(slug), about: slug, at: never }));
  const archived = (await listMadeServices(deps.db))
    .filter(({ slug, title, archivedAt }) => archivedAt !== null && holds(words, slug, title))
    .map(({ slug, title }) => ({
      ...{ title, address: at(slug), at: never },
      about: `${slug} · ${language.say("console.services.archived")}`,
    }));
  return [...live, ...archived];
}

function foundContracts(words: SoughtWords, { contracts }: AgreedNames, base: string): Found[] {
  return contracts
    .filter(({ slug, title, customer }) => holds(words, slug, title, customer))
    .map(({ slug, title, customer }) => ({
      title,
      address: `${base}/contracts/${encodeURIComponent(slug)}`,
      about: customer,
      at: never,
    }));
}

function foundCustomers(words: SoughtWords, { customers }: AgreedNames, base: string): Found[] {
  return customers
    .filter(({ slug, name }) => holds(words, slug, name))
    .map(({ slug, name }) => ({
      title: name,
      address: `${base}/customers/${encodeURIComponent(slug)}`,
      about: slug,
      at: never,
    }));
}

/** "acme 2026-06": reports of a month, of the contracts that the other words name. */
async function foundReports(
  words: SoughtWords,
  { contracts }: AgreedNames,
  { db }: ConsoleDeps,
  context: ConsoleContext,
): Promise<Found[]> {
  const label = words.find((word) => /^\d{4}-(0[1-9]|1[0-2])$/.test(word));
  if (label === undefined) {
    return [];
  }
  const others = words.filter((word) => word !== label);
  const meant = contracts.filter(({ slug, title, customer }) => holds(others, slug, title, customer));
  const titles = new Map(meant.map(({ slug, title }) => [slug, title]));
  const reports = await searchReports(db, label, [...titles.keys()], shownOfEach);
  return reports.map(({ contract, revision }) => ({
    title: `${titles.get(contract)!}, ${monthName(label, context)}`,
    address: `${context.base}/contracts/${encodeURIComponent(contract)}/${label}`,
    about: context.language.say("console.search.revision", { revision: String(revision) }),
    at: never,
  }));
}

async function foundPeople(words: SoughtWords, { db }: ConsoleDeps, base: string): Promise<Found[]> {
  return (await listPeople(db))
    .filter(({ name, mail }) => holds(words, name ?? "", mail ?? ""))
    .map(({ id, name, mail }) => ({
      title: name ?? mail ?? id,
      address: `${base}/people/${id}`,
      about: mail ?? "",
      at: never,
    }));
}
