/**
 * Every address of the public page that goes into its copy: what is not named here needs the server. One line an address or a family of
 * them; whoever adds a public page, a feed or a file names it here once, and export, edge and the tests of both follow.
 */
import type { Incident } from "../../domain/status/incident.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { cycleContaining, previousCycle } from "../../domain/time/billing-cycle.ts";
import { problemKinds } from "../problem.ts";
import { statuspagePaths } from "../statuspage-v2/answers.ts";
import { commitmentOf } from "./conditions.ts";
import { touchIconPath } from "./files.ts";
import { isMonthOf } from "./history-page.ts";
import { pictureOf } from "./preview.ts";

export interface CopiedAddress {
  /** Without base and language, as the server answers it: "/services/beacon". */
  path: string;
  /** Whether every language has its own; else there is one for all, at the root. */
  isWorded: boolean;
}

/** Those of a board, in an order in which the first page is the first. */
export function copiedAddresses(board: StatusBoard): CopiedAddress[] {
  const services = board.services.map(({ slug }) => `/services/${slug}`);
  const worded = [
    "/",
    ...services,
    "/history",
    ...monthsOf(board).map((month) => `/history/${month}`),
    ...board.incidents.flatMap(referencesOf).map((reference) => `/incidents/${reference}`),
    ...board.windows.flatMap(({ reference }) => [
      `/maintenance/${reference}`,
      `/maintenance/${reference}.ics`,
    ]),
    "/methodology",
    "/developers",
    "/embed",
    // That of the whole page stands for those of its parts (shell.ts): they would be more than everything else together.
    pictureOf("/"),
    ...["/problems", ...Object.keys(problemKinds).map((kind) => `/problems/${kind}`)],
    ...feeds.map((feed) => `/${feed}`),
    ...["/history.atom", "/history.rss", "/maintenance.ics", "/badge/status.svg", "/widget.json"],
    ...services.flatMap((service) =>
      [...feeds, "maintenance.ics", "widget.json"].map((name) => `${service}/${name}`),
    ),
    ...board.services.flatMap(({ slug }) => badges.map((badge) => `/badge/${slug}/${badge}`)),
  ];
  const once = [
    touchIconPath,
    ...["/robots.txt", "/favicon.svg", "/sitemap.xml", "/manifest.webmanifest", "/widget.js"],
    ...(board.settings.security === undefined ? [] : ["/.well-known/security.txt"]),
    ...statuspagePaths,
  ];
  return [
    ...worded.map((path) => ({ path, isWorded: true })),
    ...once.map((path) => ({ path, isWorded: false })),
  ];
}

const feeds = ["feed.atom", "feed.rss", "feed.json"];
const badges = ["status", "uptime-month", "uptime-30d", "uptime-90d", "uptime-365d"].map(
  (what) => `${what}.svg`,
);

/** Its own, and those of incidents that became part of it: links to them are still about. */
function referencesOf({ reference, parts }: Incident): string[] {
  return [reference, ...parts.map((part) => part.reference)];
}

/** Every month that has a page, newest first. */
function monthsOf(board: StatusBoard): string[] {
  const rule = commitmentOf(board);
  const months: string[] = [];
  for (let cycle = cycleContaining(board.at, rule); isMonthOf(cycle.label, board);) {
    months.push(cycle.label);
    cycle = previousCycle(cycle, rule);
  }
  return months;
}
