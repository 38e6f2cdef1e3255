/** Which page an address names: path in, and out how it is printed (print-page.ts). What is not on the board has no page. */
import type { ResponseTime, StatusBoard } from "../../domain/status/status-board.ts";
import { isMonthOf } from "./history-page.ts";
import type { PageContext } from "./markup.ts";
import {
  printDevelopers,
  printEmbed,
  printHistory,
  printIncident,
  printMaintenance,
  printMethodology,
  printProblemKind,
  printService,
  printStatus,
  type ShownFigures,
} from "./print-page.ts";
import type { Printed } from "./printed.ts";
import { problemKindPage } from "./problem-kind-page.ts";
import type { Site } from "./site.ts";
import { type Span, spanAt } from "./spans.ts";

export interface Page {
  /** The one address of the page, without language. */
  path: string;
  /** The service whose response times it shows. */
  serviceSlug: string | null;
  /** The first page, which shows readers figures of their own; absent: it is another. */
  isFirst?: true;
  /** Path of the page that stands for it now; absent: itself. */
  leadsTo?: string;
  print(
    board: StatusBoard,
    site: Site,
    context: PageContext,
    times: readonly ResponseTime[],
    own?: ShownFigures | null,
  ): Printed;
}

/** The page at a path, on this board. */
export function pageAt(path: string, board: StatusBoard): Page | undefined {
  const span = path === "/" ? null : spanAt(path);
  if (span !== undefined) {
    return {
      ...{ path, serviceSlug: null, isFirst: true },
      print: (board, site, context, _, own) => printStatus(span, board, site, context, own),
    };
  }
  if (path === "/methodology") {
    return { path, serviceSlug: null, print: printMethodology };
  }
  if (path === "/developers") {
    return { path, serviceSlug: null, print: printDevelopers };
  }
  if (path === "/embed") {
    return { path, serviceSlug: null, print: printEmbed };
  }
  if (path === "/history") {
    return {
      path,
      serviceSlug: null,
      print: (board, site, context) => printHistory(null, board, site, context),
    };
  }
  if (path === "/problems" || path.startsWith("/problems/")) {
    const page = problemKindPage(path === "/problems" ? null : path.slice("/problems/".length));
    return page === undefined
      ? undefined
      : {
          path,
          serviceSlug: null,
          print: (board, site, context) => printProblemKind(page, path, board, site, context),
        };
  }
  const [, service = "", part = ""] = /^\/services\/([\w-]{1,100})(\/days\/\d+)?$/.exec(path) ?? [];
  if (service !== "") {
    return servicePageAt(service, spanAt(part), path, board);
  }
  const [, kind, name = ""] = /^\/(incidents|maintenance|history)\/([\w-]{1,100})$/.exec(path) ?? [];
  switch (kind) {
    case "incidents":
      return incidentPage(name, board);
    case "maintenance":
      return board.windows.some(({ reference }) => reference === name)
        ? {
            path,
            serviceSlug: null,
            print: (board, site, context) => printMaintenance(name, board, site, context),
          }
        : undefined;
    case "history":
      return isMonthOf(name, board)
        ? {
            path,
            serviceSlug: null,
            print: (board, site, context) => printHistory(name, board, site, context),
          }
        : undefined;
    default:
      return undefined;
  }
}

function servicePageAt(
  name: string,
  span: Span | undefined,
  path: string,
  { services }: StatusBoard,
): Page | undefined {
  return span === undefined || !services.some(({ slug }) => slug === name)
    ? undefined
    : {
        ...{ path, serviceSlug: name },
        print: (board, site, context, times) => printService(name, span, board, site, context, times),
      };
}

/** An incident that became part of another one leads there. */
function incidentPage(name: string, board: StatusBoard): Page | undefined {
  const incident = board.incidents.find(
    ({ reference, parts }) => reference === name || parts.some((part) => part.reference === name),
  );
  if (incident === undefined) {
    return undefined;
  }
  const { reference } = incident;
  return {
    path: `/incidents/${name}`,
    serviceSlug: null,
    ...(reference === name ? {} : { leadsTo: `/incidents/${reference}` }),
    print: (board, site, context) => printIncident(reference, board, site, context),
  };
}
