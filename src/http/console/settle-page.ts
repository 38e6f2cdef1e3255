/**
 * What one cycle still needs before it can be final, each with its form: explanations, the decision on unmeasured time, proposals that wait;
 * and then closing it. Of a final cycle what was issued, and the way to restate it.
 */
import type { Context, Hono } from "hono";
import { closeCycle } from "../../actions/close-cycle.ts";
import { decideCycle } from "../../actions/decide-cycle.ts";
import { type CycleDraft, draftCycle } from "../../actions/draft-cycle.ts";
import { type DifferenceChoice, explainDifferences } from "../../actions/explain-differences.ts";
import { type GroundContract, onlyContract, readGround } from "../../actions/read-ground.ts";
import { Conflict, InvalidInput } from "../../domain/errors.ts";
import { type Difference, isExplained } from "../../domain/sla/close/cycle-state.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { StoredExplanation } from "../../store/cycle-words.ts";
import type { Database } from "../../store/database.ts";
import { timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import { authorNames, type AuthorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant, type Typed } from "./form.ts";
import { monthName, monthOf } from "./months.ts";
import { needLines } from "./need-words.ts";
import { newOnce, once } from "./once.ts";
import { reportWords, verdictWord } from "./report-words.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

type Ask = Context<ConsoleEnv>;
type FormName = "explain" | "decide" | "close";

/** Adds the page on which a cycle is settled, and its forms. */
export function addSettling(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const path = "/contracts/:slug/:month/settle";
  const writes = needs("write:reports");
  const engine = deps.office.engine;

  app.get(path, needs("read:reports"), (c) => settlePage(c, deps, null, freshForm(), 200));

  /** Takes a form whose work is stored in one transaction, and comes back to the page. */
  const take = (name: FormName, fields: readonly string[], work: Work) =>
    app.post(`${path}/${name}`, writes, async (c) => {
      const wanted = cycleOf(c);
      const typed = await readForm(c);
      const author = authorOf(c);
      const now = deps.now();
      try {
        const form = { author, place: c.req.path, typed, fields };
        const location = await once(deps.db, form, now, async (db) => {
          await work(db, wanted, typed, author, now);
          return addressOf(wanted);
        });
        return c.redirect(location, 303);
      } catch (error) {
        const { form, status } = refusedForm(typed, fields, error);
        return settlePage(c, deps, name, form, status);
      }
    });

  take("explain", ["differences", "reason"], async (db, wanted, typed, author, now) => {
    const choices = typed.all("differences").map(toChoice);
    if (choices.length === 0) {
      throw new InvalidInput("nothing_chosen", "Nothing is chosen to be explained.", [
        { pointer: "/differences", detail: "Choose at least one." },
      ]);
    }
    await explainDifferences(db, engine, { ...wanted, choices, reason: typed.one("reason") }, author, now);
  });

  take("decide", ["reason"], async (db, wanted, typed, author, now) => {
    await decideCycle(db, engine, { ...wanted, reason: typed.one("reason") }, author, now);
  });

  app.post(`${path}/close`, writes, async (c) => {
    const wanted = cycleOf(c);
    const typed = await readForm(c);
    try {
      refuseUnmeant(typed, "Confirm what closing it does.");
      await closeCycle(deps.db, deps.office, { ...wanted, author: authorOf(c) }, deps.now());
    } catch (error) {
      // Closed already, by whomever: the page says by whom, and nothing is done twice.
      if (!(error instanceof Conflict && error.code === "cycle_final")) {
        const { form, status } = refusedForm(typed, ["confirmed"], error);
        return settlePage(c, deps, "close", form, status);
      }
    }
    return c.redirect(addressOf(wanted), 303);
  });
}

interface WantedCycle {
  contract: string;
  label: string;
}

type Work = (db: Database, wanted: WantedCycle, typed: Typed, author: string, now: Instant) => Promise<void>;

function cycleOf(c: Ask): WantedCycle {
  return { contract: c.req.param("slug")!, label: monthOf(c.req.param("month")) };
}

function addressOf({ contract, label }: WantedCycle): string {
  return `/console/contracts/${encodeURIComponent(contract)}/${label}/settle`;
}

/** "outage 1781085600000 beacon", "incident INC-2026-0001 beacon", "service beacon": all of it that is unexplained. */
function toChoice(text: string): DifferenceChoice {
  const [kind, ...words] = text.split(" ");
  if (kind === "outage" || kind === "incident") {
    const [which = "", ...service] = words;
    return kind === "outage"
      ? { service: service.join(" "), incident: null, start: Number(which) }
      : { service: service.join(" "), incident: which, start: null };
  }
  return { service: words.join(" "), incident: null, start: null };
}

async function settlePage(
  c: Ask,
  deps: ConsoleDeps,
  at: FormName | null,
  form: Form,
  status: number,
): Promise<Response> {
  const { contract, label } = cycleOf(c);
  const context = consoleContext(c, deps);
  const ground = await readGround(deps.db, label, { contract });
  const of = onlyContract(ground);
  const draft = await draftCycle(deps.db, ground, of, deps.office.engine, context.now);
  const { say } = context.language;
  const nameOf = (await authorNames(deps.db, context.language)).of;
  const month = monthName(label, context);
  const open = draft.revision > 0 ? [] : draft.needs;
  const here = (name: FormName) => (at === name ? form : freshForm());
  const model = {
    ...{ contract, label, month, form },
    customer: of.customer.name,
    address: `${context.base}/contracts/${encodeURIComponent(contract)}/${label}`,
    once: newOnce(),
    figures: figuresOf(draft, context),
    needs: needLines(open, context),
    waits: open.some(({ need }) => need === "cycle_end" || need === "settle_time"),
    isProvisional: draft.state === "provisional",
    services: toServices(open, context),
    explained: toExplained(draft.differences, ground.explanations, nameOf, context),
    explainForm: here("explain"),
    decision: decisionOf(draft, context),
    decideForm: here("decide"),
    decided: toDecided(ground.decisions.get(contract), nameOf, context),
    closeForm: here("close"),
    close: open.length > 0 || draft.revision > 0 ? null : closeWords(of, draft, context),
    final: finalOf(of, draft, nameOf, context),
  };
  const head = {
    title: say("console.settle.title", { contract: of.contract.particulars.title, month }),
    path: `/closings/${label}`,
  };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/settle", model: shell, status });
}

function figuresOf({ report }: CycleDraft, context: ConsoleContext) {
  const words = reportWords(context);
  const { verdict, percent, credit_minor: credit, currency } = report.result;
  return {
    verdict,
    verdictWord: verdictWord(verdict, context),
    percent: words.percent(percent),
    credit: credit === null || currency === null ? "" : words.money(credit, currency),
  };
}

/** What is to be explained, service by service. */
function toServices(open: CycleDraft["needs"], context: ConsoleContext) {
  const differences = open.flatMap((need) => (need.need === "explanation" ? [need.difference] : []));
  return [...Map.groupBy(differences, ({ service }) => service)].map(([service, some]) => ({
    service,
    whole:
      some.filter(({ kind }) => kind === "outage_without_incident").length > 1 ? `service ${service}` : null,
    differences: some.map((difference) => ({
      value:
        difference.incident === null
          ? `outage ${difference.start} ${service}`
          : `incident ${difference.incident} ${service}`,
      id: `difference-${service}-${difference.incident ?? difference.start}`,
      ...toldDifference(difference, context),
    })),
  }));
}

function toldDifference({ kind, start, end, incident }: Difference, context: ConsoleContext) {
  const { language } = context;
  return {
    kind: language.say(
      kind === "outage_without_incident" ? "console.settle.outage" : "console.settle.incident",
    ),
    incident,
    start: timeMarkup(start, "full", context),
    end: timeMarkup(end, "full", context),
    length: reportWords(context).duration(end - start),
  };
}

function toExplained(
  differences: readonly Difference[],
  explanations: readonly StoredExplanation[],
  nameOf: AuthorNames["of"],
  context: ConsoleContext,
) {
  return differences
    .filter((difference) => isExplained(difference, explanations))
    .map((difference) => {
      const { reason, author, recordedAt } = explanations.findLast((one) => isExplained(difference, [one]))!;
      return {
        ...{ service: difference.service, ...toldDifference(difference, context) },
        ...{ reason, author: nameOf(author), at: timeMarkup(recordedAt, "moment", context) },
      };
    });
}

/** What a person has to decide; null: nothing, or it is decided. */
function decisionOf({ needs: open, revision }: CycleDraft, context: ConsoleContext) {
  const need = open.find((one) => one.need === "decision");
  if (revision > 0 || need === undefined) {
    return null;
  }
  const words = reportWords(context);
  const { verdict, percent, bounds } = need.figures;
  return {
    low: words.percent(bounds.low),
    high: words.percent(bounds.high),
    percent: words.percent(percent),
    verdict: verdictWord(verdict, context),
  };
}

function toDecided(
  decision: { reason: string; author: string; recordedAt: Instant } | undefined,
  nameOf: AuthorNames["of"],
  context: ConsoleContext,
) {
  return (
    decision && {
      ...{ reason: decision.reason, author: nameOf(decision.author) },
      at: timeMarkup(decision.recordedAt, "moment", context),
    }
  );
}

/** What closing this cycle does, in words. */
function closeWords(of: GroundContract, { report }: CycleDraft, context: ConsoleContext): string {
  const { say } = context.language;
  const { credit_minor: credit, currency } = report.result;
  const own = of.contract.particulars.recipients;
  const n = new Set(own.length > 0 ? own : of.customer.recipients).size;
  const owed =
    credit === null || credit === 0 || currency === null
      ? say("console.settle.noCredit")
      : say("console.settle.creditDue", { amount: reportWords(context).money(credit, currency) });
  return `${say("console.settle.willIssue", { customer: of.customer.name })} ${owed} ${say("console.closing.told", { n })}`;
}

/** What was issued; null: nothing yet. */
function finalOf(
  { reports }: GroundContract,
  { factsDigest }: CycleDraft,
  nameOf: AuthorNames["of"],
  context: ConsoleContext,
) {
  const last = reports.at(-1);
  return last === undefined
    ? null
    : {
        words: context.language.say("console.settle.issued", {
          revision: last.revision,
          author: nameOf(last.author),
        }),
        at: timeMarkup(last.issuedAt, "full", context),
        hasChanged: last.factsDigest !== factsDigest,
      };
}
