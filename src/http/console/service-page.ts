/** /console/services/…: one service as those who run it see it: how it stands, what is asked of it, to whom it is promised; and its end. */
import type { Context, Hono } from "hono";
import { archiveService, unarchiveService } from "../../actions/archive-service.ts";
import { NotFound } from "../../domain/errors.ts";
import { type MeasuredService, serviceCondition } from "../../domain/status/service.ts";
import type { ServiceCheckDefinition } from "../../domain/status/platform.ts";
import { formatDuration } from "../format.ts";
import { tellBoard } from "../api/deps.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { findStandingService, type StandingService } from "../../store/platforms.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant } from "./form.ts";
import { isMonitored, promisesOf, type ReadPromises } from "./promises.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const shownOutages = 10;

/** @throws NotFound service_not_found */
export async function getStandingService(deps: ConsoleDeps, slug: string): Promise<StandingService> {
  const standing = await findStandingService(deps.db, slug);
  if (standing === undefined) {
    throw new NotFound("service_not_found", `There is no service "${slug}".`);
  }
  return standing;
}

/** Adds the page of a service, and what archives it and takes it up again. */
export function addServicePage(app: Hono<ConsoleEnv>, deps: ConsoleDeps, readPromises: ReadPromises): void {
  const page = async (c: Context<ConsoleEnv>, slug: string, form: Form, status = 200) => {
    const context = consoleContext(c, deps);
    const standing = await getStandingService(deps, slug);
    const { definition, managedBy, archivedAt } = standing;
    const board = deps.board();
    const measured = board.services.find((one) => one.slug === slug);
    const groupSlug = definition.group;
    const contracts = promisesOf(await readPromises(context.now), { slug, groupSlug });
    const at = `${context.base}/services/${encodeURIComponent(slug)}`;
    const model = {
      ...{ form, slug, at, managedBy },
      description: definition.description,
      group: board.groups.find((one) => one.slug === groupSlug)?.title ?? "",
      archived: archivedAt === null ? null : shortTimeMarkup(archivedAt, context),
      ...(measured === undefined
        ? { condition: null, outages: [] }
        : standingOf(measured, at, deps, context)),
      checks: definition.checks.map((check) => checkLine(check, measured, at, context)),
      contracts: contracts.map(({ slug: contract, title }) => ({
        title,
        address: `${context.base}/contracts/${encodeURIComponent(contract)}`,
      })),
      isUnmonitored: contracts.length > 0 && measured !== undefined && !isMonitored(measured),
      publicAddress: measured === undefined ? null : `/services/${encodeURIComponent(slug)}`,
      mayWrite: context.scopes.has("write:services") && managedBy === "people",
      mayAnywhere: context.scopes.has("write:services"),
    };
    const head = { title: definition.title, path: `/services/${slug}` };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/service", model: shell, status });
  };

  app.get("/services/:slug", needs("read:probes"), (c) => page(c, c.req.param("slug"), freshForm()));

  app.post("/services/:slug/archive", needs("write:services"), async (c) => {
    const slug = c.req.param("slug");
    const typed = await readForm(c);
    try {
      refuseUnmeant(typed, consoleContext(c, deps).language.say("console.service.tickFirst"));
      await archiveService(deps.db, slug, authorOf(c), deps.now());
      await tellBoard(deps, c);
      return c.redirect(`/console/services/${encodeURIComponent(slug)}`, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["confirmed"], error);
      return page(c, slug, form, status);
    }
  });

  app.post("/services/:slug/restoration", needs("write:services"), async (c) => {
    const slug = c.req.param("slug");
    const typed = await readForm(c);
    try {
      await unarchiveService(deps.db, slug, authorOf(c), deps.now());
      await tellBoard(deps, c);
      return c.redirect(`/console/services/${encodeURIComponent(slug)}`, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, [], error);
      return page(c, slug, form, status);
    }
  });
}

/** How it stands now, and its latest outages. */
function standingOf(service: MeasuredService, at: string, deps: ConsoleDeps, context: ConsoleContext) {
  const { incidents, windows } = deps.board();
  const {
    state,
    since,
    incidents: open,
    window,
  } = serviceCondition(service, incidents, windows, context.now);
  const { say } = context.language;
  return {
    condition: {
      state,
      stateWord: say(service.observedFrom === null ? "state.notYet" : `state.${state}`),
      since: since === null ? null : shortTimeMarkup(since, context),
      incidents: open.map(({ reference, title }) => ({ reference, title })),
      window: window && { reference: window.reference, title: window.title },
    },
    outages: service.outages
      .slice(-shownOutages)
      .reverse()
      .map(({ start, end, checkSlug }) => ({
        check: checkSlug,
        address: `${at}/outages/${encodeURIComponent(checkSlug)}/${start}`,
        start: shortTimeMarkup(start, context),
        length:
          end === null
            ? say("console.service.lasts")
            : formatDuration(Math.max(0, end - start), context.language),
      })),
  };
}

function checkLine(
  check: ServiceCheckDefinition,
  measured: MeasuredService | undefined,
  at: string,
  context: ConsoleContext,
) {
  const { say } = context.language;
  const now = measured?.checks.find(({ slug }) => slug === check.slug);
  return {
    slug: check.slug,
    address: `${at}/checks/${encodeURIComponent(check.slug)}`,
    kind: check.target.kind,
    target: targetInWords(check.target),
    every:
      check.target.kind === "check-in"
        ? ""
        : say("console.service.every", { time: formatDuration(check.intervalMs, context.language) }),
    locations: check.locations.join(", "),
    counts: check.counts,
    parent: check.parent,
    reading: now?.reading ?? null,
    readingWord: now === undefined ? say("state.notYet") : say(`reading.${now.reading}`),
    trouble: now?.trouble ?? "",
  };
}

/** What is asked, in a few words; never a secret. */
export function targetInWords(target: ServiceCheckDefinition["target"]): string {
  switch (target.kind) {
    case "http":
      return `${target.method === "GET" ? "" : `${target.method} `}${target.url}`;
    case "websocket":
      return target.url;
    case "tcp":
    case "tls":
      return `${target.host}:${target.port}`;
    case "dns":
      return `${target.record} ${target.name}`;
    case "icmp":
      return target.host;
    case "check-in":
      return target.cron?.expression ?? "";
  }
}
