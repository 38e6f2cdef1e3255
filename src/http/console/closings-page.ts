/**
 * Closing a month: every contract's cycle of it, those that need a person first, and one button that closes all that are ready. The work
 * goes on in the server; this page only tells how far it is, and nobody has to stay.
 */
import type { Context, Hono } from "hono";
import { type CycleStanding, cycleStandings } from "../../actions/survey-month.ts";
import { Conflict } from "../../domain/errors.ts";
import { type ClosingState, findClosing } from "../../store/closings.ts";
import type { ConsoleWordKey } from "../language.ts";
import { joinNames, sayMarkup, timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import { authorNames, type AuthorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm } from "./form.ts";
import { lastMonth, monthBeside, monthName, monthOf, runningMonth } from "./months.ts";
import { type KeptContracts, type MonthCycle, monthStandingsOf } from "./month-standing.ts";
import { needLines } from "./need-words.ts";
import { reportWords, verdictWord } from "./report-words.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { asOfWords } from "./year-page.ts";

type Ask = Context<ConsoleEnv>;

/** Adds the pages of closing. */
export function addClosings(app: Hono<ConsoleEnv>, deps: ConsoleDeps, kept: KeptContracts): void {
  app.get("/closings", needs("read:reports"), (c) =>
    c.redirect(`/console/closings/${lastMonth(deps.board().settings, deps.now())}`, 303),
  );

  app.get("/closings/:month", needs("read:reports"), (c) => closingPage(c, deps, kept, freshForm(), 200));

  app.get("/closings/:month/progress", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const closing = await findClosing(deps.db, monthOf(c.req.param("month")), context.now);
    const nameOf = (await authorNames(deps.db, context.language)).of;
    c.header("Cache-Control", "no-store");
    return closing === undefined
      ? c.json({ isOver: true, closed: 0, total: 0, words: "" })
      : c.json(toProgress(closing, nameOf, context));
  });

  app.get("/closings/:month/close", needs("write:reports"), async (c) => {
    const label = monthOf(c.req.param("month"));
    const context = consoleContext(c, deps);
    const { cycles } = await monthStandingsOf(label, kept, context.now);
    const effect = effectOf(cycles, context);
    if (effect === null) {
      return c.redirect(`/console/closings/${label}`, 303);
    }
    const title = context.language.say("console.closing.confirm", { month: monthName(label, context) });
    const path = `/closings/${label}`;
    const model = consoleShell({ label, ...effect }, { title, path }, context, deps);
    return answerPage(c, deps.look, { template: "console/closing-confirm", model, status: 200 });
  });

  app.post("/closings/:month/close", needs("write:reports"), async (c) => {
    const label = monthOf(c.req.param("month"));
    const typed = await readForm(c);
    const author = authorOf(c);
    try {
      await deps.closings.begin(label, author);
    } catch (error) {
      const running = await findClosing(deps.db, label, deps.now());
      const isOwn = running?.author === author && running.finishedAt === null;
      // Sent twice by the same person: it is under way, and that is what was wanted.
      if (!(error instanceof Conflict && error.code === "closing_under_way" && isOwn)) {
        const { form, status } = refusedForm(typed, [], error);
        return closingPage(c, deps, kept, form, status);
      }
    }
    return c.redirect(`/console/closings/${label}`, 303);
  });
}

async function closingPage(
  c: Ask,
  deps: ConsoleDeps,
  kept: KeptContracts,
  form: Form,
  status: number,
): Promise<Response> {
  const label = monthOf(c.req.param("month"));
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const closing = await findClosing(deps.db, label, context.now);
  const isRunning = closing !== undefined && closing.finishedAt === null;
  // While it runs every cycle changes: only how far it is is told.
  const month = isRunning ? null : await monthStandingsOf(label, kept, context.now);
  const cycles = month?.cycles ?? null;
  const nameOf = (await authorNames(deps.db, context.language)).of;
  const outcome = isRunning ? undefined : deps.closings.outcomeOf(label);
  const running = runningMonth(deps.board().settings, context.now);
  const beside = (months: number) => {
    const other = monthBeside(label, months);
    return { address: `${context.base}/closings/${other}`, text: monthName(other, context) };
  };
  const model = {
    ...{ form, label },
    month: monthName(label, context),
    earlier: beside(-1),
    later: label < running ? beside(1) : null,
    progress: isRunning ? toProgress(closing, nameOf, context) : null,
    lastClosing: closing !== undefined && !isRunning ? lastWords(closing, nameOf, context) : null,
    outcome: outcome ?? { refused: [], broken: false },
    groups: cycles === null ? [] : toGroups(cycles, label, context),
    effect: cycles === null ? null : effectOf(cycles, context),
    summary: cycles === null ? "" : summaryOf(cycles, context),
    asOf: month === null ? null : asOfWords(month.drafts, context),
  };
  const head = {
    title: say("console.closing.title", { month: model.month }),
    path: `/closings/${label}`,
    ...(isRunning ? { scripts: ["closing.js"], refreshSeconds: 3 } : {}),
  };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/closing", model: shell, status });
}

function toProgress(
  { author, startedAt, finishedAt, total, closed }: ClosingState,
  nameOf: AuthorNames["of"],
  context: ConsoleContext,
) {
  const { language } = context;
  return {
    isOver: finishedAt !== null,
    closed,
    total,
    words: language.say("console.closing.progress", { closed, n: total }),
    by: sayMarkup(language, "console.closing.by", {
      author: nameOf(author),
      since: timeMarkup(startedAt, "clock", context),
    }),
  };
}

function lastWords(
  { author, finishedAt, total, closed }: ClosingState,
  nameOf: AuthorNames["of"],
  context: ConsoleContext,
) {
  const at = timeMarkup(finishedAt!, "moment", context);
  return sayMarkup(context.language, "console.closing.last", {
    author: nameOf(author),
    at,
    closed,
    n: total,
  });
}

/** What closing all that are ready would do; null: none is ready. */
function effectOf(cycles: readonly MonthCycle[], context: ConsoleContext) {
  const { language } = context;
  const ready = cycles.filter(({ standing }) => standing === "ready");
  if (ready.length === 0) {
    return null;
  }
  const customers = new Set(ready.map(({ customer }) => customer.slug)).size;
  const recipients = new Set(ready.flatMap((cycle) => cycle.recipients)).size;
  const waiting = cycles.filter(({ standing }) => standing === "person" || standing === "refused").length;
  return {
    count: ready.length,
    button: language.say("console.closing.button", { n: ready.length }),
    reports: language.say("console.closing.reports", { n: ready.length, customers }),
    credits: creditsInWords(ready, context),
    told: language.say("console.closing.told", { n: recipients }),
    waiting: waiting === 0 ? "" : language.say("console.closing.left", { n: waiting }),
  };
}

/** "Credits of 1,200.00 DKK and 50.00 EUR become due in 3 contracts." */
function creditsInWords(cycles: readonly MonthCycle[], context: ConsoleContext): string {
  const owed = cycles.filter(({ creditMinor }) => (creditMinor ?? 0) > 0);
  if (owed.length === 0) {
    return context.language.say("console.closing.noCredit");
  }
  const words = reportWords(context);
  const sums = [...Map.groupBy(owed, ({ currency }) => currency!)].map(([currency, some]) =>
    words.money(
      some.reduce((sum, { creditMinor }) => sum + creditMinor!, 0),
      currency,
    ),
  );
  return context.language.say("console.closing.credits", {
    n: owed.length,
    sums: joinNames(sums, context.language),
  });
}

const groupWords = {
  person: "console.closing.person",
  refused: "console.closing.refused",
  time: "console.closing.time",
  ready: "console.closing.ready",
  final: "console.closing.final",
} as const satisfies Record<CycleStanding, ConsoleWordKey>;

function toGroups(cycles: readonly MonthCycle[], label: string, context: ConsoleContext) {
  const words = reportWords(context);
  return cycleStandings.flatMap((standing) => {
    const some = cycles.filter((cycle) => cycle.standing === standing);
    const rows = some.map((cycle) => ({
      address: `${context.base}/contracts/${encodeURIComponent(cycle.contract)}/${label}/settle`,
      title: cycle.title,
      customer: cycle.customer.name,
      verdict: cycle.verdict,
      verdictWord: cycle.verdict === "" ? "" : verdictWord(cycle.verdict, context),
      percent: cycle.percent === null ? "" : words.percent(cycle.percent),
      credit:
        cycle.creditMinor === null || cycle.creditMinor === 0 || cycle.currency === null
          ? ""
          : words.money(cycle.creditMinor, cycle.currency),
      needs: needLines(cycle.needs, context),
      refusal: cycle.refusal,
    }));
    const heading = context.language.say(groupWords[standing], { n: rows.length });
    return rows.length === 0
      ? []
      : [{ standing, heading, rows, isFolded: standing === "final" && rows.length > 5 }];
  });
}

function summaryOf(cycles: readonly MonthCycle[], { language }: ConsoleContext): string {
  const count = (standing: CycleStanding) => cycles.filter((cycle) => cycle.standing === standing).length;
  return cycles.length === 0
    ? language.say("console.closing.none")
    : language.say("console.closing.summary", {
        n: cycles.length,
        ready: count("ready"),
        person: count("person") + count("refused"),
        final: count("final"),
      });
}
