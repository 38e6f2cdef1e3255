/**
 * Requests in the portal: what the customer has reported, how it stands and until when an answer is promised; reporting something, and adding
 * to it. Only what was said between them and us: notes among ourselves are not theirs to read.
 */
import type { Context, Hono } from "hono";
import { changeRequest } from "../../actions/change-request.ts";
import { noService, openRequest } from "../../actions/open-request.ts";
import { readSupportAgreed } from "../../actions/support-agreed.ts";
import {
  clockHistoryOf,
  requestState,
  type RequestStepKind,
  type SupportRequest,
} from "../../domain/support/request.ts";
import { readClock } from "../../domain/support/response-clock.ts";
import { authorOfHolder } from "../../store/holders.ts";
import { listRequestFiles } from "../../store/request-files.ts";
import { findRequests, listRequests } from "../../store/requests.ts";
import { type Form, freshForm, readForm, refusedForm } from "../console/form.ts";
import { newOnce, once } from "../console/once.ts";
import { asksToSearch, serviceChoice } from "../console/service-choice.ts";
import { formatBytes } from "../format.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { limitRate } from "../rate.ts";
import { nothingHere, ownServices } from "./own.ts";
import { type PortalContext, portalContext, type PortalDeps, type PortalEnv } from "./room.ts";
import { answerPortal } from "./shell.ts";

const shownAtOnce = 100;
const fields = ["subject", "message", "service", "name", "mail"];
/** Steps that a customer is told of. */
const told: readonly RequestStepKind[] = [
  "opened",
  "answered",
  "heard",
  "paused",
  "resumed",
  "released",
  "resolved",
  "reopened",
];

/** Adds the customer's own requests. */
export function addRequests(app: Hono<PortalEnv>, deps: PortalDeps): void {
  const rate = limitRate({ most: 30, inTotal: 600, perMs: 3_600_000 });

  const list = async (c: Context<PortalEnv>, form: Form, status = 200) => {
    const context = portalContext(c, deps);
    const { say } = context.language;
    const own = c.get("own");
    const search = { customer: own.customer.slug };
    const found = await listRequests(deps.db, search, { before: null, limit: shownAtOnce });
    const { holder } = c.get("session");
    const model = {
      form,
      once: form.typed.one("once") || newOnce(),
      requests: found.map((request) => ({
        ...{ reference: request.reference, subject: request.subject },
        address: `${context.base}/requests/${request.reference}`,
        state: say(`portal.request.${requestState(request)}`),
        at: shortTimeMarkup(request.openedAt, context),
      })),
      choice: serviceChoice(form.typed, "service", ownBoard(c, deps), context, [], false),
      // Who has an account is known by it; whoever came by a link may say where an answer goes.
      asksWho: holder.kind === "customer" && holder.person === null,
    };
    const title = say("portal.requests");
    const head = { title, path: "/requests", status, scripts: ["service-choice.js"] };
    return answerPortal(c, { template: "requests", model, ...head }, context, deps);
  };

  app.get("/requests", (c) => list(c, freshForm({ service: c.req.query("service") ?? "" })));

  app.post("/requests", async (c) => {
    rate.mayGoOn(c, deps.now());
    const typed = await readForm(c);
    const author = authorOfHolder(c.get("session").holder);
    const { language } = portalContext(c, deps);
    if (asksToSearch(typed)) {
      return list(c, { ...freshForm(), typed });
    }
    try {
      const form = { author, place: c.req.path, typed, fields };
      const address = await once(deps.db, form, deps.now(), async (db) => {
        const [name, mail] = [typed.one("name"), typed.one("mail")];
        const { reference } = await openRequest(
          db,
          {
            ...{ channel: "portal", subject: typed.one("subject"), message: typed.one("message") },
            ...{ customer: c.get("own").customer.slug, contract: null, priority: null },
            ...{ service: ownService(typed.one("service"), ownBoard(c, deps)), language: language.code },
            ...{ reporter: name + mail === "" ? null : { name, mail }, confirms: true },
          },
          author,
          deps.now(),
        );
        return `/portal/requests/${reference}`;
      });
      rate.count(c, deps.now());
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, error);
      return list(c, form, status);
    }
  });

  app.get("/requests/:reference", async (c) => one(c, deps, await ownRequest(c, deps), freshForm()));

  app.post("/requests/:reference", async (c) => {
    rate.mayGoOn(c, deps.now());
    const request = await ownRequest(c, deps);
    const typed = await readForm(c);
    const author = authorOfHolder(c.get("session").holder);
    try {
      const form = { author, place: c.req.path, typed, fields: ["text"] };
      const address = await once(deps.db, form, deps.now(), async (db) => {
        const change = { kind: "heard" as const, text: typed.one("text") };
        await changeRequest(db, { reference: request.reference, change }, author, deps.now());
        return `/portal/requests/${request.reference}`;
      });
      rate.count(c, deps.now());
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["text"], error);
      return one(c, deps, request, form, status);
    }
  });
}

/** The board as far as the customer has it: services that a contract in force covers. */
function ownBoard(c: Context<PortalEnv>, deps: PortalDeps) {
  const board = deps.board();
  return { groups: board.groups, services: ownServices(c.get("own"), board, deps.now()) };
}

/** The service that was chosen; null: none. Another's is refused like one that does not exist. @throws InvalidInput invalid_request */
function ownService(slug: string, { services }: ReturnType<typeof ownBoard>): string | null {
  return slug === "" || services.some((service) => service.slug === slug) ? slug || null : noService(slug);
}

/** @throws NotFound nothing_here, whether there is none or it is another's */
async function ownRequest(c: Context<PortalEnv>, deps: PortalDeps): Promise<SupportRequest> {
  const [request] = await findRequests(deps.db, [c.req.param("reference") ?? ""]);
  if (request === undefined || request.customer !== c.get("own").customer.slug) {
    throw nothingHere();
  }
  return request;
}

async function one(
  c: Context<PortalEnv>,
  deps: PortalDeps,
  request: SupportRequest,
  form: Form,
  status = 200,
): Promise<Response> {
  const context = portalContext(c, deps);
  const { say } = context.language;
  const files = await listRequestFiles(deps.db, request.reference);
  const model = {
    form,
    once: newOnce(),
    reference: request.reference,
    stateWord: say(`portal.request.${requestState(request)}`),
    due: await dueInWords(request, context, deps),
    release: request.release,
    steps: request.steps
      .filter(({ kind }) => told.includes(kind))
      .map((step) => ({
        ...{
          number: step.number,
          text: ["opened", "answered", "heard"].includes(step.kind) ? step.text : "",
        },
        files: files
          .filter((file) => file.step === step.number)
          .map(({ name, bytes, refusal }) => ({
            ...{ name, size: formatBytes(bytes, context.language), isKept: refusal === null },
          })),
        word: say(`portal.requestStep.${step.kind as "opened"}`, { what: step.value }),
        at: shortTimeMarkup(step.at, context),
        side:
          step.kind === "answered" ? "ours" : ["opened", "heard"].includes(step.kind) ? "theirs" : "inside",
      })),
  };
  const path = `/requests/${request.reference}`;
  return answerPortal(c, { template: "request", model, title: request.subject, path, status }, context, deps);
}

/** Until when the first answer is promised; null: it was given, or nothing is promised. */
async function dueInWords(request: SupportRequest, context: PortalContext, deps: PortalDeps) {
  const agreed = await readSupportAgreed(deps.db, { customer: context.customer!.slug });
  const terms = agreed.termsOf(request.contract, request.openedAt);
  if (terms === null) {
    return null;
  }
  const clock = readClock("response", terms, clockHistoryOf(request), agreed.calendarOf, context.now);
  const isOpen = clock.state === "running" || (clock.state === "missed" && clock.endedAt === null);
  return isOpen && clock.dueAt !== null ? shortTimeMarkup(clock.dueAt, context) : null;
}
