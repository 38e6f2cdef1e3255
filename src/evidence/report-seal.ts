/**
 * Seals reports: an Ed25519 signature over the canonical JSON, which names the digest of the inputs it was computed from. Whoever has the
 * report, its seal and the key's public half can tell that nobody has touched it since.
 */
import { createPublicKey, KeyObject } from "node:crypto";
import { digestOf, importPublicKey, signBatch, utf8, verifyBatch } from "../../probes/batch.ts";
import { canonicalJson } from "../domain/sla/canonical-json.ts";
import { buildReport, type Report, reportJson } from "../domain/sla/report.ts";
import type { ReportInputs } from "../domain/sla/report-inputs.ts";

/** What stands beside a report. */
export interface Seal {
  algorithm: "Ed25519";
  /** The 32 raw bytes, base64. */
  public_key: string;
  /** SHA-256 of the canonical JSON, hex. */
  sha256: string;
  /** Of the canonical JSON's UTF-8 bytes, base64. */
  signature: string;
}

/** A report with the texts that are kept of it. */
export interface ComputedReport {
  report: Report;
  /** Canonical JSON of the report: exactly these bytes are sealed. */
  json: string;
  sha256: string;
  /** Canonical JSON of the inputs: from these bytes the report can be computed again. */
  inputsJson: string;
  inputsSha256: string;
}

export interface SealedReport extends ComputedReport {
  seal: Seal;
}

/** Computes a report, unsealed: drafts, what-if, and what a verification compares with. */
export async function computeReport(inputs: ReportInputs): Promise<ComputedReport> {
  const inputsJson = canonicalJson(inputs);
  const inputsSha256 = await digestOf(utf8(inputsJson));
  const report = buildReport(inputs, inputsSha256);
  const json = reportJson(report);
  return { report, json, sha256: await digestOf(utf8(json)), inputsJson, inputsSha256 };
}

/** Computes a report and seals it. The same inputs and key make the same seal: Ed25519 signatures are deterministic. */
export async function sealReport(inputs: ReportInputs, key: CryptoKey): Promise<SealedReport> {
  const computed = await computeReport(inputs);
  return { ...computed, seal: await sealText(computed.json, key) };
}

/** Seals any text. */
export async function sealText(text: string, key: CryptoKey): Promise<Seal> {
  const bytes = utf8(text);
  const { signature } = await signBatch(bytes, key);
  return {
    algorithm: "Ed25519",
    public_key: publicKeyOf(key),
    sha256: await digestOf(bytes),
    signature: signature.toBase64(),
  };
}

/** The public half of a key that seals, base64. */
export function publicKeyOf(key: CryptoKey): string {
  const { x } = createPublicKey(KeyObject.from(key).export({ type: "pkcs8", format: "pem" })).export({
    format: "jwk",
  });
  return Uint8Array.fromBase64(x!, { alphabet: "base64url" }).toBase64();
}

/** What is wrong with a seal over a text; null: it holds. Never throws for what the seal says. */
export async function sealFault(text: string, seal: Seal): Promise<string | null> {
  const bytes = utf8(text);
  const found = await digestOf(bytes);
  if (found !== seal.sha256) {
    return `its digest is ${found}, and the seal is over ${seal.sha256}`;
  }
  try {
    const key = await importPublicKey(seal.public_key);
    const signature = Uint8Array.fromBase64(seal.signature);
    return (await verifyBatch({ bytes, signature }, key)) ? null : "the signature is not of this key";
  } catch {
    return "the seal holds no key and signature of the known form";
  }
}
