/**
 * The page of one outage: where its edges lie and how its three lengths come about, the samples around both edges as they were delivered, each
 * with the batch that vouches for it, and what people laid over that time.
 */
import { type Outage, type OutageFigure, outageInterval } from "../../domain/monitoring/outage.ts";
import { NotFound } from "../../domain/errors.ts";
import { proposalState, type ProposalState } from "../../domain/sla/close/proposal.ts";
import type { Instant, Interval } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { type DeliveredSample, listDeliveredSamples } from "../../store/delivered-samples.ts";
import { listIncidentsSince } from "../../store/incidents.ts";
import { listWindowsSince } from "../../store/maintenance-windows.ts";
import { findOutage } from "../../store/outages.ts";
import { listCorrections } from "../../store/proposals.ts";
import { listFirstReadings } from "../../store/readings.ts";
import { listWatchedChecks } from "../../store/watched-checks.ts";
import { formatResponseTime } from "../format.ts";
import type { ReportWord } from "../../documents/report-language.ts";
import type { ConsoleWordKey } from "../language.ts";
import type { ConsoleDeps } from "./deps.ts";
import { reportWords } from "./report-words.ts";
import type { ConsoleContext } from "./room.ts";

export interface SampleLine {
  at: string;
  location: string;
  outcome: DeliveredSample["outcome"];
  outcomeWord: string;
  /** Why, and what was seen; "": it went well. */
  reason: string;
  took: string;
  probe: string;
  sequence: string;
  digest: string;
  /** What this sample is to the outage; "": nothing more. */
  edge: string;
}

export interface OutagePage {
  service: { title: string; address: string };
  check: string;
  day: string;
  lasts: boolean;
  edges: { name: string; at: string }[];
  lengths: { name: string; how: string; length: string }[];
  /** How far clocks were off; "": they were right. */
  clocks: string;
  rules: string;
  /** Around the first edge and, where they lie apart, around the last. */
  samples: { title: string; rows: SampleLine[] }[];
  over: { kind: string; title: string; address: string | null; when: string; people: string }[];
  words(word: ReportWord): string;
}

const outcomeWords = {
  ok: "console.outage.ok",
  slow: "console.outage.slow",
  fail: "console.outage.fail",
  probe_error: "console.outage.probeError",
} as const satisfies Record<DeliveredSample["outcome"], ConsoleWordKey>;

const proposalWords = {
  proposed: "console.outage.proposed",
  approved: "console.outage.approved",
  rejected: "console.outage.rejected",
  revoked: "console.outage.revoked",
} as const satisfies Record<ProposalState, ConsoleWordKey>;

/** Rounds that are shown beyond each edge. */
const roundsAround = 3;
const dayMs = 86_400_000;

/**
 * @throws NotFound outage_not_found
 */
export async function outagePage(
  wanted: { service: string; check: string; start: Instant },
  { db }: Pick<ConsoleDeps, "db">,
  context: ConsoleContext,
): Promise<OutagePage> {
  const outage = await findOutage(db, wanted);
  if (outage === undefined) {
    throw new NotFound(
      "outage_not_found",
      `No outage of ${wanted.service} began then, or what was measured has been derived anew since.`,
    );
  }
  const { checkId } = outage;
  const [check] = await listWatchedChecks(db, [checkId]);
  const rules =
    check!.revisions.findLast(({ effectiveAt }) => effectiveAt <= outage.start) ?? check!.revisions[0]!;
  const observedFrom = (await listFirstReadings(db, [checkId])).get(checkId) ?? outage.start;
  const words = reportWords(context);
  const at = (instant: Instant | null) => words.shortMoment(isoInstant(instant), context.timeZone);
  const watched = { start: observedFrom, end: Math.max(context.now, outage.end ?? 0) };
  const { intervalMs, confirmDown, confirmUp } = rules.definition;
  const { say } = context.language;
  return {
    service: { title: outage.serviceTitle, address: `/services/${encodeURIComponent(wanted.service)}` },
    check: wanted.check,
    day: words.date(isoInstant(outage.start), context.timeZone),
    lasts: outage.end === null,
    edges: [
      { name: say("console.outage.lastOk"), at: at(outage.lastOkBeforeAt) },
      { name: say("console.outage.firstFail"), at: at(outage.start) },
      { name: say("console.outage.lastFail"), at: at(outage.lastFailAt) },
      { name: say("console.outage.firstOk"), at: at(outage.firstOkAfterAt) },
    ],
    lengths: lengthsOf(outage, watched, at, context),
    clocks:
      outage.uncertaintyMs === undefined
        ? ""
        : say("console.outage.clocks", { by: words.duration(outage.uncertaintyMs) }),
    rules: say("console.outage.rules", {
      every: words.duration(intervalMs),
      down: String(confirmDown),
      up: String(confirmUp),
    }),
    samples: await samplesAround(db, outage, checkId, intervalMs, context),
    over: await laidOver(db, wanted.service, outage, context),
    words: (word) => words.say(word),
  };
}

const figures = [
  ["lower", "figure.lower"],
  ["observed", "figure.observed"],
  ["upper", "figure.upper"],
] as const satisfies readonly (readonly [OutageFigure, ReportWord])[];

function lengthsOf(
  outage: Outage,
  watched: Interval,
  at: (instant: Instant) => string,
  context: ConsoleContext,
): OutagePage["lengths"] {
  const words = reportWords(context);
  return figures.map(([figure, how]) => {
    const { start, end } = outageInterval(outage, figure, watched);
    const bounds = words.say("cycle.bounds", { from: at(start), to: at(end) });
    return {
      name: words.say(figure),
      how: `${words.say(how)}: ${bounds}`,
      length: words.duration(Math.max(0, end - start)),
    };
  });
}

async function samplesAround(
  db: ConsoleDeps["db"],
  outage: Outage,
  checkId: number,
  intervalMs: number,
  context: ConsoleContext,
): Promise<OutagePage["samples"]> {
  const around = roundsAround * intervalMs;
  const { start, lastFailAt, lastOkBeforeAt, firstOkAfterAt } = outage;
  const first = { start: (lastOkBeforeAt ?? start) - around, end: start + around + 1 };
  const last = { start: lastFailAt - around, end: (firstOkAfterAt ?? lastFailAt) + around + 1 };
  const isApart = last.start >= first.end;
  const stretches = isApart ? [first, last] : [{ start: first.start, end: last.end }];
  const samples = await listDeliveredSamples(db, checkId, stretches);
  const { say } = context.language;
  const titles = isApart
    ? [say("console.outage.aroundStart"), say("console.outage.aroundEnd")]
    : [say("console.outage.around")];
  return stretches.map((stretch, i) => ({
    title: titles[i]!,
    rows: samples
      .filter(({ at }) => at >= stretch.start && at < stretch.end)
      .map((sample) => sampleLine(sample, outage, context)),
  }));
}

function sampleLine(sample: DeliveredSample, outage: Outage, context: ConsoleContext): SampleLine {
  const { language, timeZone } = context;
  const { at, location, outcome, reason, detail, totalMs, probe, sequence, digest } = sample;
  return {
    at: reportWords(context).shortMoment(isoInstant(at), timeZone),
    ...{ location, outcome, probe, digest },
    outcomeWord: language.say(outcomeWords[outcome]),
    reason: [reason?.replaceAll("_", " "), detail].filter((one) => one !== undefined).join(": "),
    took: totalMs === null ? "" : formatResponseTime(totalMs, language),
    sequence: String(sequence),
    edge: edgeOf(at, outage, context),
  };
}

/** Rounds stand at the instant of their first sample. */
function edgeOf(at: Instant, outage: Outage, { language }: ConsoleContext): string {
  switch (at) {
    case outage.lastOkBeforeAt:
      return language.say("console.outage.lastOk");
    case outage.start:
      return language.say("console.outage.firstFail");
    case outage.lastFailAt:
      return language.say("console.outage.lastFail");
    case outage.firstOkAfterAt:
      return language.say("console.outage.firstOk");
    default:
      return "";
  }
}

/** Corrections, incidents and maintenance of the service that share time with the outage. */
async function laidOver(
  db: ConsoleDeps["db"],
  service: string,
  { start, end: ended }: Outage,
  context: ConsoleContext,
): Promise<OutagePage["over"]> {
  const end = ended ?? context.now;
  const words = reportWords(context);
  const { say } = context.language;
  const when = (from: Instant, to: Instant | null) =>
    words.say("cycle.bounds", {
      from: words.shortMoment(isoInstant(from), context.timeZone),
      to: to === null ? words.say("lasting") : words.shortMoment(isoInstant(to), context.timeZone),
    });
  const corrections = await listCorrections(db, { service, touching: { start, end } });
  const incidents = (await listIncidentsSince(db, start - dayMs)).filter(({ impacts }) =>
    impacts.some((one) => one.serviceSlug === service && one.start < end && (one.end ?? Infinity) > start),
  );
  const windows = (await listWindowsSince(db, start - dayMs)).filter(
    ({ serviceSlugs, state, plannedStart, plannedEnd }) =>
      state !== "cancelled" && serviceSlugs.includes(service) && plannedStart < end && plannedEnd > start,
  );
  return [
    ...corrections.map((one) => ({
      kind: `${words.say("difference.correction")}, ${say(proposalWords[proposalState(one)])}`,
      title: `${words.name("state", one.state)}: ${one.reason}`,
      address: null,
      when: when(one.start, one.end),
      people: [one.author, ...one.steps.map(({ author }) => author)].join(", "),
    })),
    ...incidents.map(({ reference, title, startedAt, resolvedAt, updates }) => ({
      kind: words.say("incident"),
      title,
      address: `/incidents/${encodeURIComponent(reference)}`,
      when: when(startedAt, resolvedAt),
      people: updates[0]!.author,
    })),
    ...windows.map(({ reference, title, plannedStart, plannedEnd, author }) => ({
      kind: words.say("kind.maintenance"),
      title,
      address: `/maintenance/${encodeURIComponent(reference)}`,
      when: when(plannedStart, plannedEnd),
      people: author,
    })),
  ];
}
