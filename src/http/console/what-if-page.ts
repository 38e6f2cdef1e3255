/**
 * What if: a planned window, a correction, or other terms, and every customer's month before and after. Nothing is stored; from what is
 * shown one click leads on to proposing or planning it.
 */
import type { Context, Hono } from "hono";
import { type Overlay, whatIf } from "../../actions/what-if.ts";
import { InvalidInput, NotFound } from "../../domain/errors.ts";
import { readingStates } from "../../domain/monitoring/timeline.ts";
import type { ContractDefinition } from "../../domain/sla/promise/contract-versions.ts";
import { readChangedClauses, readContractText } from "../../platform-file/changed-clauses.ts";
import { readContracts } from "../../store/agreements.ts";
import { listContractTitles } from "../../store/covered-services.ts";
import { readAgreementContext } from "../api/contract-answer.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { effectTable } from "./effect-table.ts";
import { type Form, freshForm, readForm, refusedForm, type Typed } from "./form.ts";
import { lastMonth, monthBeside, monthOf } from "./months.ts";
import { oneOf, stateChoices } from "./propose-pages.ts";
import { type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { searchStep, serviceChoice } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";
import { readTimes, timeField } from "./time-field.ts";

type Ask = Context<ConsoleEnv>;

const kinds = ["maintenance", "correction", "contract"] as const;
type Kind = (typeof kinds)[number];

const fields = ["services", "service", "q", "state", "start", "end", "contract", "terms", "since"];

/** Adds the page, and the plan that it leads to. */
export function addWhatIf(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const reads = needs("read:reports");

  app.get("/what-if", reads, async (c) => {
    const typed = typedInAddress(c);
    const kind = kinds.find((one) => one === typed.one("kind")) ?? "maintenance";
    const isAsked = typed.one("start") !== "" && typed.one("step") !== searchStep;
    return isAsked && kind !== "contract"
      ? effectPage(c, deps, kind, typed)
      : page(c, deps, kind, fresh(c), null);
  });

  // Terms are longer than addresses may be.
  app.post("/what-if", reads, async (c) => effectPage(c, deps, "contract", await readForm(c)));
}

function typedInAddress(c: Ask): Typed {
  const all = (name: string) => c.req.queries(name) ?? [];
  return { all, one: (name) => all(name).at(-1) ?? "" };
}

function fresh(c: Ask): Form {
  const typed = typedInAddress(c);
  return freshForm(Object.fromEntries(fields.map((name) => [name, typed.all(name)])));
}

async function effectPage(c: Ask, deps: ConsoleDeps, kind: Kind, typed: Typed): Promise<Response> {
  try {
    const effect = await effectOf(c, deps, kind, typed);
    return await page(c, deps, kind, { ...freshForm(), typed }, effect);
  } catch (error) {
    const { form, status } = refusedForm(typed, fields, moved(error));
    return page(c, deps, kind, form, null, status);
  }
}

/** Faults of a plan stand at the fields of this form. */
function moved(error: unknown): unknown {
  return error instanceof InvalidInput
    ? new InvalidInput(
        error.code,
        error.message,
        error.fields.map(({ pointer, detail }) => ({ pointer: pointer.replace("/planned_", "/"), detail })),
      )
    : error;
}

async function effectOf(c: Ask, deps: ConsoleDeps, kind: Kind, typed: Typed) {
  const context = consoleContext(c, deps);
  const overlay = await overlayOf(deps, kind, typed, context);
  return effectTable(await whatIf(deps.db, deps.office.engine, overlay, context.now), context);
}

async function overlayOf(
  deps: ConsoleDeps,
  kind: Kind,
  typed: Typed,
  context: ConsoleContext,
): Promise<Overlay> {
  switch (kind) {
    case "maintenance": {
      const { start, end } = readTimes(typed, ["start", "end"], context);
      return { kind, services: typed.all("services"), isDown: typed.one("harm") !== "none", start, end };
    }
    case "correction": {
      const { start, end } = readTimes(typed, ["start", "end"], context);
      const state = oneOf(readingStates, typed.one("state"), "/state");
      return { kind, service: typed.one("service"), start, end, state };
    }
    case "contract":
      return { kind, wanted: await wantedTerms(deps, typed), since: monthOf(typed.one("since")) };
  }
}

/** The contract of the text: a new one, or the one that is chosen with other clauses. */
async function wantedTerms(deps: ConsoleDeps, typed: Typed): Promise<ContractDefinition> {
  const [slug, text] = [typed.one("contract"), typed.one("terms").replaceAll("\r\n", "\n")];
  const among = await readAgreementContext(deps);
  if (slug === "") {
    return readContractText("new-contract", text, among);
  }
  const standing = (await readContracts(deps.db, { slugs: [slug] })).get(slug);
  if (standing === undefined) {
    throw new NotFound("contract_not_found", `There is no contract "${slug}".`, [
      { pointer: "/contract", detail: `There is no contract "${slug}".` },
    ]);
  }
  const last = standing.versions.at(-1)!;
  const clauses = text.trim() === "" ? last.clauses : readChangedClauses(text, last.clauses, among);
  return { slug, particulars: standing.particulars, versions: [{ ...last, clauses }] };
}

async function page(
  c: Ask,
  deps: ConsoleDeps,
  kind: Kind,
  form: Form,
  effect: Awaited<ReturnType<typeof effectOf>> | null,
  status = 200,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const { typed } = form;
  const contracts =
    kind === "contract"
      ? (await listContractTitles(deps.db)).flatMap(({ slug, title, isArchived }) =>
          isArchived ? [] : [{ value: slug, words: title }],
        )
      : [];
  const next = new URLSearchParams(
    ["service", "state", "start", "end", "start_meant", "end_meant"].map((name) => [name, typed.one(name)]),
  );
  const planned = new URLSearchParams(
    ["services", "start", "end", "start_meant", "end_meant", "harm"].flatMap((name) =>
      typed.all(name).map((value) => [name, value]),
    ),
  );
  const since = typed.one("since") || monthBeside(lastMonth(deps.board().settings, context.now), -2);
  const model = {
    ...{ form, kind, effect, since },
    tabs: kinds.map((one) => ({
      address: `${context.base}/what-if?kind=${one}`,
      words: say(tabWords[one]),
      isHere: one === kind,
    })),
    choice:
      kind === "contract"
        ? null
        : serviceChoice(typed, kind === "maintenance" ? "services" : "service", deps.board(), context),
    states: stateChoices(context),
    contracts: [{ value: "", words: say("console.whatIf.newContract") }, ...contracts],
    start: timeField(typed, "start", context),
    end: timeField(typed, "end", context),
    isHarmless: typed.one("harm") === "none",
    propose:
      kind === "correction" && effect !== null ? `${context.base}/proposals/new-correction?${next}` : null,
    plan:
      kind === "maintenance" && effect !== null && context.scopes.has("write:maintenance")
        ? `${context.base}/maintenance/new?${planned}`
        : null,
  };
  const head = {
    title: say("console.whatIf.title"),
    path: "/what-if",
    scripts: ["service-choice.js"],
  };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/what-if", model: shell, status });
}

const tabWords = {
  maintenance: "console.whatIf.maintenance",
  correction: "console.whatIf.correction",
  contract: "console.whatIf.contract",
} as const satisfies Record<Kind, string>;
