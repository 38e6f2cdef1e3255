/** /console/incidents: what is open first, then drafts that wait for a person, then everything that was, looked through page by page. */
import type { Context, Hono } from "hono";
import { incidentRules } from "../../domain/status/incident-rules.ts";
import { measuredUpSince } from "../../domain/status/incident-measurement.ts";
import { type Incident, impactsAt, isPotential, worstImpact } from "../../domain/status/incident.ts";
import { cycleOf } from "../../domain/time/billing-cycle.ts";
import { findIncidents, type IncidentSearch } from "../../store/incidents.ts";
import { scopesOf } from "../authentication.ts";
import { formatDuration } from "../format.ts";
import { shortTimeMarkup, timeMarkup } from "../pages/markup.ts";
import { titleFor } from "../pages/story.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm } from "./form.ts";
import { listDraftRows } from "./incident-drafts.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const shownAtOnce = 50;
/** Services that a row names; of the rest it tells the number. */
const servicesNamed = 3;

/** Adds the list. */
export function addIncidentList(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/incidents", needs("read:reports"), async (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const board = deps.board();
    const search = searchIn(c, deps);
    const isSearch = Object.keys(search).length > 0;
    const asked = Number(c.req.query("page") ?? 1);
    const page = Number.isSafeInteger(asked) ? Math.min(Math.max(1, asked), 100_000) : 1;
    const { found, total } = await findIncidents(deps.db, isSearch ? search : { state: "resolved" }, {
      limit: shownAtOnce,
      offset: (page - 1) * shownAtOnce,
    });
    const titles = new Map(board.services.map(({ slug, title }) => [slug, title]));
    const row = (incident: Incident) => incidentRow(incident, titles, deps, context);
    const open = board.incidents.filter(({ state }) => state !== "resolved");
    const model = {
      form: freshForm(c.req.query()),
      mayWrite: scopesOf(c.get("session").holder).has("write:incidents"),
      ...{ isSearch, total, page, pages: Math.max(1, Math.ceil(total / shownAtOnce)) },
      open: isSearch ? [] : open.map(row),
      drafts: isSearch ? [] : await listDraftRows(deps, context),
      found: found.map(row),
      priorities: incidentRules(board.settings).priorities.map(({ slug, title }) => ({
        value: slug,
        words: title,
      })),
      pageAddress: (n: number) => `?${new URLSearchParams({ ...c.req.query(), page: String(n) })}`,
    };
    const head = { title: say("console.incidents.title"), path: "/incidents" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/incidents", model: shell, status: 200 });
  });
}

/** What an address asks for; what cannot be read asks for nothing. */
function searchIn(c: Context, deps: ConsoleDeps): IncidentSearch {
  const word = (name: string) => c.req.query(name)?.trim().slice(0, 200) ?? "";
  const [text, state, priority, month] = [word("text"), word("state"), word("priority"), word("month")];
  const isMonth = /^\d{4}-(0[1-9]|1[0-2])$/.test(month);
  return {
    ...(text === "" ? {} : { text }),
    ...(state === "open" || state === "resolved" ? { state } : {}),
    ...(priority === "" ? {} : { priority }),
    ...(isMonth ? { begun: cycleOf(month, { timeZone: deps.board().settings.timeZone, anchorDay: 1 }) } : {}),
  };
}

/** An incident as a row of a list. */
function incidentRow(
  incident: Incident,
  titles: ReadonlyMap<string, string>,
  deps: ConsoleDeps,
  context: ConsoleContext,
) {
  const { say } = context.language;
  const { reference, startedAt, resolvedAt, state, updates, priority } = incident;
  const isOpen = state !== "resolved";
  const impacts = isOpen ? impactsAt(incident, context.now) : incident.impacts;
  const worst = worstImpact(impacts.map(({ impact }) => impact));
  const slugs = [...new Set(incident.impacts.map(({ serviceSlug }) => serviceSlug))];
  const named = slugs.slice(0, servicesNamed).map((slug) => titles.get(slug) ?? slug);
  const board = deps.board();
  const upSince = isOpen ? measuredUpSince(incident, board.services, context.now) : null;
  const title = titleFor(incident, context);
  return {
    ...{ reference, isOpen },
    title: title.text,
    titleLang: title.language === context.language.code ? "" : title.language,
    address: `${context.base}/incidents/${reference}`,
    state: worst,
    stateWord: say(`incident.${state}`),
    impactWord: isPotential(incident) ? say("console.incident.potential") : say(`impact.${worst}`),
    priority:
      incidentRules(board.settings).priorities.find(({ slug }) => slug === priority)?.title ?? priority ?? "",
    began: timeMarkup(startedAt, "moment", context),
    lasted: formatDuration((resolvedAt ?? context.now) - startedAt, context.language),
    services:
      slugs.length > servicesNamed
        ? say("console.incidents.andMore", { names: named.join(", "), n: slugs.length - servicesNamed })
        : named.join(", "),
    lastSaid: shortTimeMarkup(updates.at(-1)!.at, context),
    upSince: upSince === null ? null : shortTimeMarkup(upSince, context),
  };
}
