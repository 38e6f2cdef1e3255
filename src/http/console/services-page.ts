/** /console/services: every service with its state, found by words, a part of them at a time; those that were archived, too. */
import type { Hono } from "hono";
import { type MeasuredService, serviceCondition, type ShownState } from "../../domain/status/service.ts";
import { isUnderWay } from "../../domain/status/maintenance-window.ts";
import { listMadeServices } from "../../store/platforms.ts";
import { type Markup, shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm } from "./form.ts";
import { isMonitored, type PromisedBy, promisedSlugs, promisesOf, type ReadPromises } from "./promises.ts";
import { type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const rowsAPage = 50;

/** Which of them are asked for. */
const shows = ["all", "wrong", "unmonitored", "people", "archived"] as const;
type Show = (typeof shows)[number];

/** A line of the list. */
interface ServiceLine {
  slug: string;
  title: string;
  address: string;
  group: string;
  /** Null: it is archived. */
  state: ShownState | null;
  stateWord: string;
  since: Markup;
  checks: string;
  promise: string;
  /** Promised, and nothing is asked of it. */
  isUnmonitored: boolean;
  ofPeople: boolean;
}

/** Adds the list. */
export function addServices(app: Hono<ConsoleEnv>, deps: ConsoleDeps, readPromises: ReadPromises): void {
  app.get("/services", needs("read:probes"), async (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const show = shows.find((one) => one === c.req.query("show")) ?? "all";
    const words = (c.req.query("q") ?? "").trim().slice(0, 100);
    const { rows, count } = await foundServices(show, words, deps, readPromises, context);
    const pages = Math.max(1, Math.ceil(rows.length / rowsAPage));
    const page = Math.min(Math.max(1, Number(c.req.query("page")) || 1), pages);
    const address = (over: { show?: Show; page?: number }) => {
      const asked = { q: words, show, page: 1, ...over };
      const query = new URLSearchParams({
        ...(asked.q === "" ? {} : { q: asked.q }),
        ...(asked.show === "all" ? {} : { show: asked.show }),
        ...(asked.page === 1 ? {} : { page: String(asked.page) }),
      });
      return `${context.base}/services${query.size === 0 ? "" : `?${query}`}`;
    };
    const model = {
      form: freshForm({ q: words, show }),
      show,
      rows: rows.slice((page - 1) * rowsAPage, page * rowsAPage).map((row) => row()),
      found: say("console.services.found", { n: rows.length }),
      choices: shows
        .map((one) => ({ show: one, count: count(one) }))
        .filter((one) => one.count > 0 || one.show === "all" || one.show === show)
        .map((one) => ({
          text: say(`console.services.show.${one.show}`),
          count: one.count,
          address: address({ show: one.show }),
          isHere: one.show === show,
        })),
      ...{ page, pages, address: (n: number) => address({ page: n }) },
      mayWrite: context.scopes.has("write:services"),
    };
    const head = { title: say("console.services.title"), path: "/services" };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/services", model: shell, status: 200 });
  });
}

/** Those that are asked for, each made only when its part of the list is shown. */
async function foundServices(
  show: Show,
  words: string,
  deps: ConsoleDeps,
  readPromises: ReadPromises,
  context: ConsoleContext,
): Promise<{ rows: (() => ServiceLine)[]; count: (show: Show) => number }> {
  const board = deps.board();
  const made = new Map((await listMadeServices(deps.db)).map((one) => [one.slug, one]));
  const contracts = await readPromises(context.now);
  const promised = promisedSlugs(contracts, board.services);
  const groups = new Map(board.groups.map(({ slug, title }) => [slug, title]));
  const open = board.incidents.filter(({ state }) => state !== "resolved");
  const running = board.windows.filter((window) => isUnderWay(window, context.now));
  const affected = new Set(
    open.flatMap(({ impacts }) => impacts.filter(({ end }) => end === null).map((one) => one.serviceSlug)),
  );
  const conditionOf = (service: MeasuredService) => serviceCondition(service, open, running, context.now);
  const isShown: Record<Exclude<Show, "archived">, (service: MeasuredService) => boolean> = {
    all: () => true,
    wrong: (service) =>
      service.reading === "down" || service.reading === "degraded" || affected.has(service.slug),
    unmonitored: (service) => promised.has(service.slug) && !isMonitored(service),
    people: ({ slug }) => made.get(slug)?.managedBy === "people",
  };
  const sought = words.toLocaleLowerCase();
  const isSought = (service: { slug: string; title: string; groupSlug?: string | null }) =>
    sought === "" ||
    [service.title, service.slug, groups.get(service.groupSlug ?? "") ?? ""].some((name) =>
      name.toLocaleLowerCase().includes(sought),
    );
  const archived = [...made.values()].filter(({ archivedAt }) => archivedAt !== null);
  const found = board.services.filter(isSought);
  const foundArchived = archived.filter(isSought);
  const lineOf = (service: MeasuredService) => () =>
    serviceLine(
      service,
      conditionOf(service),
      {
        group: groups.get(service.groupSlug ?? "") ?? "",
        ofPeople: made.get(service.slug)?.managedBy === "people",
        by: promisesOf(contracts, service),
      },
      context,
    );
  return {
    rows:
      show === "archived"
        ? foundArchived.map((one) => () => archivedLine(one, context))
        : found.filter(isShown[show]).map(lineOf),
    count: (which) => (which === "archived" ? foundArchived : found.filter(isShown[which])).length,
  };
}

function serviceLine(
  service: MeasuredService,
  { state, since }: ReturnType<typeof serviceCondition>,
  { group, ofPeople, by }: { group: string; ofPeople: boolean; by: PromisedBy[] },
  context: ConsoleContext,
): ServiceLine {
  const { say } = context.language;
  const kinds = [...new Set(service.checks.map(({ kind }) => kind))];
  return {
    ...{ slug: service.slug, title: service.title, group, ofPeople, state },
    address: `${context.base}/services/${service.slug}`,
    stateWord: say(service.observedFrom === null ? "state.notYet" : `state.${state}`),
    since: state === "operational" || since === null ? { html: "" } : shortTimeMarkup(since, context),
    checks: say("console.services.checks", { n: service.checks.length, kinds: kinds.join(", ") }),
    promise: by.length === 0 ? "" : say("console.services.promised", { n: by.length }),
    isUnmonitored: by.length > 0 && !isMonitored(service),
  };
}

function archivedLine(
  { slug, title, managedBy, archivedAt }: Awaited<ReturnType<typeof listMadeServices>>[number],
  context: ConsoleContext,
): ServiceLine {
  return {
    ...{ slug, title, group: "", state: null, checks: "", promise: "", isUnmonitored: false },
    address: `${context.base}/services/${slug}`,
    stateWord: context.language.say("console.services.archived"),
    since: shortTimeMarkup(archivedAt!, context),
    ofPeople: managedBy === "people",
  };
}
