/**
 * One month as it was: what was said in it and what each service reached. Months are billing cycles of the platform's commitment.
 */
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { cycleContaining, cycleOf, nextCycle, previousCycle } from "../../domain/time/billing-cycle.ts";
import { commitmentOf } from "./conditions.ts";
import type { Markup, PageContext } from "./markup.ts";
import { cycleName, monthFigures, type MonthFigure } from "./month-figure.ts";
import {
  incidentStory,
  lastingMarkup,
  maintenanceStory,
  type IncidentStory,
  type MaintenanceStory,
} from "./story.ts";

/** Measured time of a service that counts otherwise than it was measured. */
export interface CorrectedTime {
  reference: string;
  service: string;
  address: string;
  lasting: Markup;
  /** What it counts as. */
  stateWord: string;
  reason: string;
}

export interface HistoryPage {
  title: string;
  month: string;
  incidents: IncidentStory[];
  windows: MaintenanceStory[];
  /** Time of the month that was judged anew, in order of time. */
  corrections: CorrectedTime[];
  /** Services with a figure in this month. */
  rows: { title: string; address: string; month: MonthFigure }[];
  earlier: { address: string; text: string } | null;
  later: { address: string; text: string } | null;
}

/** Whether the label is a month that has begun and lies within what the board remembers. */
export function isMonthOf(label: string, board: StatusBoard): boolean {
  const commitment = commitmentOf(board);
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(label)) {
    return false;
  }
  const { start, end } = cycleOf(label, commitment);
  return start <= board.at && end > firstInstant(board);
}

/** `label` is a month of the board. */
export function historyPage(board: StatusBoard, label: string, context: PageContext): HistoryPage {
  const { language, base } = context;
  const commitment = commitmentOf(board);
  const cycle = cycleOf(label, commitment);
  const services = new Map(board.services.map((service) => [service.slug, service]));
  const month = cycleName(cycle, commitment, context);
  const touches = (start: number, end: number): boolean => start < cycle.end && end > cycle.start;
  const link = (other: typeof cycle, word: "history.earlier" | "history.later") => ({
    address: `${base}/history/${other.label}`,
    text: language.say(word, { month: cycleName(other, commitment, context) }),
  });
  const later = nextCycle(cycle, commitment);
  return {
    title: language.say("history.title", { month }),
    month,
    incidents: board.incidents
      .filter(({ startedAt, resolvedAt }) => touches(startedAt, resolvedAt ?? context.now))
      .map((incident) => incidentStory(incident, services, context)),
    windows: board.windows
      .filter(({ state }) => state !== "cancelled")
      .filter((window) =>
        touches(window.actualStart ?? window.plannedStart, window.actualEnd ?? window.plannedEnd),
      )
      .map((window) => maintenanceStory(window, services, context))
      .reverse(),
    corrections: board.services
      .flatMap(({ title, slug, corrections = [] }) =>
        corrections
          .filter(({ start, end }) => touches(start, end))
          .map((correction) => ({ ...correction, title, slug })),
      )
      .sort((a, b) => a.start - b.start)
      .map(({ id, title, slug, start, end, state, reason }) => ({
        ...{ reference: id, service: title, address: `${base}/services/${slug}#corrections` },
        lasting: lastingMarkup(start, end, context),
        ...{ stateWord: language.say(`reading.${state}`), reason },
      })),
    rows: board.services.flatMap((service) => {
      const figure = monthFigures(service, commitment, context).find((one) => one.label === label);
      return figure === undefined
        ? []
        : [{ title: service.title, address: `${base}/services/${service.slug}`, month: figure }];
    }),
    earlier:
      cycle.start > firstInstant(board) ? link(previousCycle(cycle, commitment), "history.earlier") : null,
    later:
      later.start <= cycleContaining(context.now, commitment).start ? link(later, "history.later") : null,
  };
}

/** The earliest instant of which the board tells anything. */
function firstInstant(board: StatusBoard): number {
  return Math.min(
    board.at,
    board.saidSince ?? Infinity,
    ...board.services.map(({ observedFrom }) => observedFrom ?? Infinity),
    ...board.incidents.map(({ startedAt }) => startedAt),
    ...board.windows.map(({ plannedStart }) => plannedStart),
  );
}
