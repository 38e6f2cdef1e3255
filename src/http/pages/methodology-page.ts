/**
 * How the figures are made, in words, with the settings that are in force: the page a customer's lawyer reads.
 */
import { allowedDownMs } from "../../domain/sla/figures/ratio.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { formatDuration, formatPercent } from "../format.ts";
import type { WordKey } from "../language.ts";
import { commitmentOf } from "./conditions.ts";
import type { PageContext } from "./markup.ts";

export interface MethodologyPage {
  title: string;
  lead: string;
  sections: { title: string; text: string }[];
  checks: { service: string; address: string; check: string; kind: string; every: string; counts: boolean }[];
}

const thirtyDaysMs = 30 * 86_400_000;

export function methodologyPage(board: StatusBoard, context: PageContext): MethodologyPage {
  const { language, base, timeZone } = context;
  const { say } = language;
  const { target, anchorDay } = commitmentOf(board);
  const intervals = board.services.flatMap(({ checks }) => checks.map(({ intervalMs }) => intervalMs));
  const section = (title: WordKey, text: string): { title: string; text: string } => ({
    title: say(title),
    text,
  });
  return {
    title: say("method.title"),
    lead: say("method.lead"),
    sections: [
      section(
        "method.measure",
        intervals.length === 0
          ? say("method.measureNone")
          : say("method.measureText", {
              shortest: formatDuration(Math.min(...intervals), language),
              longest: formatDuration(Math.max(...intervals), language),
            }),
      ),
      section("method.outages", say("method.outagesText")),
      section("method.unknown", say("method.unknownText")),
      section("method.month", say("method.monthText", { zone: timeZone, day: anchorDay })),
      section("method.shown", say("method.shownText")),
      section(
        "method.commitment",
        target === null
          ? say("method.commitmentNone")
          : say("method.commitmentText", {
              target: formatPercent(target.percent, language),
              allowed: formatDuration(allowedDownMs(thirtyDaysMs, target), language),
            }),
      ),
      section("method.maintenance", say("method.maintenanceText")),
    ],
    checks: board.services.flatMap((service) =>
      service.checks.map((check) => ({
        service: service.title,
        address: `${base}/services/${service.slug}`,
        check: check.slug,
        kind: check.kind,
        every: say("service.every", { time: formatDuration(check.intervalMs, language) }),
        counts: check.counts,
      })),
    ),
  };
}
