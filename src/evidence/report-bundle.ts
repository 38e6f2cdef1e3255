/**
 * Verifies the bundle of a report, without database or network: every file against the sealed manifest, the seal, the report against the
 * inputs it names, and the inputs' measurements against the samples inside. Never throws for what a bundle holds.
 */
import { createHash } from "node:crypto";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { z } from "zod";
import { canonicalJson } from "../domain/sla/figures/canonical-json.ts";
import { buildReport, type Report, reportJson } from "../domain/sla/report/report.ts";
import { measuredInputs, type ReportInputs, type ServiceInputs } from "../domain/sla/report/report-inputs.ts";
import { plain, UnreadableEvidence } from "./findings.ts";
import { type Seal, sealFault } from "./report-seal.ts";
import { type Verdict, verifyEvidence, type VerifyOptions } from "./verify.ts";

export interface BundleVerdict {
  /** Nothing is wrong, and the report is what its inputs and its samples come to. */
  verified: boolean;
  /** What the bundle says it is of; null: it holds no report that can be read. */
  told: {
    customer: string;
    contract: string;
    cycle: string;
    revision: number;
    percent: string | null;
    verdict: string;
  } | null;
  sha256: string | null;
  /** The key that sealed it, base64; whoever knows the issuer's key compares. */
  publicKey: string | null;
  files: number;
  /** What is broken, each with the file it is in. */
  faults: string[];
  /** Where the report is not what the inputs or the samples come to. */
  differences: string[];
  /** By service. */
  evidence: { service: string; verdict: Verdict }[];
  /** Covered services without samples inside: their measurements rest on the inputs alone. */
  withoutEvidence: string[];
}

export interface BundleOptions extends VerifyOptions {
  /** The issuer's key, base64, known from elsewhere. */
  publicKey?: string;
}

const seal = z.object({
  algorithm: z.literal("Ed25519"),
  public_key: z.string().max(200),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.string().max(200),
});
const manifest = z.object({
  format: z.literal("fournines-bundle"),
  format_version: z.literal(1),
  files: z
    .array(z.object({ name: z.string().min(1).max(300), bytes: z.int().min(0), sha256: z.string() }))
    .max(2_000),
});

/** A bundle of a year of a large platform is far below. */
const mostBytes = 1_500_000_000;
const mostDifferences = 50;
const outside = ["manifest.json", "manifest-seal.json"];

/** Whether a file begins like a ZIP archive: then it is a bundle and no evidence export. */
export async function looksLikeBundle(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(new Uint8Array(2), 0, 2, 0);
    return buffer[0] === 0x50 && buffer[1] === 0x4b;
  } finally {
    await file.close();
  }
}

/**
 * @throws UnreadableEvidence when it is no archive, or too large; whatever the system says of a file that cannot be opened
 */
export async function verifyBundle(path: string, options: BundleOptions = {}): Promise<BundleVerdict> {
  const files = await unpack(path);
  const verdict: BundleVerdict = {
    verified: false,
    told: null,
    sha256: null,
    publicKey: null,
    files: files.size,
    faults: [],
    differences: [],
    evidence: [],
    withoutEvidence: [],
  };
  await checkFiles(files, verdict, options);
  const report = await checkReport(files, verdict);
  if (report !== null) {
    const inputs = checkInputs(files, report, verdict);
    if (inputs !== null) {
      await checkEvidence(files, report, inputs, verdict, options);
    }
  }
  verdict.verified = verdict.faults.length === 0 && verdict.differences.length === 0;
  return verdict;
}

async function unpack(path: string): Promise<Map<string, Uint8Array>> {
  if ((await stat(path)).size > mostBytes) {
    throw new UnreadableEvidence("the bundle is larger than any report's");
  }
  let total = 0;
  const seen = new Set<string>();
  try {
    const unzipped = unzipSync(new Uint8Array(await readFile(path)), {
      filter({ name, originalSize }) {
        total += originalSize;
        if (total > mostBytes) {
          throw new UnreadableEvidence("what the bundle unpacks to is larger than any report's");
        }
        if (seen.has(name)) {
          throw new UnreadableEvidence(`the bundle holds two files named ${plain(name)}`);
        }
        seen.add(name);
        return true;
      },
    });
    return new Map(Object.entries(unzipped));
  } catch (error) {
    if (error instanceof UnreadableEvidence || (error as NodeJS.ErrnoException).syscall !== undefined) {
      throw error;
    }
    throw new UnreadableEvidence(
      `this is no archive that can be unpacked (${plain((error as Error).message)})`,
    );
  }
}

async function checkFiles(
  files: Map<string, Uint8Array>,
  verdict: BundleVerdict,
  { publicKey }: BundleOptions,
): Promise<void> {
  const { faults } = verdict;
  const text = textOf(files, "manifest.json", faults);
  const listed = text === null ? null : readJson(text, manifest, "manifest.json", faults);
  const sealed = readSeal(files, "manifest-seal.json", faults);
  if (text === null || listed === null || sealed === null) {
    return;
  }
  const fault = await sealFault(text, sealed);
  if (fault !== null) {
    faults.push(`manifest.json is not what was sealed: ${fault}`);
  }
  verdict.publicKey = sealed.public_key;
  if (publicKey !== undefined && publicKey !== sealed.public_key) {
    faults.push(`it is sealed by another key than the one you gave: ${plain(sealed.public_key)}`);
  }
  for (const { name, sha256 } of listed.files) {
    const bytes = files.get(name);
    if (bytes === undefined) {
      faults.push(`${plain(name)} is missing`);
    } else if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
      faults.push(`${plain(name)} was changed since the bundle was sealed`);
    }
  }
  const names = new Set([...outside, ...listed.files.map(({ name }) => name)]);
  for (const name of files.keys()) {
    if (!names.has(name)) {
      faults.push(`${plain(name)} was added since the bundle was sealed`);
    }
  }
}

async function checkReport(files: Map<string, Uint8Array>, verdict: BundleVerdict): Promise<Report | null> {
  const { faults } = verdict;
  const text = textOf(files, "report.json", faults);
  const sealed = readSeal(files, "seal.json", faults);
  if (text === null) {
    return null;
  }
  verdict.sha256 = createHash("sha256").update(text).digest("hex");
  if (sealed !== null) {
    const fault = await sealFault(text, sealed);
    if (fault !== null) {
      faults.push(`report.json is not what was sealed: ${fault}`);
    }
    if (verdict.publicKey !== null && sealed.public_key !== verdict.publicKey) {
      faults.push("seal.json is of another key than the manifest's");
    }
  }
  try {
    const report = JSON.parse(text) as Report;
    if (canonicalJson(report) !== text) {
      faults.push("report.json is not written in its canonical form");
    }
    const { customer, contract, cycle, revision, result } = report;
    verdict.told = {
      customer: customer.name,
      contract: contract.title,
      cycle: cycle.label,
      revision,
      percent: result.percent,
      verdict: result.verdict,
    };
    return report;
  } catch {
    faults.push("report.json is no report of a known version");
    return null;
  }
}

function checkInputs(
  files: Map<string, Uint8Array>,
  report: Report,
  { faults, differences }: BundleVerdict,
): ReportInputs | null {
  const text = textOf(files, "inputs.json", faults);
  if (text === null) {
    return null;
  }
  const digest = createHash("sha256").update(text).digest("hex");
  if (digest !== report.inputs_sha256) {
    faults.push(`inputs.json is not what the report was computed from: its digest is ${digest}`);
  }
  try {
    const inputs = JSON.parse(text) as ReportInputs;
    const { cycle, measuredOver } = inputs;
    if (!isTime(cycle) || !isTime(measuredOver)) {
      faults.push("inputs.json is of a time that no report is about");
      return null;
    }
    compare(report, buildReport(inputs, report.inputs_sha256), "computed from inputs.json", differences);
    return inputs;
  } catch (error) {
    faults.push(`inputs.json comes to no report: ${plain((error as Error).message)}`);
    return null;
  }
}

/** A stretch of at most two years within the time that computers know: longer ones would only keep a verifier busy. */
function isTime({ start, end }: { start: number; end: number }): boolean {
  const [earliest, latest, longest] = [0, Date.UTC(2200, 0, 1), 2 * 366 * 86_400_000];
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  return whole && start >= earliest && start < end && end <= latest && end - start <= longest;
}

async function checkEvidence(
  files: Map<string, Uint8Array>,
  report: Report,
  inputs: ReportInputs,
  verdict: BundleVerdict,
  options: VerifyOptions,
): Promise<void> {
  const { faults, differences } = verdict;
  const folder = await mkdtemp(join(tmpdir(), "fournines-bundle-"));
  try {
    const services: ReportInputs["services"] = [];
    for (const [i, service] of inputs.services.entries()) {
      const name = `evidence/${service.slug}.jsonl.gz`;
      const bytes = files.get(name);
      if (bytes === undefined) {
        verdict.withoutEvidence.push(service.slug);
        services.push(service);
        continue;
      }
      const file = join(folder, `${i}.jsonl.gz`);
      await writeFile(file, bytes);
      const found = await evidenceOf(file, name, service.slug, report, inputs, options, faults);
      services.push(found === null ? service : { ...service, ...replayedInputs(found, service, inputs) });
      if (found !== null) {
        verdict.evidence.push({ service: service.slug, verdict: found });
      }
    }
    if (verdict.evidence.length > 0) {
      const replayed = buildReport({ ...inputs, services }, report.inputs_sha256);
      compare(report, replayed, "computed from the samples", differences);
    }
  } catch (error) {
    faults.push(`the samples come to no report: ${plain((error as Error).message)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the samples say; of silences, only where the report was issued when they were known. */
function replayedInputs(
  { measured, service: { archivedAt } }: Verdict,
  { silences: told }: ServiceInputs,
  { measuredOver }: ReportInputs,
): ReturnType<typeof measuredInputs> {
  const { silences, ...rest } = measured;
  return measuredInputs(told === undefined ? rest : { ...rest, silences }, measuredOver, archivedAt);
}

/** An evidence file that holds and is of this service and time; null: it is not, and why is told. */
async function evidenceOf(
  file: string,
  name: string,
  slug: string,
  report: Report,
  { measuredOver }: ReportInputs,
  options: VerifyOptions,
  faults: string[],
): Promise<Verdict | null> {
  let found: Verdict;
  try {
    found = await verifyEvidence(file, options);
  } catch (error) {
    if (!(error instanceof UnreadableEvidence)) {
      throw error;
    }
    faults.push(`${plain(name)}: ${error.message}`);
    return null;
  }
  faults.push(...found.faults.map(({ words }) => `${plain(name)}: ${words}`));
  if (found.service.slug !== slug) {
    faults.push(`${plain(name)} is of the service ${plain(found.service.slug)}`);
    return null;
  }
  const { from, to } = found.period;
  if (from !== measuredOver.start || to !== measuredOver.end) {
    faults.push(`${plain(name)} is of another time than the report was measured over`);
    return null;
  }
  const kept = new Map(report.evidence.roots.map(({ day, root }) => [day, root]));
  for (const { day, root } of found.roots) {
    if (kept.has(day) && kept.get(day) !== root) {
      faults.push(`${plain(name)}: the root of ${day} is not the one the report names`);
    }
  }
  return found;
}

/** Notes where two reports differ, by the path of each figure. */
function compare(said: Report, found: Report, how: string, differences: string[]): void {
  if (reportJson(found) === canonicalJson(said)) {
    return;
  }
  const walk = (path: string, a: unknown, b: unknown): void => {
    if (differences.length >= mostDifferences || canonicalJson(a ?? null) === canonicalJson(b ?? null)) {
      return;
    }
    if (typeof a === "object" && typeof b === "object" && a !== null && b !== null) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        walk(
          path === "" ? key : `${path}.${key}`,
          (a as Record<string, unknown>)[key],
          (b as Record<string, unknown>)[key],
        );
      }
      return;
    }
    differences.push(`${path}: ${shown(a)} in the report, ${shown(b)} ${how}`);
  };
  walk("", said, found);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : plain(JSON.stringify(value).slice(0, 200));
}

function textOf(files: Map<string, Uint8Array>, name: string, faults: string[]): string | null {
  const bytes = files.get(name);
  if (bytes === undefined) {
    faults.push(`${name} is missing`);
    return null;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    faults.push(`${name} is no text`);
    return null;
  }
}

function readSeal(files: Map<string, Uint8Array>, name: string, faults: string[]): Seal | null {
  const text = textOf(files, name, faults);
  return text === null ? null : readJson(text, seal, name, faults);
}

function readJson<T>(text: string, shape: z.ZodType<T>, name: string, faults: string[]): T | null {
  try {
    const read = shape.safeParse(JSON.parse(text));
    if (read.success) {
      return read.data;
    }
  } catch {
    // Told below.
  }
  const words = `${name} is not of the known form`;
  if (!faults.includes(words)) {
    faults.push(words);
  }
  return null;
}
