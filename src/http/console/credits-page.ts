/**
 * The ledger of credits: what is owed, until when it can be claimed, how it stands, sums for each currency and state; the file for
 * accounting; and a page for each line with its history and the steps it can take.
 */
import type { Context, Hono } from "hono";
import { moveCredit } from "../../actions/move-credit.ts";
import {
  type CreditState,
  creditStates,
  creditStepsAt,
  creditSums,
  isClaimOver,
} from "../../domain/sla/close/credit-ledger.ts";
import { readCustomers } from "../../store/agreements.ts";
import { listContractTitles } from "../../store/covered-services.ts";
import { type CreditFilter, getCredit, listCredits, type StoredCreditLine } from "../../store/credits.ts";
import { answerCredits } from "../credit-file.ts";
import { monthInput } from "../input.ts";
import { sayMarkup, timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import { authorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant } from "./form.ts";
import { monthName, monthOf } from "./months.ts";
import { newOnce, once } from "./once.ts";
import { oneOf } from "./propose-pages.ts";
import { reportWords } from "./report-words.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

type Ask = Context<ConsoleEnv>;

const linesAPage = 100;
const dayMs = 86_400_000;

const stateWords = {
  eligible: "console.credit.eligible",
  claimed: "console.credit.claimed",
  approved: "console.credit.approved",
  rejected: "console.credit.rejected",
  issued: "console.credit.issued",
  void: "console.credit.void",
} as const satisfies Record<CreditState, string>;

const effectWords = {
  claimed: "console.credit.effectClaimed",
  approved: "console.credit.effectApproved",
  rejected: "console.credit.effectRejected",
  issued: "console.credit.effectIssued",
  void: "console.credit.effectVoid",
} as const satisfies Record<Exclude<CreditState, "eligible">, string>;

/** Adds the ledger and its lines. */
export function addCreditPages(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const reads = needs("read:reports");
  const path = "/credits/:slug/:month/:revision{[1-9]\\d{0,6}}";

  app.get("/credits", reads, async (c) => {
    const context = consoleContext(c, deps);
    const { filter, state, query } = filterOf(c);
    const all = await listCredits(deps.db, filter);
    const lines = state === null ? all : all.filter((line) => line.state === state);
    const pages = Math.max(1, Math.ceil(lines.length / linesAPage));
    const asked = Number(c.req.query("page") ?? 1);
    const page = Number.isSafeInteger(asked) ? Math.min(Math.max(1, asked), pages) : 1;
    const names = await namesIn(deps);
    const model = {
      form: freshForm(query),
      rows: lines
        .toSorted((a, b) => urgency(a) - urgency(b) || (a.label < b.label ? 1 : -1))
        .slice((page - 1) * linesAPage, page * linesAPage)
        .map((line) => toRow(line, names, context)),
      sums: creditSums(lines).map((sum) => ({
        ...{ currency: sum.currency, count: sum.count },
        state: context.language.say(stateWords[sum.state]),
        amount: reportWords(context).money(sum.amountMinor, sum.currency),
      })),
      states: choices(
        creditStates.map((one) => [one, context.language.say(stateWords[one])]),
        context,
      ),
      customers: choices([...names.customers], context),
      ...{ page, pages, total: lines.length },
      search: (n: number) => `?${new URLSearchParams({ ...query, page: String(n) })}`,
      file: `${context.base}/credits.csv?${new URLSearchParams(query)}`,
    };
    const head = { title: context.language.say("console.credits.title"), path: "/credits" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/credits", model: shell, status: 200 });
  });

  app.get("/credits.csv", reads, async (c) => {
    const { filter, state } = filterOf(c);
    const all = await listCredits(deps.db, filter);
    return answerCredits(c, state === null ? all : all.filter((line) => line.state === state));
  });

  app.get(path, reads, (c) => creditPage(c, deps, freshForm(), 200));

  app.post(`${path}/steps`, needs("write:reports"), async (c) => {
    const typed = await readForm(c);
    const [author, now] = [authorOf(c), deps.now()];
    const name = lineOf(c);
    const fields = ["state", "reason", "confirmed"];
    try {
      const to = oneOf(creditStates, typed.one("state"), "/state");
      refuseUnmeant(typed, consoleContext(c, deps).language.say("console.credit.confirm"));
      const place = c.req.path;
      const address = await once(deps.db, { author, place, typed, fields }, now, async (db) => {
        await moveCredit(db, name, { to, reason: typed.one("reason"), author }, now);
        return place.replace(/\/steps$/, "");
      });
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, error);
      return creditPage(c, deps, form, status);
    }
  });
}

/** What the address asks for; what it names that there is not is left out. */
function filterOf(c: Ask): {
  filter: CreditFilter;
  state: CreditState | null;
  query: Record<string, string>;
} {
  const [customer, month, contract] = [
    c.req.query("customer"),
    c.req.query("month"),
    c.req.query("contract"),
  ];
  const state = creditStates.find((one) => one === c.req.query("state")) ?? null;
  const isMonth = monthInput.safeParse(month).success;
  return {
    filter: {
      ...(contract ? { contract } : {}),
      ...(customer ? { customer } : {}),
      ...(isMonth ? { label: month! } : {}),
    },
    state,
    query: {
      ...(state === null ? {} : { state }),
      ...(customer ? { customer } : {}),
      ...(isMonth ? { month: month! } : {}),
      ...(contract ? { contract } : {}),
    },
  };
}

function choices(given: readonly (readonly [string, string])[], { language }: ConsoleContext) {
  return [
    { value: "", words: language.say("console.credits.any") },
    ...given.map(([value, words]) => ({ value, words })),
  ];
}

interface Names {
  customers: ReadonlyMap<string, string>;
  contracts: ReadonlyMap<string, string>;
}

async function namesIn({ db }: ConsoleDeps): Promise<Names> {
  return {
    customers: new Map([...(await readCustomers(db))].map(([slug, { wanted }]) => [slug, wanted.name])),
    contracts: new Map((await listContractTitles(db)).map(({ slug, title }) => [slug, title])),
  };
}

/** What waits for a person comes first, the next deadline on top. */
function urgency({ state, claimUntil }: StoredCreditLine): number {
  const place = { claimed: 0, approved: 1, eligible: 2, issued: 3, rejected: 4, void: 5 }[state];
  return place * 1e14 + (state === "eligible" ? (claimUntil ?? 9e13) : 0);
}

function toRow(line: StoredCreditLine, names: Names, context: ConsoleContext) {
  const { contract, customer, label, revision, state, amountMinor, currency } = line;
  return {
    address: `${context.base}/credits/${encodeURIComponent(contract)}/${label}/${revision}`,
    title: names.contracts.get(contract) ?? contract,
    customer: names.customers.get(customer) ?? customer,
    ...{ month: monthName(label, context), revision, state },
    stateWord: context.language.say(stateWords[state]),
    amount: reportWords(context).money(amountMinor, currency),
    deadline: deadlineOf(line, context),
  };
}

/** Until when it can be claimed, counted down; null: that is no question. */
function deadlineOf(line: StoredCreditLine, context: ConsoleContext) {
  const { state, mode, claimUntil } = line;
  if (state !== "eligible" || mode === "automatic" || claimUntil === null) {
    return null;
  }
  const at = timeMarkup(claimUntil, "date", context);
  return isClaimOver(line, context.now)
    ? { isOver: true, words: sayMarkup(context.language, "console.credit.claimOver", { at }) }
    : {
        isOver: false,
        words: sayMarkup(context.language, "console.credit.claimLeft", {
          at,
          n: Math.floor((claimUntil - context.now) / dayMs),
        }),
      };
}

function lineOf(c: Ask) {
  return {
    contract: c.req.param("slug")!,
    label: monthOf(c.req.param("month")),
    revision: Number(c.req.param("revision")),
  };
}

async function creditPage(c: Ask, deps: ConsoleDeps, form: Form, status: number): Promise<Response> {
  const context = consoleContext(c, deps);
  const { contract, label, revision } = lineOf(c);
  const { say } = context.language;
  const line = await getCredit(deps.db, contract, label, revision);
  const nameOf = (await authorNames(deps.db, context.language)).of;
  const row = toRow(line, await namesIn(deps), context);
  const steps = creditStepsAt(line, context.now).filter((step) => step !== "eligible");
  const model = {
    ...{ form, row, once: newOnce() },
    action: `${row.address}/steps`,
    cycle: `${context.base}/contracts/${encodeURIComponent(contract)}/${label}/settle`,
    steps: steps.map((step) => ({
      ...{ value: step, words: say(stateWords[step]) },
      effect: say(effectWords[step], { amount: row.amount, customer: row.customer }),
      isChosen: form.typed.one("state") === step,
    })),
    trace: line.entries.map(({ state, author, reason, recordedAt }) => ({
      ...{ word: say(stateWords[state]), author: nameOf(author), reason },
      at: timeMarkup(recordedAt, "full", context),
    })),
  };
  const title = say("console.credit.title", { contract: row.title, month: row.month, revision });
  const shell = consoleShell(model, { title, path: "/credits" }, context, deps);
  return answerPage(c, deps.look, { template: "console/credit", model: shell, status });
}
