/**
 * Writes the evidence of one service over a time as a file (evidence/format.ts): what the page says, the roots of the days, and every
 * batch that the figures follow from, in chains without holes. Line by line, so that memory stays flat however much it is.
 */
import { createHash } from "node:crypto";
import { InvalidInput, NotFound } from "../domain/errors.ts";
import { type EvidenceCheck, evidenceCheckOf } from "../domain/monitoring/evidence-rules.ts";
import { parseRootText, startOfDay } from "../domain/monitoring/evidence-root.ts";
import { rulesOf } from "../domain/monitoring/check.ts";
import { commitmentFrom } from "../domain/sla/measure/commitment.ts";
import type { MeasuredService } from "../domain/status/service.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { isoDay } from "../domain/time/written-instant.ts";
import { type EvidenceHeader, evidenceFormat, evidenceVersion, printLine } from "../evidence/format.ts";
import { leadIn, leadOut } from "../evidence/lead.ts";
import { type Told, tellPeriod } from "../evidence/telling.ts";
import { type ChainHead, findChainHead } from "../store/batches.ts";
import type { Database } from "../store/database.ts";
import {
  type EvidenceProbe,
  findOldestKept,
  findStretch,
  isAllDerived,
  listProbesIn,
  streamChain,
  type Stretch,
} from "../store/evidence-chains.ts";
import { findRootDays, listRootsBetween, type StoredRoot } from "../store/evidence-roots.ts";
import { listProbeKeys } from "../store/probe-keys.ts";
import { listFirstReadings } from "../store/readings.ts";
import { listWatchedChecks } from "../store/watched-checks.ts";

export interface ExportRequest {
  serviceSlug: string;
  from: Instant;
  /** Left out: until now. */
  to?: Instant | undefined;
}

export interface ExportDeps {
  db: Database;
  board(): StatusBoard;
  sleep(ms: number): Promise<void>;
}

export interface EvidenceExport {
  /** A name for the file. */
  fileName: string;
  /** The text of the file, not compressed. */
  lines: AsyncGenerator<string>;
}

const longestMs = 50 * 366 * 86_400_000;
const hourMs = 3_600_000;

/**
 * Prepares an export; nothing of the evidence is read before its lines are.
 *
 * @throws NotFound service_not_found; InvalidInput evidence_period
 */
export async function exportEvidence(deps: ExportDeps, request: ExportRequest): Promise<EvidenceExport> {
  const { db } = deps;
  const checks = (await listWatchedChecks(db))
    .filter(({ serviceSlug }) => serviceSlug === request.serviceSlug)
    .map(evidenceCheckOf);
  const moment = await settledMoment(deps, request);
  const first = await listFirstReadings(
    db,
    checks.map(({ id }) => id),
  );
  const { board, service, period, told } = moment;
  const counting = checks.filter(({ revisions }) => revisions.at(-1)!.counts);
  const rules = counting.flatMap(({ revisions }) => revisions.map(rulesOf));
  const replay: Interval = {
    start: leadIn(service.outages, rules, period),
    end: period.end + leadOut(rules),
  };
  const roots = await coveringRoots(db, replay);
  const chains = await chainsToExport(db, checks, replay, roots, moment.heads);
  const header: EvidenceHeader = {
    type: "header",
    format: evidenceFormat,
    version: evidenceVersion,
    exportedAt: board.at,
    platform: {
      name: board.settings.name,
      address: board.settings.address,
      timeZone: board.settings.timeZone,
      anchorDay: board.settings.commitment.anchorDay,
      targetPercent: board.settings.commitment.targetPercent,
    },
    service: { slug: service.slug, title: service.title, archivedAt: service.archivedAt },
    checks: checks.map((check) => ({ ...check, observedFrom: first.get(check.id) ?? null })),
    period: { from: period.start, to: period.end },
    replay: { from: replay.start, to: replay.end },
  };
  return {
    fileName: `evidence-${service.slug}-${isoDay(period.start)}-to-${isoDay(period.end)}.jsonl.gz`,
    lines: sealed(linesOf(db, header, { at: board.at, ...told }, roots, chains)),
  };
}

/** What the page says at a moment, and where all chains stood then. */
interface Moment {
  board: StatusBoard;
  service: MeasuredService;
  period: Interval;
  told: Told;
  heads: Map<string, ChainHead>;
}

/** A moment at which all that is stored has been derived from: the page says the same before and after the chains were looked at. */
async function settledMoment(
  { db, board, sleep }: ExportDeps,
  { serviceSlug, from, to }: ExportRequest,
): Promise<Moment> {
  for (let attempt = 1; ; attempt++) {
    const before = board();
    const service = serviceOn(before, serviceSlug);
    const period = periodOf(from, Math.min(to ?? before.at, before.at));
    const isSettled = await isAllDerived(db);
    const heads = new Map<string, ChainHead>();
    for (const { id } of await listProbesIn(db, locationsOn(await listWatchedChecks(db), serviceSlug))) {
      heads.set(id, await findChainHead(db, id));
    }
    const told = tell(before, service, period);
    const after = board();
    const again = tell(after, serviceOn(after, serviceSlug), period);
    if ((isSettled && JSON.stringify(told) === JSON.stringify(again)) || attempt >= 20) {
      return { board: before, service, period, told, heads };
    }
    await sleep(100);
  }
}

function serviceOn(board: StatusBoard, slug: string): MeasuredService {
  const service = board.services.find((one) => one.slug === slug);
  if (service === undefined) {
    throw new NotFound("service_not_found", `There is no service "${slug}".`);
  }
  return service;
}

function periodOf(from: Instant, to: Instant): Interval {
  if (from >= to || to - from > longestMs || from < 0) {
    throw new InvalidInput(
      "evidence_period",
      "Evidence is given of a time that has begun, 50 years at most.",
      [{ pointer: "?from", detail: "must be before ?to and before now" }],
    );
  }
  return { start: from, end: to };
}

/** As it was measured: evidence replays to that, and knows of no correction. */
function tell({ settings }: StatusBoard, service: MeasuredService, period: Interval): Told {
  const segments = service.measuredSegments ?? service.segments;
  const commitment = commitmentFrom({ ...settings.commitment, timeZone: settings.timeZone });
  return tellPeriod({ ...service, segments }, commitment, period);
}

function locationsOn(
  checks: readonly { serviceSlug: string; revisions: readonly { definition: { locations: string[] } }[] }[],
  serviceSlug: string,
): string[] {
  const own = checks.filter((check) => check.serviceSlug === serviceSlug);
  return [
    ...new Set(own.flatMap(({ revisions }) => revisions.flatMap(({ definition }) => definition.locations))),
  ];
}

/** From the last day that was over when the evidence begins to the first that is over when it ends. */
async function coveringRoots(db: Database, { start, end }: Interval): Promise<StoredRoot[]> {
  // A day is over at its end: the day before the one that holds the instant.
  const { first, last } = await findRootDays(db, startOfDay(start) - 1, startOfDay(end - 1));
  return listRootsBetween(db, first ?? 0, last ?? startOfDay(end));
}

interface ChainToExport extends Stretch {
  probe: EvidenceProbe;
  head: ChainHead;
  deletedThrough: number;
}

/**
 * Which stretch of which chain: all that has samples of the time, and what links it to the roots; one batch more at either end shows that
 * nothing lies between.
 */
async function chainsToExport(
  db: Database,
  checks: readonly EvidenceCheck[],
  replay: Interval,
  roots: readonly StoredRoot[],
  heads: ReadonlyMap<string, ChainHead>,
): Promise<ChainToExport[]> {
  const slugs = new Set(checks.flatMap(({ revisions }) => revisions.flatMap(({ locations }) => locations)));
  const firstRoot = positionsIn(roots[0]);
  const lastRoot = positionsIn(roots.at(-1));
  const chains: ChainToExport[] = [];
  for (const probe of await listProbesIn(db, [...slugs])) {
    const head = heads.get(probe.id);
    const oldest = await findOldestKept(db, probe.id);
    if (head === undefined || head.sequence === 0 || oldest === null) {
      continue;
    }
    const ofTime = await findStretch(db, probe.id, replay.start - hourMs, replay.end + hourMs);
    const wanted = ofTime === null ? [] : [ofTime.first - 1, ofTime.last + 1];
    const last = lastRoot.get(probe.id);
    if (last !== undefined && roots.length > 1) {
      // A chain that the first root does not know began after it.
      const first = firstRoot.get(probe.id) ?? 1;
      wanted.push(...(ofTime !== null || first !== last ? [first, last] : []));
    } else if (last !== undefined && ofTime !== null) {
      wanted.push(last);
    }
    if (wanted.length > 0) {
      chains.push({
        probe,
        head,
        deletedThrough: oldest - 1,
        first: Math.max(oldest, Math.min(...wanted)),
        last: Math.min(head.sequence, Math.max(...wanted)),
      });
    }
  }
  return chains;
}

function positionsIn(root: StoredRoot | undefined): Map<string, number> {
  return new Map(
    root === undefined
      ? []
      : parseRootText(root.statement).chains.map(({ probe, sequence }) => [probe, sequence]),
  );
}

async function* linesOf(
  db: Database,
  header: EvidenceHeader,
  statement: Told & { at: Instant },
  roots: readonly StoredRoot[],
  chains: readonly ChainToExport[],
): AsyncGenerator<string> {
  yield printLine(header);
  yield printLine({ type: "statement", ...statement });
  for (const { statement: text, timestampToken } of roots) {
    yield printLine({ type: "root", statement: text, timestampToken: timestampToken?.toBase64() ?? null });
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (const { probe, head, deletedThrough, first, last } of chains) {
    const keys = await listProbeKeys(db, probe.id);
    yield printLine({
      type: "probe",
      ...probe,
      keys: keys.map(({ fromSequence, publicKey, endorsement }) => ({
        fromSequence,
        publicKey: publicKey.toBase64(),
        endorsement: endorsement?.toBase64() ?? null,
      })),
      head,
      deletedThrough,
    });
    for await (const { sequence, signature, bytes } of streamChain(db, probe.id, { first, last })) {
      yield printLine({
        type: "batch",
        sequence,
        signature: signature?.toBase64() ?? null,
        bytes: decoder.decode(bytes),
      });
    }
  }
}

/** The lines with the one that ends them. */
async function* sealed(lines: AsyncGenerator<string>): AsyncGenerator<string> {
  const hash = createHash("sha256");
  let count = 0;
  for await (const line of lines) {
    hash.update(line);
    count++;
    yield line;
  }
  yield printLine({ type: "end", lines: count, sha256: hash.digest("hex") });
}
