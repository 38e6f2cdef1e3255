/**
 * The page of a cycle: what the month came to, then the subtraction that leads there, then everything it rests on; of the revision that is
 * chosen, or as it would be computed now where none was issued. Every figure is the report's.
 */
import { draftCycle } from "../../actions/draft-cycle.ts";
import { onlyContract, readGround } from "../../actions/read-ground.ts";
import type { ReportLanguage, ReportWord } from "../../documents/report-language.ts";
import { type ToldFigure, toldFigures } from "../../documents/told-figures.ts";
import { NotFound } from "../../domain/errors.ts";
import { contractLabels } from "../../domain/sla/promise/contract-cycle.ts";
import type { Report } from "../../domain/sla/report/report.ts";
import { clausesOf } from "../../domain/sla/report/report-part.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { getReport, type SealedReport } from "../../store/reports.ts";
import { formatInstant } from "../format.ts";
import { type CyclePart, cycleParts } from "./cycle-arithmetic.ts";
import { type CycleLife, cycleLife } from "./cycle-life.ts";
import { type CycleRecords, cycleRecords } from "./cycle-records.ts";
import type { ConsoleDeps } from "./deps.ts";
import { reportWords } from "./report-words.ts";
import type { ConsoleContext } from "./room.ts";

interface Neighbour {
  text: string;
  address: string;
}

export interface CyclePage {
  /** Of the cycle, whichever revision is shown. */
  address: string;
  contract: { title: string; address: string };
  customer: { name: string; address: string };
  month: string;
  bounds: string;
  zone: string;
  /** "Draft, as of …", "Revision 2, issued …". */
  edition: string;
  earlier: Neighbour | null;
  later: Neighbour | null;
  result: {
    verdict: string;
    verdictWord: string;
    percent: string;
    exactly: string;
    promised: string;
    figures: ToldFigure[];
    /** What the verdict hangs on. */
    doubts: string[];
  };
  life: CycleLife;
  parts: CyclePart[];
  records: CycleRecords;
  roots: { day: string; root: string; note: string }[];
  engine: string;
  /** Words of reports, for headings. */
  words(word: ReportWord): string;
}

/** Which cycle, and which revision of its report; null: the latest, or the draft. */
export interface WantedCycle {
  contract: string;
  label: string;
  revision: number | null;
}

/**
 * @throws NotFound contract_not_found, cycle_not_found, cycle_not_begun, report_not_found
 */
export async function cyclePage(
  { contract, label, revision }: WantedCycle,
  deps: ConsoleDeps,
  context: ConsoleContext,
): Promise<CyclePage> {
  const { db } = deps;
  const ground = await readGround(db, label, { contract });
  const of = onlyContract(ground);
  const draft = await draftCycle(db, ground, of, deps.office.engine, context.now);
  const last = of.reports.at(-1);
  if (revision !== null && last === undefined) {
    throw new NotFound("report_not_found", `There is no report of ${contract} for ${label}.`);
  }
  const latest = last === undefined ? null : await getReport(db, contract, label, last.revision);
  const shown =
    revision === null || revision === last?.revision
      ? latest
      : await getReport(db, contract, label, revision);
  const report = shown === null ? draft.report : (JSON.parse(shown.json) as Report);
  const words = reportWords(context);
  const address = `${context.base}/contracts/${encodeURIComponent(contract)}`;
  const { versions, particulars } = of.contract;
  const time = { versions, endsAt: particulars.endsAt };
  const labels = contractLabels(time, { start: versions[0]!.effectiveAt, end: context.now });
  const here = labels.indexOf(label);
  const neighbour = (one: string | undefined): Neighbour | null =>
    one === undefined ? null : { text: monthOf(one, context), address: `${address}/${one}` };
  return {
    contract: { title: report.contract.title, address },
    address: `${address}/${label}`,
    customer: {
      name: report.customer.name,
      address: `${context.base}/customers/${encodeURIComponent(report.customer.slug)}`,
    },
    month: monthOf(label, context),
    ...headOf(report, shown, words, context.now),
    earlier: neighbour(here > 0 ? labels[here - 1] : undefined),
    later: neighbour(here < 0 ? undefined : labels[here + 1]),
    result: resultOf(report, words),
    life: cycleLife(
      { address: `${address}/${label}`, draft, issued: of.reports, shown, latest },
      words,
      context,
    ),
    parts: cycleParts(report, words),
    records: cycleRecords(report, words, context.base),
    roots: report.evidence.roots.map(({ day, root, timestamped }) => ({
      day: words.date(`${day}T00:00:00.000Z`, "UTC"),
      root,
      note: timestamped ? words.say("evidence.timestamped") : "",
    })),
    engine: words.say("verify.engine", {
      version: report.engine.version,
      zones: report.engine.time_zones,
      holidays: report.engine.holidays,
      inputs: report.inputs_sha256,
    }),
    words: (word) => words.say(word),
  };
}

/** "June 2026" of "2026-06". */
export function monthOf(label: string, { language }: ConsoleContext): string {
  return formatInstant(Date.parse(`${label}-15T00:00:00Z`), "month", "UTC", language);
}

function headOf({ cycle }: Report, shown: SealedReport | null, words: ReportLanguage, now: Instant) {
  const zone = cycle.time_zone;
  return {
    bounds: words.say("cycle.bounds", {
      from: words.minute(cycle.start, zone),
      to: words.minute(cycle.end, zone),
    }),
    zone: words.say("timeZone", { zone: zone.replaceAll("_", " ") }),
    edition:
      shown === null
        ? `${words.say("draft")}, ${words.say("asOf", { at: words.minute(isoInstant(now), zone) })}`
        : `${words.say("revision", { n: shown.revision })}, ${words.say("issued", {
            at: words.minute(isoInstant(shown.issuedAt), zone),
          })}`,
  };
}

function resultOf(report: Report, words: ReportLanguage): CyclePage["result"] {
  const { result, parts } = report;
  const targets = new Set(parts.map((part) => clausesOf(part).targetPercent));
  const [target] = targets;
  const { verdict, percent } = result;
  return {
    verdict,
    verdictWord: words.say(`verdict.${verdict}`),
    percent: words.shortPercent(percent),
    exactly: percent === null ? "" : words.say("exactly", { percent: words.percent(percent) }),
    promised:
      targets.size === 1 && target != null ? words.say("promised", { percent: words.percent(target) }) : "",
    figures: toldFigures(report, words),
    doubts: [
      ...(result.sensitive_to_unknown ? [words.say("sensitive")] : []),
      ...(result.edges_decide ? [words.say("edgesDecide")] : []),
    ],
  };
}
