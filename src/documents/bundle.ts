/**
 * The bundle of a report: everything a customer needs to read it, use it and compute it again, in one ZIP. A manifest names the digest of
 * every file and is sealed itself; `fournines verify` reads it back (evidence/report-bundle.ts).
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../domain/sla/figures/canonical-json.ts";
import type { Report } from "../domain/sla/report/report.ts";
import { reportCsv } from "./csv.ts";
import type { Letterhead } from "./letterhead.ts";
import { reportPdf } from "./pdf.ts";
import { reportLanguage } from "./report-language.ts";
import { tableNames } from "./tables.ts";
import { reportXlsx } from "./xlsx.ts";
import { zipFiles } from "./zip.ts";

export interface BundleContents {
  report: Report;
  /** Canonical JSON of the report, and its digest, hex. */
  json: string;
  sha256: string;
  inputsJson: string;
  /** Beside the report. */
  seal: object;
  /** The revision before it, so that its pages tell what changed; left out: the first. */
  before?: Report | null;
  /** Logo of the platform; left out: it has none. */
  head?: Letterhead | null;
  /** Evidence of covered services, as an export writes it, compressed. */
  evidence: readonly { service: string; bytes: Uint8Array }[];
}

/**
 * Packs a report with its documents in the customer's language. The same contents make the same bytes.
 *
 * @param sealText seals the manifest with the key that sealed the report
 */
export async function reportBundle(
  contents: BundleContents,
  sealText: (text: string) => object,
): Promise<Uint8Array> {
  const { report, json, sha256, inputsJson, seal, before = null, head = null, evidence } = contents;
  const language = reportLanguage(report.language);
  const text = (written: string) => new TextEncoder().encode(written);
  const files: [string, Uint8Array][] = [
    ["report.pdf", await reportPdf(report, sha256, language, { before, head })],
    ["report.xlsx", await reportXlsx([report], language)],
    ...tableNames.map((name): [string, Uint8Array] => [
      `${name}.csv`,
      text(reportCsv(name, [report], language)),
    ]),
    ["report.json", text(json)],
    ["seal.json", text(canonicalJson(seal))],
    ["inputs.json", text(inputsJson)],
    ...evidence
      .toSorted((a, b) => (a.service < b.service ? -1 : 1))
      .map(({ service, bytes }): [string, Uint8Array] => [`evidence/${service}.jsonl.gz`, bytes]),
  ];
  const manifest = canonicalJson({
    format: "fournines-bundle",
    format_version: 1,
    files: files.map(([name, bytes]) => ({
      name,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    })),
  });
  return zipFiles([
    ["manifest.json", text(manifest)],
    ["manifest-seal.json", text(canonicalJson(sealText(manifest)))],
    ...files,
  ]);
}

/** A name for the file: "acme-beacon-2026-07-r1.zip". */
export function bundleName({ contract, cycle, revision }: Report, extension = "zip"): string {
  return `${contract.slug}-${cycle.label}-r${revision}.${extension}`;
}
