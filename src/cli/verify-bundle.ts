/** What `fournines verify` says of a report's bundle: identical, or what is broken and where it differs. */
import { plain } from "../evidence/findings.ts";
import type { BundleVerdict } from "../evidence/report-bundle.ts";
import { sealedBy } from "./sealed-by.ts";
import type { Terminal } from "./words.ts";

export function tellBundle(
  verdict: BundleVerdict,
  { json = false, key }: { json?: boolean; key?: string },
  terminal: Terminal,
): void {
  if (json) {
    terminal.print(JSON.stringify(toJson(verdict), null, 2));
  } else {
    bundleWords(verdict, key).forEach(terminal.print);
  }
}

/**
 * The verdict in words, line by line.
 *
 * @param named the key that whoever asks knows from elsewhere
 */
export function bundleWords(verdict: BundleVerdict, named?: string): string[] {
  const { told, sha256, publicKey, faults, differences, evidence, withoutEvidence } = verdict;
  const lines = [
    verdict.verified ? "Identical: the report is what its inputs and its samples come to." : "NOT verified.",
    "",
  ];
  if (told !== null) {
    const figure = told.percent === null ? "no percentage" : `${plain(String(told.percent))} %`;
    lines.push(
      `  report    ${plain(String(told.contract))} of ${plain(String(told.customer))}, ${plain(String(told.cycle))}, revision ${told.revision}`,
      `  figure    ${figure}, ${plain(String(told.verdict)).replaceAll("_", " ")}`,
    );
  }
  lines.push(
    `  digest    ${sha256 ?? "none"}`,
    `  sealed    ${sealedBy(publicKey, named, "the issuer publishes")}`,
  );
  for (const { service, verdict: found } of evidence) {
    lines.push(`  samples   ${plain(service)}: ${found.samples} replayed from ${found.chains.length} probes`);
  }
  for (const service of withoutEvidence) {
    lines.push(`  samples   ${plain(service)}: none inside, its timeline rests on the inputs alone`);
  }
  if (faults.length > 0) {
    lines.push("", "What is broken:", ...faults.map((words) => `  ${words}`));
  }
  if (differences.length > 0) {
    lines.push("", "Where the report differs:", ...differences.map((words) => `  ${words}`));
  }
  return lines;
}

function toJson({ told, sha256, publicKey, evidence, ...verdict }: BundleVerdict): object {
  return {
    verified: verdict.verified,
    report: told,
    sha256,
    public_key: publicKey,
    files: verdict.files,
    faults: verdict.faults,
    differences: verdict.differences,
    evidence: evidence.map(({ service, verdict: { samples, verified } }) => ({ service, samples, verified })),
    without_evidence: verdict.withoutEvidence,
  };
}
