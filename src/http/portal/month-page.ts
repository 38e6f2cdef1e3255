/**
 * A month of a customer's contract: its report read as a subtraction, with its documents. A month that still runs is shown as a preview,
 * one that was not reported yet not at all. Who recorded and approved what stands in the documents, not on the page.
 */
import type { Hono } from "hono";
import { toldCredit } from "../../documents/told-credit.ts";
import { toldExclusions } from "../../documents/tables.ts";
import { toldFigures } from "../../documents/told-figures.ts";
import { toldOutcome, toldRange, toldSteps } from "../../documents/told-subtraction.ts";
import type { ReportLanguage } from "../../documents/report-language.ts";
import { NotFound } from "../../domain/errors.ts";
import { clausesOf, type PartReport } from "../../domain/sla/report/report-part.ts";
import type { Report } from "../../domain/sla/report/report.ts";
import { getReport } from "../../store/reports.ts";
import { portalDocuments, revisionOf } from "./documents.ts";
import { monthName, runningReport } from "./months.ts";
import { nothingHere, type OwnContract, ownContract } from "./own.ts";
import { portalContext, type PortalContext, type PortalDeps, type PortalEnv } from "./room.ts";
import { answerPortal, portalAddress } from "./shell.ts";

/** Adds the page of a month. */
export function addMonthPage(app: Hono<PortalEnv>, deps: PortalDeps): void {
  app.get("/contracts/:slug/:month{[0-9]{4}-[0-9]{2}}", async (c) => {
    const one = ownContract(c.get("own"), c.req.param("slug"));
    const label = c.req.param("month");
    const context = portalContext(c, deps);
    const { report, sha256 } = await findReport(one, label, revisionOf(c.req.query("revision")), deps);
    const model = { report: toldMonth(report, sha256, one, context) };
    return answerPortal(
      c,
      {
        template: "month",
        model,
        title: `${monthName(label, context)}, ${one.contract.particulars.title}`,
        path: `/contracts/${one.slug}/${label}`,
      },
      context,
      deps,
    );
  });
}

/** What was issued; of a month that runs, its draft. */
async function findReport(
  one: OwnContract,
  label: string,
  revision: number | undefined,
  deps: PortalDeps,
): Promise<{ report: Report; sha256: string | null }> {
  try {
    const { json, sha256 } = await getReport(deps.db, one.slug, label, revision);
    return { report: JSON.parse(json) as Report, sha256 };
  } catch (error) {
    if (!(error instanceof NotFound)) {
      throw error;
    }
  }
  const draft = revision === undefined ? await runningReport(one, label, deps) : null;
  if (draft === null) {
    throw nothingHere();
  }
  return { report: draft, sha256: null };
}

function toldMonth(report: Report, sha256: string | null, { slug }: OwnContract, context: PortalContext) {
  const { words, language } = context;
  const { cycle, result, revision, revisions } = report;
  const zone = cycle.time_zone;
  const address = portalAddress(slug, cycle.label);
  const isPreview = sha256 === null;
  const targets = new Set(report.parts.map((part) => clausesOf(part).targetPercent));
  const [target] = targets;
  return {
    isPreview,
    state: isPreview
      ? language.say("portal.month.preview", { at: words.minute(report.as_of ?? cycle.end, zone) })
      : `${words.say("revision", { n: revision })}, ${words.say("issued", { at: words.date(revisions.at(-1)!.issued_at, zone) })}`,
    bounds: `${words.say("cycle.bounds", {
      from: words.minute(cycle.start, zone),
      to: words.minute(cycle.end, zone),
    })} · ${words.say("timeZone", { zone: zone.replaceAll("_", " ") })}`,
    percent: words.shortPercent(result.percent),
    exactly: result.percent === null ? "" : words.say("exactly", { percent: words.percent(result.percent) }),
    verdict: result.verdict,
    verdictWord: words.say(`verdict.${result.verdict}`),
    target:
      targets.size === 1 && target != null ? words.say("promised", { percent: words.percent(target) }) : "",
    doubts: [
      ...(result.sensitive_to_unknown ? [words.say("sensitive")] : []),
      ...(result.edges_decide ? [words.say("edgesDecide")] : []),
    ],
    figures: toldFigures(report, words),
    parts: report.parts.map((part) => toldPart(part, report, words)),
    outages: toldOutages(report, words),
    exclusions: toldExclusions(report, words).map(({ kind, what, start, end, verdict, excludedMs }) => ({
      what: `${kind}: ${what}`,
      from: words.shortMoment(start, zone),
      to: words.shortMoment(end, zone),
      verdict,
      excluded: excludedMs === null ? words.say("nothing") : words.duration(excludedMs),
    })),
    corrections: toldCorrections(report, words),
    revisions: revisions.map((one) => ({
      name: words.say("revision", { n: one.revision }),
      address: `${address}?revision=${one.revision}`,
      isHere: one.revision === revision,
      at: words.date(one.issued_at, zone),
      reason: one.reason === "" ? words.say("revisions.first") : one.reason,
      percent: words.percent(one.percent),
    })),
    documents: isPreview
      ? []
      : portalDocuments.map((name) => ({
          name: language.say(
            `portal.document.${name.split(".")[1] as "pdf" | "xlsx" | "csv" | "json" | "zip"}`,
          ),
          address: `${address}/${name}?revision=${revision}`,
        })),
    sha256,
    contractAddress: portalAddress(slug),
  };
}

function toldPart(part: PartReport, { parts }: Report, words: ReportLanguage) {
  return {
    name: parts.length > 1 ? words.say("part", { n: part.version }) : "",
    eligible: toldSteps(part.subtraction.eligible, words),
    downtime: toldSteps(part.subtraction.downtime, words),
    outcome: toldOutcome(part, words),
    bounds: toldRange(part.bounds, words),
    edges: toldRange(part.edges, words),
    coverage: words.percent(part.coverage_percent),
    credit: part.credit === null ? null : toldCredit(part.credit, part.verdict, words),
  };
}

function toldOutages({ services, cycle }: Report, words: ReportLanguage) {
  return services.flatMap(({ title, outages }) =>
    outages.map((outage) => ({
      service: title,
      from: words.shortMoment(outage.start, cycle.time_zone),
      to: outage.end === null ? words.say("lasting") : words.shortMoment(outage.end, cycle.time_zone),
      observed: words.duration(outage.observed_ms),
      range: words.say("range", {
        low: words.duration(outage.lower_ms),
        high: words.duration(outage.upper_ms),
      }),
      counted: words.duration(outage.counted_ms),
    })),
  );
}

/** A correction as it stands in a report. */
interface Recorded {
  service: string;
  start: string;
  end: string;
  state: string;
  reason: string;
}

function toldCorrections({ corrections, services, cycle }: Report, words: ReportLanguage) {
  return (corrections as unknown as Recorded[]).map(({ service, start, end, state, reason }) => ({
    service: services.find(({ slug }) => slug === service)?.title ?? service,
    from: words.shortMoment(start, cycle.time_zone),
    to: words.shortMoment(end, cycle.time_zone),
    state: words.name("state", state),
    reason,
  }));
}
