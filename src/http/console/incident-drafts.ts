/** Drafts of incidents in the console: those that wait as rows of the list, what each proposes for the form, and dismissing one. */
import type { Hono } from "hono";
import { dismissDraft } from "../../actions/settle-draft.ts";
import { Conflict, NotFound } from "../../domain/errors.ts";
import type { IncidentDraft } from "../../domain/status/incident-draft.ts";
import { incidentRules } from "../../domain/status/incident-rules.ts";
import { listWaitingDrafts } from "../../store/incident-drafts.ts";
import { outageWords } from "../outage-words.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { readForm, refuseUnmeant } from "./form.ts";
import type { ConsoleDeps } from "./deps.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleLanguages, needs } from "./room.ts";

/** Adds the button with which a draft is dismissed. */
export function addDraftSettling(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.post("/incidents/drafts/:id/dismissal", needs("write:incidents"), async (c) => {
    const id = Number(c.req.param("id"));
    if (!Number.isSafeInteger(id) || id < 1) {
      throw new NotFound("draft_not_found", "There is no such draft.");
    }
    refuseUnmeant(await readForm(c));
    try {
      await dismissDraft(deps.db, id, authorOf(c), deps.now());
    } catch (error) {
      // Sent twice, or settled by somebody else meanwhile: the list says so.
      if (!(error instanceof Conflict)) {
        throw error;
      }
    }
    return c.redirect("/console/incidents", 303);
  });
}

/** Drafts that wait, as rows. */
export async function listDraftRows(deps: ConsoleDeps, context: ConsoleContext) {
  const board = deps.board();
  const { publishAfterMs } = incidentRules(board.settings);
  return (await listWaitingDrafts(deps.db)).toReversed().map((draft) => {
    const publishesAt =
      publishAfterMs === null || draft.overAt !== null ? null : draft.draftedAt + publishAfterMs;
    return {
      id: draft.id,
      title: outageWords(slugsOf(draft), board, consoleLanguages).title[languageOf(board, context)] ?? "",
      address: `${context.base}/incidents/new?draft=${draft.id}`,
      since: shortTimeMarkup(beginningOf(draft), context),
      over: draft.overAt === null ? null : shortTimeMarkup(draft.overAt, context),
      publishes: publishesAt === null ? null : shortTimeMarkup(publishesAt, context),
    };
  });
}

/** What the address of the form names; undefined: no draft that waits. */
export async function findDraft(
  deps: ConsoleDeps,
  id: string | undefined,
): Promise<IncidentDraft | undefined> {
  return id === undefined
    ? undefined
    : (await listWaitingDrafts(deps.db)).find((one) => String(one.id) === id);
}

/** Services of a draft, each once. */
export function slugsOf({ services }: IncidentDraft): string[] {
  return [...new Set(services.map(({ serviceSlug }) => serviceSlug))];
}

/** When the first of its services went down. */
export function beginningOf({ services }: IncidentDraft): number {
  return Math.min(...services.map(({ start }) => start));
}

function languageOf({ settings }: ReturnType<ConsoleDeps["board"]>, { language }: ConsoleContext): string {
  return settings.languages.includes(language.code) ? language.code : settings.languages[0]!;
}
