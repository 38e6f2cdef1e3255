/** /console/requests: what customers reported, the most urgent clock first, and the form that logs what somebody said on the telephone. */
import type { Context, Hono } from "hono";
import { openRequest } from "../../actions/open-request.ts";
import { requestClocks } from "../../actions/running-clocks.ts";
import { readSupportAgreed, type SupportAgreed } from "../../actions/support-agreed.ts";
import {
  requestChannels,
  type RequestState,
  requestState,
  requestStates,
  type SupportRequest,
} from "../../domain/support/request.ts";
import { urgencyOf } from "../../domain/support/response-clock.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { countRequests, type ListedRequest, listOpenRequests, listRequests } from "../../store/requests.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm } from "./form.ts";
import { newOnce, once } from "./once.ts";
import { customerChoices } from "./people.ts";
import {
  authorOf,
  type ConsoleContext,
  type ConsoleEnv,
  consoleContext,
  consoleLanguages,
  needs,
} from "./room.ts";
import { searchStep, serviceChoice } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";
import { type ShownClock, shownClock } from "./shown-clock.ts";

const shownAtOnce = 100;
const refreshSeconds = 60;

/** Adds the list of requests and the form for a new one. */
export function addRequests(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/requests", needs("read:requests"), async (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const asked = searchIn(c);
    const counts = await countRequests(deps.db);
    const isOpen = asked.state !== "resolved";
    const customers = await customerChoices(deps);
    const named = { context, nameOf: new Map(customers.map(({ slug, name }) => [slug, name])) };
    const listed = isOpen ? await openRows(asked, named, deps) : await solvedRows(asked, c, named, deps);
    const choices: (RequestState | null)[] = [null, ...requestStates];
    const open = counts.new + counts.open + counts.waiting;
    const kept = Object.entries(c.req.query()).filter(
      ([name, value]) => ["q", "customer"].includes(name) && value !== "",
    );
    const address = (more: Record<string, string>) => {
      const query = new URLSearchParams([...kept, ...Object.entries(more)]).toString();
      return `${context.base}/requests${query === "" ? "" : `?${query}`}`;
    };
    const model = {
      form: freshForm(c.req.query()),
      customers,
      choices: choices.map((state) => ({
        address: address(state === null ? {} : { state }),
        text: say(state === null ? "console.requests.all" : `console.requestState.${state}`),
        count: state === null ? open : counts[state],
        isHere: (asked.state ?? null) === state,
      })),
      state: asked.state ?? "",
      rows: listed.rows,
      olderAddress: listed.next === null ? null : address({ state: asked.state ?? "", before: listed.next }),
      mayWrite: context.scopes.has("write:requests"),
    };
    const head = {
      ...{ title: say("console.requests"), path: "/requests", scripts: ["countdown.js"] },
      ...(isOpen ? { refreshSeconds } : {}),
    };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/requests", model: shell, status: 200 });
  });

  const fields = ["channel", "subject", "message", "customer", "service", "name", "mail", "language"];

  const newPage = async (c: Context<ConsoleEnv>, form: Form, status = 200) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const customers = await customerChoices(deps);
    const model = {
      form,
      once: form.typed.one("once") || newOnce(),
      channels: requestChannels.map((value) => ({ value, words: say(`console.requestChannel.${value}`) })),
      customers: [
        { value: "", words: say("console.requests.customerByMail") },
        ...customers.map(({ slug, name }) => ({ value: slug, words: name })),
      ],
      choice: serviceChoice(form.typed, "service", deps.board(), context),
      answerLanguages: [...consoleLanguages.values()].map(({ code, name }) => ({ value: code, words: name })),
    };
    const head = {
      title: say("console.requests.new"),
      path: "/requests/new",
      scripts: ["service-choice.js"],
    };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/new-request", model: shell, status });
  };

  app.get("/requests/new", needs("write:requests"), (c) =>
    newPage(
      c,
      freshForm({
        ...{ channel: "phone", customer: c.req.query("customer") ?? "" },
        language: consoleContext(c, deps).language.code,
      }),
    ),
  );

  app.post("/requests/new", needs("write:requests"), async (c) => {
    const typed = await readForm(c);
    if (typed.one("step") === searchStep) {
      return newPage(c, { ...freshForm(), typed });
    }
    const author = authorOf(c);
    try {
      const form = { author, place: c.req.path, typed, fields };
      const address = await once(deps.db, form, deps.now(), async (db) => {
        const [name, mail] = [typed.one("name"), typed.one("mail")];
        const channel = requestChannels.find((one) => one === typed.one("channel")) ?? "form";
        const { reference } = await openRequest(
          db,
          {
            ...{ channel, subject: typed.one("subject"), message: typed.one("message") },
            ...{ customer: typed.one("customer") || null, contract: null, priority: null },
            ...{ service: typed.one("service") || null, language: typed.one("language") || null },
            ...{ reporter: name + mail === "" ? null : { name, mail }, confirms: true },
          },
          author,
          deps.now(),
        );
        return `/console/requests/${reference}`;
      });
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, error);
      return newPage(c, form, status);
    }
  });
}

interface Asked {
  state?: RequestState | undefined;
  customer?: string | undefined;
  text?: string | undefined;
}

function searchIn(c: Context): Asked {
  return {
    state: requestStates.find((one) => one === c.req.query("state")),
    customer: c.req.query("customer") || undefined,
    text: c.req.query("q")?.trim().slice(0, 200) || undefined,
  };
}

interface ShownRequest {
  reference: string;
  address: string;
  subject: string;
  state: RequestState;
  stateWord: string;
  customer: string;
  priority: string;
  at: { html: string };
  incident: string | null;
  clocks: ShownClock[];
}

/** In whose language, and what customers are called by slug. */
interface Named {
  context: ConsoleContext;
  nameOf: ReadonlyMap<string, string>;
}

/** All that are not solved, by their most urgent clock. */
async function openRows(asked: Asked, named: Named, deps: ConsoleDeps) {
  const { context } = named;
  const requests = await listOpenRequests(deps.db, asked);
  const agreed = await readAgreedOf(requests, deps);
  const rows = requests.map((request) => {
    const running = requestClocks(request, agreed, context.now);
    const clocks = running.flatMap(({ kind, reading }) => shownClock(kind, reading, context) ?? []);
    const urgency = Math.min(
      ...running.map(({ reading }) =>
        reading.state === "paused"
          ? Number.MAX_SAFE_INTEGER
          : reading.state === "missed"
            ? reading.dueAt
            : urgencyOf(reading),
      ),
      // Without a promise the oldest comes first, after everything that has one.
      running.length === 0 ? Number.MAX_SAFE_INTEGER : Infinity,
    );
    return { urgency, openedAt: request.openedAt, row: shownRequest(request, agreed, clocks, named) };
  });
  rows.sort((a, b) => a.urgency - b.urgency || a.openedAt - b.openedAt);
  return { rows: rows.map(({ row }) => row), next: null };
}

/** What is agreed on these. */
function readAgreedOf(
  requests: readonly Pick<ListedRequest, "contract">[],
  deps: ConsoleDeps,
): Promise<SupportAgreed> {
  const slugs = new Set(requests.flatMap(({ contract }) => contract ?? []));
  return readSupportAgreed(deps.db, { slugs: [...slugs] });
}

async function solvedRows(asked: Asked, c: Context, named: Named, deps: ConsoleDeps) {
  const [before] = c.req.query("before")
    ? await listRequests(deps.db, { text: c.req.query("before")! }, { before: null, limit: 1 })
    : [];
  const found = await listRequests(deps.db, asked, { before: before ?? null, limit: shownAtOnce + 1 });
  const page = found.slice(0, shownAtOnce);
  const agreed = await readAgreedOf(page, deps);
  return {
    rows: page.map((request) => shownRequest(request, agreed, [], named)),
    next: found.length > shownAtOnce ? page.at(-1)!.reference : null,
  };
}

function shownRequest(
  request: ListedRequest | SupportRequest,
  agreed: SupportAgreed,
  clocks: ShownClock[],
  { context, nameOf }: Named,
): ShownRequest {
  const { reference, subject, customer, incident, openedAt, resolvedAt } = request;
  const state = requestState(request);
  return {
    ...{ reference, address: `${context.base}/requests/${reference}`, subject, state, clocks, incident },
    stateWord: context.language.say(`console.requestState.${state}`),
    customer:
      customer === null
        ? context.language.say("console.requests.nobodys")
        : (nameOf.get(customer) ?? customer),
    priority: priorityTitle(request, agreed, openedAt),
    at: shortTimeMarkup(resolvedAt ?? openedAt, context),
  };
}

/** As the contract calls it; "": there is none. */
export function priorityTitle(
  { contract, priority }: Pick<SupportRequest, "contract" | "priority">,
  agreed: SupportAgreed,
  at: Instant,
): string {
  const plans = agreed.termsOf(contract, at)?.plans ?? [];
  const known = plans.flatMap(({ priorities }) => priorities).find(({ slug }) => slug === priority);
  return known?.title ?? priority ?? "";
}
