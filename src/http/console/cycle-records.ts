/**
 * What a cycle's figures rest on, as its page lists it: outages with their three lengths and a way down to their samples, exclusions with
 * their clause, corrections with their authors, what was told and decided, and the services one by one.
 */
import type { ReportLanguage } from "../../documents/report-language.ts";
import { toldExclusions } from "../../documents/tables.ts";
import type { Report } from "../../domain/sla/report/report.ts";

export interface OutageRow {
  service: string;
  check: string;
  start: string;
  end: string;
  /** Of the page of its samples. */
  address: string;
  lower: string;
  observed: string;
  upper: string;
  excluded: string;
  counted: string;
}

export interface ExclusionRow {
  what: string;
  people: string;
  start: string;
  end: string;
  announced: string;
  verdict: string;
  excluded: string;
}

/** Something that a person recorded: of what, from when until when, what it says, who. */
export interface RecordedRow {
  about: string;
  start: string;
  end: string;
  words: string;
  people: string;
}

export interface ServiceTimes {
  title: string;
  /** In the order of the columns. */
  times: string[];
  coverage: string;
  locations: string[];
}

export interface CycleRecords {
  outages: OutageRow[];
  exclusions: ExclusionRow[];
  corrections: RecordedRow[];
  incidents: (RecordedRow & { address: string })[];
  decisions: RecordedRow[];
  services: ServiceTimes[];
}

/** Something a person recorded, as it stands in a report. */
type Recorded = Partial<Record<string, string | string[] | null>>;

const timeColumns = ["up_ms", "degraded_ms", "down_ms", "unknown_ms", "excluded_ms"] as const;

/** @param base address of the console */
export function cycleRecords(report: Report, language: ReportLanguage, base: string): CycleRecords {
  const zone = report.cycle.time_zone;
  const titles = new Map(report.services.map(({ slug, title }) => [slug, title]));
  const titleOf = (slug: string) => titles.get(slug) ?? slug;
  const at = (one: Recorded, name: string) =>
    language.shortMoment((one[name] as string | null) ?? null, zone);
  const text = (one: Recorded, name: string) => (one[name] as string | null | undefined) ?? "";
  return {
    outages: outageRows(report, language, base),
    exclusions: toldExclusions(report, language).map((one) => ({
      what: `${one.kind}: ${one.what}`,
      people: one.people,
      start: language.shortMoment(one.start, zone),
      end: language.shortMoment(one.end, zone),
      announced:
        one.isWindow && one.announced === null
          ? language.say("announced.never")
          : language.shortMoment(one.announced, zone),
      verdict: one.verdict,
      excluded: language.duration(one.excludedMs ?? 0),
    })),
    corrections: (report.corrections as Recorded[]).map((one) => ({
      about: titleOf(text(one, "service")),
      start: at(one, "start"),
      end: at(one, "end"),
      words: `${language.name("state", text(one, "state"))}: ${text(one, "reason")}`,
      people: language.say("approvedBy", { author: text(one, "author"), approver: text(one, "approver") }),
    })),
    incidents: (report.incidents as Recorded[]).map((one) => ({
      about: ((one["services"] ?? []) as string[]).map(titleOf).join(", "),
      start: at(one, "started_at"),
      end: at(one, "resolved_at"),
      words: text(one, "title"),
      people: "",
      address: `/incidents/${encodeURIComponent(text(one, "id"))}`,
    })),
    decisions: (report.decisions as Recorded[]).map((one) => ({
      about: [language.name("decision", text(one, "kind")), titleOf(text(one, "about"))]
        .filter((part) => part !== "")
        .join(", "),
      start: "",
      end: "",
      words: text(one, "reason"),
      people: language.say("decision.by", {
        author: text(one, "author"),
        at: language.date(text(one, "at") || null, zone),
      }),
    })),
    services: report.services.map(({ title, times, coverage_percent, locations }) => ({
      title,
      times: timeColumns.map((name) => language.duration(times[name])),
      coverage: language.shortPercent(coverage_percent),
      locations: locations.map((one) => `${one.location} ${language.shortPercent(one.coverage_percent)}`),
    })),
  };
}

function outageRows({ services, cycle }: Report, language: ReportLanguage, base: string): OutageRow[] {
  const zone = cycle.time_zone;
  return services.flatMap(({ slug, title, outages }) =>
    outages.map((outage) => ({
      service: title,
      check: outage.check,
      start: language.shortMoment(outage.start, zone),
      end: outage.end === null ? language.say("lasting") : language.shortMoment(outage.end, zone),
      address: outageAddress(base, slug, outage.check, Date.parse(outage.start)),
      lower: language.duration(outage.lower_ms),
      observed: language.duration(outage.observed_ms),
      upper: language.duration(outage.upper_ms),
      excluded: outage.excluded_ms === 0 ? language.say("nothing") : language.duration(outage.excluded_ms),
      counted: language.duration(outage.counted_ms),
    })),
  );
}

/** Where an outage is told with its samples. */
export function outageAddress(base: string, service: string, check: string, start: number): string {
  return `${base}/services/${encodeURIComponent(service)}/outages/${encodeURIComponent(check)}/${start}`;
}
