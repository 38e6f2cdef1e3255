/**
 * The public page as its template prints it: all facts of the board in words, nothing left to decide. Pure; `now` is in the context.
 */
import type { Commitment } from "../../domain/sla/measure/commitment.ts";
import { maintenanceStateAt } from "../../domain/status/maintenance-window.ts";
import { worstState, type ServiceCondition, type ShownState } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { localDayOf, localDaysBefore } from "../../domain/time/local-day.ts";
import { formatPercent } from "../format.ts";
import { behindOf, commitmentOf, conditionsOf, openIncidents, saidOf } from "./conditions.ts";
import { freshness, staleSince, type Freshness } from "./freshness.ts";
import { headline, type Headline } from "./headline.ts";
import type { PageContext } from "./markup.ts";
import { lastCycles } from "./month-figure.ts";
import { serviceRow, type ServiceRow } from "./service-row.ts";
import { daysShown, type Span, type SpanLink, spanLinks } from "./spans.ts";
import { incidentStory, maintenanceStory, type IncidentStory, type MaintenanceStory } from "./story.ts";

export interface ServiceGroup {
  slug: string;
  /** Empty for services that stand alone. */
  title: string;
  description: string;
  stateWord: string;
  state: ShownState;
  isOpen: boolean;
  rows: ServiceRow[];
}

export interface StatusPage {
  headline: Headline;
  freshness: Freshness;
  incidents: IncidentStory[];
  windows: MaintenanceStory[];
  groups: ServiceGroup[];
  serviceCount: number;
  hasSearch: boolean;
  /** Whether the tables of all services are folded away: what nobody reads from end to end, every browser would have to lay out. */
  foldsTables: boolean;
  /** "99.99 %"; empty without a commitment. */
  target: string;
  cycles: ReturnType<typeof lastCycles>;
  past: IncidentStory[];
  pastWindows: MaintenanceStory[];
  pastDays: number;
  /** "2026-11-22", the day of the last bar. */
  today: string;
  /** Days that the strips show, and the choice there is. */
  span: Span;
  spans: SpanLink[];
}

const cyclesShown = 12;
const pastMs = 14 * 86_400_000;
/** From so many services on the page offers a search, and groups in which all is well are closed. */
const manyServices = 20;
/** From so many on the tables of months are folded. */
const tooManyForTables = 200;

export function statusPage(board: StatusBoard, context: PageContext, span: Span = null): StatusPage {
  const commitment = commitmentOf(board);
  const services = new Map(board.services.map((service) => [service.slug, service]));
  const conditions = conditionsOf(board, context.now);
  const rows = rowsOf(board, conditions, commitment, span ?? daysShown, context);
  const windows = board.windows
    .filter((window) =>
      ["scheduled", "in_progress", "verifying"].includes(maintenanceStateAt(window, context.now)),
    )
    .map((window) => maintenanceStory(window, services, context));
  const recently = context.now - pastMs;
  return {
    headline: platformHeadline(board, conditions, context),
    freshness: freshness(board, context),
    incidents: openIncidents(board).map((incident) => incidentStory(incident, services, context)),
    windows,
    groups: groupsOf(board, rows, context),
    serviceCount: board.services.length,
    hasSearch: board.services.length >= manyServices,
    foldsTables: board.services.length >= tooManyForTables,
    target: commitment.target === null ? "" : formatPercent(commitment.target.percent, context.language),
    cycles: lastCycles(commitment, cyclesShown, context),
    past: board.incidents
      .filter(({ resolvedAt }) => resolvedAt !== null && resolvedAt > recently)
      .map((incident) => incidentStory(incident, services, context)),
    pastWindows: board.windows
      .filter(
        (window) =>
          maintenanceStateAt(window, context.now) === "completed" &&
          (window.actualEnd ?? window.plannedEnd) > recently,
      )
      .map((window) => maintenanceStory(window, services, context))
      .reverse(),
    pastDays: pastMs / 86_400_000,
    today: localDayOf(context.now, context.timeZone).date,
    ...{ span, spans: spanLinks("", span, context) },
  };
}

/** The sentence about the platform as a whole. */
export function platformHeadline(
  board: StatusBoard,
  conditions: ReadonlyMap<string, ServiceCondition>,
  context: PageContext,
): Headline {
  const services = board.services.map((service) => ({ service, condition: conditions.get(service.slug)! }));
  return headline(services, staleSince(board, context.now), context);
}

/** The state that the mark of the platform shows: that of the sentence. */
export function boardState(board: StatusBoard, context: PageContext): ShownState {
  return platformHeadline(board, conditionsOf(board, context.now), context).state;
}

function rowsOf(
  board: StatusBoard,
  conditions: ReadonlyMap<string, ServiceCondition>,
  commitment: Commitment,
  count: number,
  context: PageContext,
): Map<string, ServiceRow> {
  const days = localDaysBefore(context.now, count, context.timeZone);
  const said = saidOf(board, days[0]!.start);
  const behind = behindOf(board, context);
  return new Map(
    board.services.map((service) => [
      service.slug,
      serviceRow(
        service,
        conditions.get(service.slug)!,
        said(service.slug),
        behind(service.slug),
        days,
        commitment,
        context,
      ),
    ]),
  );
}

/** Services without a group stand first; a group opens by itself when something in it is wrong. */
function groupsOf(
  board: StatusBoard,
  rows: ReadonlyMap<string, ServiceRow>,
  { language }: PageContext,
): ServiceGroup[] {
  const known = new Set(board.groups.map(({ slug }) => slug));
  const rowsIn = (wanted: string | null): ServiceRow[] =>
    board.services
      .filter((service) => {
        const group = service.groupSlug !== null && known.has(service.groupSlug) ? service.groupSlug : null;
        return group === wanted;
      })
      .map(({ slug }) => rows.get(slug)!);
  const alone = { slug: "", title: "", description: "", rows: rowsIn(null) };
  return [alone, ...board.groups.map((group) => ({ ...group, rows: rowsIn(group.slug) }))]
    .filter((group) => group.rows.length > 0)
    .map((group) => {
      // What was never measured says nothing of the others.
      const measured = group.rows.filter(({ isMeasured }) => isMeasured);
      const state = worstState((measured.length === 0 ? group.rows : measured).map((row) => row.state));
      const calm = group.rows.every((row) => row.state === "operational");
      return {
        ...group,
        state,
        stateWord: calm
          ? language.say("group.calm", { n: group.rows.length })
          : language.say(`state.${state}`),
        isOpen: group.slug === "" || !calm || board.services.length < manyServices,
      };
    });
}
