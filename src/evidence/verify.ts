/**
 * Verifies an evidence file, without database or network: its form, keys, signatures, chains and roots; replays its samples and compares
 * what comes of them with what the server said. Reads once, line by line. Never throws for what a file holds.
 */
import { samplesOf } from "../domain/monitoring/evidence.ts";
import { commitmentFrom, type Commitment } from "../domain/sla/measure/commitment.ts";
import { isTimeZone } from "../domain/time/local-day.ts";
import { type ChainCheck, type ChainSummary, openChain } from "./chain.ts";
import {
  type Finding,
  type Findings,
  openFindings,
  plain,
  TooManyFaults,
  UnreadableEvidence,
} from "./findings.ts";
import { type EvidenceHeader, type EvidenceLine, parseLine, type StatementLine } from "./format.ts";
import { readLines, type ReadLine } from "./read-lines.ts";
import { countingChecks, replay, type Replayed } from "./replay.ts";
import {
  compareKept,
  compareRules,
  dayOf,
  findWithheld,
  type KeptRoot,
  openRoots,
  type RootChecks,
} from "./roots.ts";
import { openTape, type SampleTape, TooLarge } from "./sample-tape.ts";
import { differences, type Told, tellPeriod } from "./telling.ts";
import { checkTimestamp, type TimestampCheck } from "./timestamp.ts";

/** What came of a verification. */
export interface Verdict {
  /** Nothing is wrong with the evidence, and the server says what it says. */
  verified: boolean;
  platform: { name: string; timeZone: string };
  service: { slug: string; title: string; archivedAt: number | null };
  period: { from: number; to: number };
  exportedAt: number;
  chains: ChainSummary[];
  /** Samples of the counting checks that were replayed. */
  samples: number;
  faults: Finding[];
  untoldFaults: number;
  gaps: Finding[];
  /** Checks whose state at the beginning the file leaves open until then: that time counts as unmeasured. */
  undecided: { check: string; until: number }[];
  told: Told;
  /** The timeline and the outages that the samples come to. */
  measured: Replayed;
  /** Where the server says otherwise; null: the file holds no word of the server. */
  differences: string[] | null;
  roots: { day: string; root: string; timestamp: TimestampCheck | null }[];
  /** Roots that were given to compare with; `day` null: not in the file. */
  keptRoots: { root: string; day: string | null }[];
}

export interface VerifyOptions {
  /** Roots that somebody kept. */
  kept?: readonly KeptRoot[];
  /** PEM certificates that time-stamps must lead to; without them, a token vouches for itself alone. */
  authorities?: string;
}

/** More than any installation has. */
const mostProbes = 5_000;

/** What is gathered while the file is read. */
interface Reading {
  header: EvidenceHeader;
  commitment: Commitment;
  findings: Findings;
  roots: RootChecks;
  tape: SampleTape;
  chains: ChainSummary[];
  chain: ChainCheck | null;
  statement: StatementLine | null;
  ended: boolean;
}

/**
 * @throws UnreadableEvidence with a sentence; whatever the system says of a file that cannot be opened
 */
export async function verifyEvidence(path: string, options: VerifyOptions = {}): Promise<Verdict> {
  const lines = readLines(path);
  const reading = await begin(await lines.next());
  const { findings, header } = reading;
  try {
    for await (const line of lines) {
      if (!(await takeLine(reading, line))) {
        break;
      }
    }
    endChain(reading);
  } catch (error) {
    if (error instanceof TooLarge) {
      findings.faults.push({ kind: "too_large", probe: null, batches: null, words: error.message });
    } else if (!(error instanceof TooManyFaults)) {
      throw error;
    }
  } finally {
    await lines.return(undefined);
  }
  if (!reading.ended) {
    const words = "the file has no end: what may follow is missing";
    findings.faults.push({ kind: "cut", probe: null, batches: null, words });
  }
  return conclude(reading, header, options);
}

async function begin(first: IteratorResult<ReadLine>): Promise<Reading> {
  if (first.done === true) {
    throw new UnreadableEvidence("the file is empty");
  }
  const line = first.value;
  if (!("text" in line)) {
    throw new UnreadableEvidence(`this is no evidence: ${"broken" in line ? line.broken : line.undecodable}`);
  }
  const header = parseLine(line.text);
  if ("wrong" in header || header.type !== "header") {
    const why = "wrong" in header ? header.wrong : "its first line is no header";
    throw new UnreadableEvidence(`this is no evidence of a known version: ${plain(why)}`);
  }
  const { timeZone, anchorDay, targetPercent } = header.platform;
  if (!isTimeZone(timeZone)) {
    throw new UnreadableEvidence(`there is no time zone "${plain(timeZone)}"`);
  }
  const findings = openFindings();
  return {
    header,
    commitment: commitmentOf({ timeZone, anchorDay, targetPercent }),
    findings,
    roots: openRoots(findings),
    tape: openTape(),
    chains: [],
    chain: null,
    statement: null,
    ended: false,
  };
}

function commitmentOf(platform: Parameters<typeof commitmentFrom>[0]): Commitment {
  try {
    return commitmentFrom(platform);
  } catch (error) {
    throw new UnreadableEvidence(plain((error as Error).message));
  }
}

/** False: nothing can be read from here on. */
async function takeLine(reading: Reading, line: ReadLine): Promise<boolean> {
  const fault = (words: string) =>
    reading.findings.fault({
      kind: "format",
      probe: null,
      batches: null,
      words: `line ${line.number}: ${words}`,
    });
  if ("broken" in line) {
    fault(line.broken);
    return false;
  }
  if ("undecodable" in line) {
    fault(line.undecodable);
    return true;
  }
  if (reading.ended) {
    fault("it stands after the end");
    return true;
  }
  const said = parseLine(line.text);
  if ("wrong" in said) {
    fault(plain(said.wrong));
  } else {
    await take(reading, said, fault, line);
  }
  return true;
}

async function take(
  reading: Reading,
  said: EvidenceLine,
  fault: (words: string) => void,
  line: { number: number; digest: () => string },
): Promise<void> {
  switch (said.type) {
    case "header":
      return fault("a second header");
    case "statement":
      if (reading.statement !== null) {
        return fault("a second statement of the server");
      }
      reading.statement = said;
      return;
    case "root":
      return reading.chains.length > 0 || reading.chain !== null
        ? fault("a root after the first probe")
        : reading.roots.take(said);
    case "probe":
      endChain(reading);
      if (reading.chains.length >= mostProbes) {
        throw new TooLarge(`it tells of more than ${mostProbes} probes`);
      }
      if (reading.chains.some(({ probe }) => probe === said.id)) {
        fault(`a second chain of "${plain(said.id)}"`);
        return;
      }
      reading.chain = await openChain(said, {
        findings: reading.findings,
        roots: reading.roots.positionsOf(said.id),
        replay: reading.header.replay,
        pick: (batch) => {
          const { from, to } = reading.header.replay;
          const counting = countingIds(reading.header);
          const asked = batch.observations.filter(
            ({ check, at }) => counting.has(check) && at >= from && at < to,
          );
          return samplesOf(batch, asked).map((sample, i) => ({ check: asked[i]!.check, sample }));
        },
        accept: (picked) => picked.forEach(({ check, sample }) => reading.tape.put(check, sample)),
      });
      return;
    case "batch":
      return reading.chain === null ? fault("a batch without its probe") : reading.chain.take(said);
    case "end":
      endChain(reading);
      reading.ended = true;
      if (said.lines !== line.number - 1) {
        fault(`the file says that ${said.lines} lines stand before this one`);
      } else if (said.sha256 !== line.digest()) {
        fault("what stands before is not what was written: the digest differs");
      }
  }
}

/** Kept, because it is asked for with every batch. */
const countingOf = new WeakMap<EvidenceHeader, Set<number>>();

function countingIds(header: EvidenceHeader): Set<number> {
  let ids = countingOf.get(header);
  if (ids === undefined) {
    ids = new Set(countingChecks(header).map(({ id }) => id));
    countingOf.set(header, ids);
  }
  return ids;
}

function endChain(reading: Reading): void {
  if (reading.chain !== null) {
    const { chain } = reading;
    reading.chain = null;
    reading.chains.push(chain.end());
  }
}

async function conclude(
  { commitment, findings, roots, tape, chains, statement }: Reading,
  header: EvidenceHeader,
  { kept = [], authorities }: VerifyOptions,
): Promise<Verdict> {
  const held = new Map(
    chains.flatMap(({ probe, batches, deletedThrough }) =>
      batches === null ? [] : [[probe, { ...batches, deletedThrough }]],
    ),
  );
  await compareRules(header, roots.roots, findings);
  findWithheld(header, roots.roots, held, findings);
  const keptRoots = await compareKept(kept, roots.roots, findings);
  const stamped: Verdict["roots"] = [];
  for (const { statement: of, root, timestampToken } of roots.roots) {
    const timestamp =
      timestampToken === null ? null : await checkTimestamp(timestampToken, root, authorities ?? null);
    if (timestamp?.wrong != null) {
      const words = `the time-stamp of the root of ${dayOf(of)}: ${timestamp.wrong}`;
      findings.fault({ kind: "timestamp", probe: null, batches: null, words });
    }
    stamped.push({ day: dayOf(of), root, timestamp });
  }
  const replayed = replay(header, tape);
  const measured = { ...replayed, archivedAt: header.service.archivedAt };
  const told = tellPeriod(measured, commitment, { start: header.period.from, end: header.period.to });
  const differ = statement === null ? null : differences(statement, told);
  return {
    verified: findings.faults.length === 0 && (differ === null || differ.length === 0),
    platform: { name: header.platform.name, timeZone: header.platform.timeZone },
    service: header.service,
    period: header.period,
    exportedAt: header.exportedAt,
    chains,
    samples: replayed.samples,
    faults: findings.faults,
    untoldFaults: findings.untold,
    gaps: findings.gaps,
    undecided: replayed.undecided,
    told,
    measured: replayed,
    differences: differ,
    roots: stamped,
    keptRoots,
  };
}
