/**
 * The public page for machines, at addresses beside it: the Statuspage-compatible API, feeds, the calendar of maintenance, badges. Like
 * pages they are finished answers made from the board, once a change; unlike pages they may be read from anywhere.
 */
import { readFileSync } from "node:fs";
import { commitmentFrom } from "../../domain/sla/measure/commitment.ts";
import { monthlyUptime } from "../../domain/sla/measure/monthly-uptime.ts";
import { rollingUptime } from "../../domain/sla/measure/rolling-uptime.ts";
import type { MeasuredService } from "../../domain/status/service.ts";
import { worstState } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { badgeSvg } from "../badge.ts";
import { type FeedFormat, feedFormats, feedOf } from "../feeds.ts";
import { formatPercent } from "../format.ts";
import type { WordKey } from "../language.ts";
import { calendarType, maintenanceCalendar } from "../maintenance-calendar.ts";
import { statuspageAnswer, statuspagePaths } from "../statuspage-v2/answers.ts";
import { commitmentOf, conditionsOf } from "./conditions.ts";
import { pagePercent } from "./month-figure.ts";
import type { PageContext } from "./markup.ts";
import { sitemapOf } from "./sitemap.ts";
import { widgetWords } from "./widget.ts";

/** A finished answer for machines. */
export interface Face {
  type: string;
  /** `address`: of the page, without a slash at the end. */
  print(board: StatusBoard, address: string, context: PageContext): string;
}

/** Served under a name that never changes, for it stands in pages of others. */
const widgetScript = readFileSync(new URL("../../../views/assets/widget.js", import.meta.url), "utf8");

const svgType = "image/svg+xml; charset=utf-8";
const badgePeriods = { "30d": 30, "90d": 90, "365d": 365 } as const;

/** Whether a path could be one of a machine face, with or without a language before it. */
export function isFacePath(path: string): boolean {
  return /\.(json|atom|rss|ics|svg)$/.test(path);
}

/** What machines find at a path; undefined: nothing. */
export function faceAt(path: string, board: StatusBoard): Face | undefined {
  if (statuspagePaths.includes(path)) {
    return {
      type: "application/json; charset=utf-8",
      print: (now, address, context) => statuspageAnswer(path, now, `${address}${context.base}`, context.now),
    };
  }
  if (path === "/maintenance.ics") {
    return { type: calendarType, print: (...given) => maintenanceCalendar(null, ...given) };
  }
  const [, reference] = /^\/maintenance\/([\w-]{1,100})\.ics$/.exec(path) ?? [];
  if (reference !== undefined) {
    return board.windows.some((window) => window.reference === reference)
      ? { type: calendarType, print: (...given) => maintenanceCalendar({ reference }, ...given) }
      : undefined;
  }
  if (path === "/sitemap.xml") {
    return {
      type: "application/xml; charset=utf-8",
      print: (now, address) =>
        sitemapOf(now, address, (one) => faceAt(one, now) === undefined && !one.includes(".")),
    };
  }
  if (path === "/widget.js") {
    return { type: "text/javascript; charset=utf-8", print: () => widgetScript };
  }
  const [, place, name = ""] = /^(\/services\/[\w-]{1,100})?\/([\w.]+)$/.exec(path) ?? [];
  const slug = place === undefined ? null : place.slice("/services/".length);
  if (slug !== null && !board.services.some((service) => service.slug === slug)) {
    return undefined;
  }
  const [, extension] = /^(?:feed|history)\.(\w+)$/.exec(name) ?? [];
  if (extension !== undefined && extension in feedFormats) {
    const format = extension as FeedFormat;
    return { type: feedFormats[format], print: (...given) => feedOf(format, slug, ...given) };
  }
  if (name === "widget.json") {
    return {
      type: "application/json; charset=utf-8",
      print: (...given) => JSON.stringify(widgetWords(slug, ...given)),
    };
  }
  if (slug !== null && name === "maintenance.ics") {
    return { type: calendarType, print: (...given) => maintenanceCalendar({ serviceSlug: slug }, ...given) };
  }
  return badgeAt(path, board);
}

/** `/badge/status.svg`, `/badge/<service>/status.svg`, `/badge/<service>/uptime-month.svg` or `-30d`, `-90d`, `-365d`. */
function badgeAt(path: string, board: StatusBoard): Face | undefined {
  const [, slug, what = ""] =
    /^\/badge\/(?:([\w-]{1,100})\/)?(status|uptime-(?:month|30d|90d|365d))\.svg$/.exec(path) ?? [];
  const known = slug === undefined || board.services.some((service) => service.slug === slug);
  if (what === "" || !known || (slug === undefined && what !== "status")) {
    return undefined;
  }
  return {
    type: svgType,
    print(now, _address, context) {
      const service = now.services.find((one) => one.slug === slug);
      return badgeSvg(
        what === "status"
          ? statusBadge(now, service, context)
          : uptimeBadge(now, service!, what.slice("uptime-".length), context),
      );
    },
  };
}

function statusBadge(board: StatusBoard, service: MeasuredService | undefined, context: PageContext) {
  const conditions = conditionsOf(board, context.now);
  const state =
    service === undefined
      ? worstState([...conditions.values()].map((condition) => condition.state))
      : conditions.get(service.slug)!.state;
  return {
    label: service?.title ?? board.settings.name,
    text: context.language.say(`state.${state}` as WordKey),
    state,
  };
}

function uptimeBadge(board: StatusBoard, service: MeasuredService, period: string, context: PageContext) {
  const { language, now } = context;
  const commitment = commitmentOf(board);
  const percent =
    period === "month"
      ? monthlyUptime(service, commitment, now).at(-1)!.percent
      : rollingUptime(
          service,
          badgePeriods[period as keyof typeof badgePeriods],
          withoutTarget(commitment),
          now,
        );
  return {
    label: language.say(period === "month" ? "badge.month" : "badge.days", {
      service: service.title,
      n: badgePeriods[period as keyof typeof badgePeriods] ?? 1,
    }),
    text: percent === null ? language.say("badge.noData") : formatPercent(pagePercent(percent), language),
    // What was not measured has no colour of what is well.
    state: percent === null ? ("unknown" as const) : null,
  };
}

/** A period that moves along is judged by no promise. */
function withoutTarget(commitment: ReturnType<typeof commitmentFrom>) {
  return { ...commitment, target: null };
}
