/**
 * `fournines verify FILE`: checks an evidence file, the bundle of a report, or the folder with a copy of the page, on any machine, without
 * database or network, and prints what it comes to in words or as JSON. Exit status 0: verified; 1: something is wrong, and it says what;
 * 2: the file cannot be read.
 */
import { readFileSync, statSync } from "node:fs";
import type { Command } from "commander";
import { printLocalTime } from "../domain/time/local-time.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { batchWords, type Finding, plain, UnreadableEvidence } from "../evidence/findings.ts";
import { verifyPageCopy } from "../evidence/page-copy.ts";
import type { KeptRoot } from "../evidence/roots.ts";
import { type BundleOptions, looksLikeBundle, verifyBundle } from "../evidence/report-bundle.ts";
import { type Verdict, verifyEvidence } from "../evidence/verify.ts";
import { tellBundle } from "./verify-bundle.ts";
import { tellPageCopy } from "./verify-page-copy.ts";
import { collect, CommandEnded, type Terminal } from "./words.ts";

interface VerifyCommandOptions {
  json?: boolean;
  root?: string[];
  ca?: string;
  key?: string;
}

export function addVerifyCommand(program: Command, terminal: Terminal): void {
  program
    .command("verify")
    .description(
      "check an evidence file, the bundle of a report or a copy of the page, without a server: signatures, chains, gaps, and what it comes to",
    )
    .argument(
      "<file>",
      "an evidence file, as fournines evidence export writes it, the bundle of a report, or the folder of fournines export-page",
    )
    .option(
      "--root <file|hex>",
      "a day's root that you kept: its 64 hex digits, or a file with its statement; may be repeated",
      collect,
    )
    .option("--ca <file>", "certificates (PEM) that time-stamps must lead to")
    .option(
      "--key <base64>",
      "the key that reports and copies of the page are sealed with, as you know it from elsewhere",
    )
    .option("--json", "print everything as JSON")
    .action(async (file: string, options: VerifyCommandOptions) => {
      const copy = await readable(file, terminal, async () =>
        statSync(file).isDirectory() ? verifyPageCopy(file, verifyOptions(options)) : null,
      );
      if (copy !== null) {
        tellPageCopy(copy, options, terminal);
        if (!copy.verified) {
          throw new CommandEnded(1);
        }
        return;
      }
      const bundle = await readable(file, terminal, async () =>
        (await looksLikeBundle(file)) ? verifyBundle(file, verifyOptions(options)) : null,
      );
      if (bundle !== null) {
        tellBundle(bundle, options, terminal);
        if (!bundle.verified) {
          throw new CommandEnded(1);
        }
        return;
      }
      const verdict = await readable(file, terminal, () => verifyEvidence(file, verifyOptions(options)));
      if (options.json === true) {
        terminal.print(JSON.stringify(toJson(verdict), null, 2));
      } else {
        wordsOf(verdict).forEach(terminal.print);
      }
      if (!verdict.verified) {
        throw new CommandEnded(1);
      }
    });
}

function verifyOptions({ root = [], ca, key }: VerifyCommandOptions): BundleOptions {
  return {
    kept: root.map(readRoot),
    ...(ca === undefined ? {} : { authorities: readFileSync(ca, "utf8") }),
    ...(key === undefined ? {} : { publicKey: key }),
  };
}

/** What came of reading the file; ends the command with a sentence where it cannot be read. */
async function readable<T>(file: string, terminal: Terminal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (error instanceof UnreadableEvidence) {
      terminal.print(`Not readable: ${error.message}.`);
    } else if (code !== undefined && code !== "ERR_ASSERTION") {
      terminal.print(`Not readable: ${path ?? file} cannot be opened (${code}).`);
    } else {
      throw error;
    }
    throw new CommandEnded(2);
  }
}

function readRoot(given: string): KeptRoot {
  return /^[0-9a-fA-F]{64}$/.test(given)
    ? { root: given.toLowerCase() }
    : { text: readFileSync(given, "utf8").replace(/\r?\n$/, "") };
}

/** The verdict in words, line by line. */
export function wordsOf(verdict: Verdict): string[] {
  const local = (at: number) => `${printLocalTime(at, verdict.platform.timeZone)}`;
  const { service, platform, period, told } = verdict;
  const lines = [
    verdict.verified
      ? "Verified: signatures, chains and roots hold, and the figures follow from the samples."
      : "NOT verified.",
    "",
    `  service   ${plain(service.title)} (${plain(service.slug)}) of ${plain(platform.name)}`,
    `  period    ${local(period.from)} to ${local(period.to)} (${platform.timeZone})`,
    `  exported  ${local(verdict.exportedAt)}`,
    `  samples   ${verdict.samples} replayed`,
  ];
  for (const { probe, location, batches, vouched, firstKey } of verdict.chains) {
    const held = batches === null ? "no batch" : `${batchWords(batches)}, ${vouched} vouched for`;
    lines.push(`  probe     ${plain(probe)} in ${plain(location)}: ${held}; first key ${plain(firstKey)}`);
  }
  lines.push(...faultWords(verdict), ...gapWords(verdict, local));
  lines.push("", told.outages.length === 0 ? "No outages." : "Outages (lower / observed / upper):");
  for (const { check, start, end, lowerMs, observedMs, upperMs } of told.outages) {
    const until = end === null ? "lasting" : isoInstant(end);
    const lengths = [lowerMs, observedMs, upperMs].map(seconds).join(" / ");
    lines.push(`  ${isoInstant(start)} to ${until}  ${plain(check)}  ${lengths}`);
  }
  lines.push("", "Billing cycles:");
  for (const month of told.months) {
    const figure =
      month.percent === null ? "nothing was measured" : `${cut(month.percent)} % (${month.percent})`;
    lines.push(
      `  ${month.month}${month.provisional ? " so far" : ""}  ${figure}  down ${seconds(month.downMs)}, unknown ${seconds(month.unknownMs)}, coverage ${month.coveragePercent ?? "–"} %`,
    );
  }
  lines.push("", ...comparisonWords(verdict.differences), ...rootWords(verdict, local));
  return lines;
}

function faultWords({ faults, untoldFaults }: Verdict): string[] {
  if (faults.length === 0) {
    return [];
  }
  const more = untoldFaults === 0 ? [] : [`  … and ${untoldFaults} more`];
  return ["", "Wrong:", ...faults.map(findingWords), ...more];
}

function gapWords({ gaps, undecided }: Verdict, local: (at: number) => string): string[] {
  const open = undecided.map(
    ({ check, until }) => `  ${plain(check)}: the file leaves open what it was until ${local(until)}`,
  );
  return gaps.length + open.length === 0
    ? []
    : ["", "Not seen, and counted as unknown where nothing else saw it:", ...gaps.map(findingWords), ...open];
}

function findingWords({ probe, batches, words }: Finding): string {
  const place = [
    ...(probe === null ? [] : [`probe ${plain(probe)}`]),
    ...(batches === null ? [] : [batchWords(batches)]),
  ];
  return `  ${place.length === 0 ? "" : `${place.join(", ")}: `}${words}`;
}

function comparisonWords(differ: string[] | null): string[] {
  if (differ === null) {
    return ["The file holds no word of the server to compare with."];
  }
  return differ.length === 0
    ? ["The server says the same: identical."]
    : ["The server says otherwise:", ...differ.map((words) => `  ${plain(words)}`)];
}

function rootWords({ roots, keptRoots }: Verdict, local: (at: number) => string): string[] {
  const first = roots[0];
  const last = roots.at(-1);
  const lines =
    first === undefined || last === undefined
      ? ["No day's root covers it yet."]
      : [`Roots of ${first.day} to ${last.day}; the last is ${last.root}.`];
  for (const { day, timestamp } of roots) {
    if (timestamp !== null && timestamp.wrong === null) {
      const trust =
        timestamp.trusted === true ? "" : "; nobody was named that vouches for the signer (see --ca)";
      lines.push(
        `  ${day} time-stamped ${local(timestamp.at!)} by ${plain(timestamp.signer ?? "?")}${trust}`,
      );
    }
  }
  for (const { root, day } of keptRoots) {
    lines.push(day === null ? `  ${root} is not in the file` : `  the root you kept is that of ${day}`);
  }
  return lines;
}

/** 6 decimals as the page prints them: 3, cut. */
function cut(percent: string): string {
  return percent.slice(0, -3);
}

/** "105 s", "0.4 s": exact. */
function seconds(ms: number): string {
  return `${ms % 1000 === 0 ? ms / 1000 : (ms / 1000).toFixed(3)} s`;
}

function toJson(verdict: Verdict): object {
  const finding = ({ kind, probe, batches, words }: Finding) => ({
    kind,
    probe,
    first_batch: batches?.first ?? null,
    last_batch: batches?.last ?? null,
    words,
  });
  return {
    verified: verdict.verified,
    service: verdict.service.slug,
    time_zone: verdict.platform.timeZone,
    from: isoInstant(verdict.period.from),
    to: isoInstant(verdict.period.to),
    exported_at: isoInstant(verdict.exportedAt),
    samples: verdict.samples,
    probes: verdict.chains.map(({ probe, location, firstKey, batches, vouched }) => ({
      probe,
      location,
      first_key: firstKey,
      first_batch: batches?.first ?? null,
      last_batch: batches?.last ?? null,
      vouched,
    })),
    faults: verdict.faults.map(finding),
    untold_faults: verdict.untoldFaults,
    gaps: verdict.gaps.map(finding),
    undecided: verdict.undecided.map(({ check, until }) => ({ check, until: isoInstant(until) })),
    outages: verdict.told.outages.map(({ check, start, end, lowerMs, observedMs, upperMs }) => ({
      check,
      start: isoInstant(start),
      end: isoInstant(end),
      lower_ms: lowerMs,
      observed_ms: observedMs,
      upper_ms: upperMs,
    })),
    months: verdict.told.months.map((month) => ({
      month: month.month,
      start: isoInstant(month.start),
      end: isoInstant(month.end),
      provisional: month.provisional,
      elapsed_ms: month.elapsedMs,
      down_ms: month.downMs,
      unknown_ms: month.unknownMs,
      percent: month.percent,
      coverage_percent: month.coveragePercent,
      verdict: month.verdict,
      bounds: month.bounds,
      edges: month.edges,
    })),
    differences: verdict.differences,
    roots: verdict.roots.map(({ day, root, timestamp }) => ({
      day,
      root,
      timestamp:
        timestamp === null
          ? null
          : {
              at: isoInstant(timestamp.at),
              signer: timestamp.signer,
              trusted: timestamp.trusted,
              wrong: timestamp.wrong,
            },
    })),
    kept_roots: verdict.keptRoots,
  };
}
