/** /console/requests/REQ-…: one request with its clocks and everything that happened to it, and what can be done with it next. */
import type { Context, Hono } from "hono";
import { changeRequest, type WantedChange } from "../../actions/change-request.ts";
import { eraseReporter } from "../../actions/erase-reporter.ts";
import { correspondentOf } from "../../actions/put-request-mail.ts";
import { readSupportAgreed, type SupportAgreed } from "../../actions/support-agreed.ts";
import { Conflict, InvalidInput } from "../../domain/errors.ts";
import type { CustomerDefinition } from "../../domain/sla/promise/customer.ts";
import type { Standing } from "../../domain/status/standing.ts";
import { isPersonId } from "../../domain/people/person.ts";
import { type ContractSupport, prioritiesOf } from "../../domain/sla/promise/support-promise.ts";
import { escalationsFor } from "../../domain/support/escalation.ts";
import {
  clockHistoryOf,
  type RequestStep,
  type RequestStepKind,
  requestState,
  type SupportRequest,
} from "../../domain/support/request.ts";
import type { RequestFile } from "../../domain/support/request-file.ts";
import { clockKinds, readClock } from "../../domain/support/response-clock.ts";
import { readCustomers } from "../../store/agreements.ts";
import { getPerson } from "../../store/people.ts";
import { findReporters } from "../../store/reporters.ts";
import { getRequestFile, listRequestFiles } from "../../store/request-files.ts";
import { getRequest } from "../../store/requests.ts";
import { attachmentHeaders } from "../attachment.ts";
import { formatBytes } from "../format.ts";
import { shortTimeMarkup, timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant, type Typed } from "./form.ts";
import { newOnce, once } from "./once.ts";
import { priorityTitle } from "./requests.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { shownClock } from "./shown-clock.ts";

const path = "/requests/:reference";
const fields = ["text", "note", "priority", "reason", "incident", "contract", "release", "to", "confirmed"];

/** Adds the page of a request and its forms. */
export function addRequest(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get(path, needs("read:requests"), (c) => page(c, deps, freshForm()));

  app.get(`${path}/files/:number{[1-9]\\d{0,5}}`, needs("read:requests"), async (c) => {
    const { name, content } = await getRequestFile(
      deps.db,
      c.req.param("reference"),
      Number(c.req.param("number")),
    );
    return c.body(new Uint8Array(content), 200, attachmentHeaders(name));
  });

  app.post(`${path}/steps`, needs("write:requests"), async (c) => {
    const typed = await readForm(c);
    const author = authorOf(c);
    const reference = c.req.param("reference");
    try {
      const form = { author, place: c.req.path, typed, fields: ["step", "seen", ...fields] };
      const address = await once(deps.db, form, deps.now(), async (db) => {
        const seen = Number(typed.one("seen")) || null;
        const wanted = { reference, change: changeIn(typed), seen };
        await changeRequest(db, wanted, author, deps.now());
        return `/console/requests/${reference}`;
      });
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, renamed(error, typed));
      return page(c, deps, form, status);
    }
  });

  app.post(`${path}/erasure`, needs("write:requests"), async (c) => {
    const typed = await readForm(c);
    const { reference, reporter } = await getRequest(deps.db, c.req.param("reference"));
    try {
      refuseUnmeant(typed);
      if (reporter === null) {
        throw new Conflict("nobody_known", "Nobody is known to have reported it.");
      }
      await eraseReporter(deps.db, reporter, authorOf(c), deps.now());
      return c.redirect(`/console/requests/${reference}`, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, error);
      return page(c, deps, form, status);
    }
  });
}

/** What a form asks for. @throws InvalidInput invalid_step where it asks for nothing we know */
function changeIn(typed: Typed): WantedChange {
  const kind = typed.one("step");
  const reason = typed.one("reason");
  switch (kind) {
    case "answered":
      return {
        ...{ kind, text: typed.one("text") },
        ...{ isSolved: typed.one("then") === "solved", thenWaits: typed.one("then") === "waits" },
      };
    case "noted":
      return { kind, text: typed.one("note") };
    case "prioritised":
      return { kind, priority: typed.one("priority"), text: reason };
    case "paused":
    case "resumed":
    case "resolved":
    case "reopened":
      return { kind, text: reason };
    case "linked":
      return typed.one("incident") === "" ? { kind: "unlinked" } : { kind, incident: typed.one("incident") };
    case "assigned": {
      // "customer" or "customer/contract", as the choice says it.
      const [customer = "", contract = null] = typed.one("contract").split("/");
      return { kind, customer, contract };
    }
    case "released":
      return { kind, release: typed.one("release") };
    case "escalated":
      return { kind, to: typed.one("to"), text: reason };
    default:
      throw new InvalidInput("invalid_step", "This form asks for nothing that can be done.");
  }
}

/** The words of a step stand at fields of other names: each form has its own. */
function renamed(error: unknown, typed: Typed): unknown {
  if (!(error instanceof InvalidInput)) {
    return error;
  }
  const step = typed.one("step");
  const name = step === "noted" ? "note" : step === "answered" ? "text" : "reason";
  const moved = error.fields.map(({ pointer, detail }) => ({
    pointer: pointer === "/text" ? `/${name}` : pointer === "/customer" ? "/contract" : pointer,
    detail,
  }));
  return new InvalidInput(error.code, error.message, moved);
}

async function page(c: Context<ConsoleEnv>, deps: ConsoleDeps, form: Form, status = 200): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const request = await getRequest(deps.db, c.req.param("reference") ?? "");
  const agreed = await readSupportAgreed(deps.db);
  const customers = [...(await readCustomers(deps.db))];
  const terms = agreed.termsOf(request.contract, request.openedAt);
  const mayWrite = context.scopes.has("write:requests");
  const state = requestState(request);
  const last = request.steps.at(-1)!;
  const files = await listRequestFiles(deps.db, request.reference);
  const model = {
    form,
    once: newOnce(),
    seen: last.number,
    request: {
      ...{ reference: request.reference, subject: request.subject, state, incident: request.incident },
      ...{ release: request.release, customer: request.customer, contract: request.contract },
      stateWord: say(`console.requestState.${state}`),
      channel: say(`console.requestChannel.${request.channel}`),
      priority: priorityTitle(request, agreed, request.openedAt),
      service: deps.board().services.find(({ slug }) => slug === request.service)?.title ?? request.service,
      openedAt: timeMarkup(request.openedAt, "moment", context),
      customerName:
        customers.find(([slug]) => slug === request.customer)?.[1].wanted.name ?? request.customer,
      contractTitle: agreed.contracts.get(request.contract ?? "")?.particulars.title ?? request.contract,
      isPaused: request.pausedAt !== null,
      isResolved: request.resolvedAt !== null,
    },
    steps: request.steps.map((step) => ({
      ...shownStep(step, terms, context),
      files: files
        .filter((file) => file.step === step.number)
        .map((file) => shownFile(file, request.reference, context)),
    })),
    clocks: terms === null ? [] : shownClocks(request, terms, agreed, context),
    choices: choicesOf(request, terms, agreed, customers, deps, context),
    from: await whoseIs(request, mayWrite, deps),
    mayWrite,
  };
  const head = {
    title: `${request.reference}: ${request.subject}`,
    path: `/requests/${request.reference}`,
    scripts: ["countdown.js"],
  };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/request", model: shell, status });
}

function shownClocks(
  request: SupportRequest,
  terms: ContractSupport,
  { calendarOf }: SupportAgreed,
  context: ConsoleContext,
) {
  const history = clockHistoryOf(request);
  return clockKinds.flatMap(
    (kind) => shownClock(kind, readClock(kind, terms, history, calendarOf, context.now), context) ?? [],
  );
}

/** A step as it is read; what the customer wrote or was written stands out. */
function shownStep(step: RequestStep, terms: ContractSupport | null, context: ConsoleContext) {
  const { number, kind, author, text, value, at } = step;
  const { say } = context.language;
  const titles = terms === null ? [] : prioritiesOf(terms);
  const withPriority: readonly RequestStepKind[] = ["opened", "prioritised"];
  const what = withPriority.includes(kind)
    ? (titles.find(({ slug }) => slug === value)?.title ?? value)
    : value;
  const isReporter = author.startsWith("r_") || author.startsWith("customer ");
  const names: Record<string, string> = {
    clock: say("console.requests.byClock"),
    form: say("console.requests.byForm"),
  };
  return {
    ...{ number, kind, text },
    word: say(`console.requestStep.${kind}`, { what }),
    author: isReporter ? say("console.requests.byReporter") : (names[author] ?? author),
    at: shortTimeMarkup(at, context),
    side: ["opened", "heard"].includes(kind) ? "theirs" : kind === "answered" ? "ours" : "inside",
  };
}

/** A file that came with a step, to be saved; or why there is nothing to save. */
function shownFile(
  { number, name, bytes, refusal }: RequestFile,
  reference: string,
  { base, language }: ConsoleContext,
) {
  return {
    ...{ name, size: formatBytes(bytes, language) },
    address: refusal === null ? `${base}/requests/${reference}/files/${number}` : null,
    refusal: refusal === null ? "" : language.say(`console.requests.file.${refusal}`),
  };
}

/** Everything that can be chosen for it. */
function choicesOf(
  { customer, priority, incident, pausedAt }: SupportRequest,
  terms: ContractSupport | null,
  { contracts }: SupportAgreed,
  all: readonly [string, Standing<CustomerDefinition>][],
  deps: ConsoleDeps,
  { language: { say } }: ConsoleContext,
) {
  const customers = all.filter(([, { archived }]) => !archived);
  const ofOne = (slug: string) =>
    [...contracts].filter(([, one]) => !one.archived && one.particulars.customer === slug);
  return {
    priorities:
      terms === null
        ? []
        : prioritiesOf(terms).map(({ slug, title, meaning }) => ({
            ...{ value: slug, words: title, meaning, isNow: slug === priority },
          })),
    incidents: [
      { value: "", words: say("console.requests.noIncident") },
      ...deps
        .board()
        .incidents.filter(({ state, reference }) => state !== "resolved" || reference === incident)
        .map(({ reference, title }) => ({ value: reference, words: `${reference}: ${title}` })),
    ],
    contracts: customers.flatMap(([slug, { wanted }]) => [
      ...ofOne(slug).map(([name, { particulars }]) => ({
        ...{ value: `${slug}/${name}`, words: `${wanted.name}: ${particulars.title}` },
      })),
      ...(ofOne(slug).length === 0 ? [{ value: slug, words: wanted.name }] : []),
    ]),
    escalation: terms === null ? [] : escalationsFor(terms.escalation, priority).map(({ to }) => to),
    escalationContact:
      [...contracts].find(([, { particulars }]) => particulars.customer === customer)?.[1].particulars
        .escalationContact ?? null,
    then: [
      { value: "open", words: say("console.requests.thenOpen") },
      ...(pausedAt === null ? [{ value: "waits", words: say("console.requests.thenWaits") }] : []),
      { value: "solved", words: say("console.requests.thenSolved") },
    ],
  };
}

/** Who reported it. Their address is shown to whoever may answer them. */
async function whoseIs(request: SupportRequest, mayWrite: boolean, { db }: ConsoleDeps) {
  const id = correspondentOf(request);
  if (id === null) {
    return null;
  }
  const found = isPersonId(id) ? await getPerson(db, id) : (await findReporters(db, [id])).get(id)!;
  return {
    ...{ name: found.name, mail: mayWrite ? found.mail : null, isErased: found.erasedAt !== null },
    canErase: mayWrite && !isPersonId(id) && found.erasedAt === null,
    isReached: found.mail !== null,
  };
}
