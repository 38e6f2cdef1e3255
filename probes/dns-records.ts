/**
 * Records of the name system: what is asked for a target, records as text the way zone files write them, and the judgement of an
 * answer. The same however the question travels.
 */

import { addressVersion } from "./address.ts";
import { ok } from "./expectations.ts";
import type { Answer } from "./expectations.ts";
import { ProbeFailure } from "./failure.ts";
import type { DnsRecordType, DnsTarget } from "./protocol.ts";

/** A resolver's answer as dns-packet decodes it, as far as it is judged. */
export interface DnsAnswer {
  /** Name of the response code; absent = NOERROR. */
  rcode?: string | undefined;
  answers?: readonly DnsRecord[] | undefined;
}

export interface DnsRecord {
  type: string;
  data?: unknown;
}

/** The code first, then whether there is such a record at all, then whether every expected one is among them. */
export function judgeAnswer(target: DnsTarget, { rcode = "NOERROR", answers = [] }: DnsAnswer): Answer {
  if (rcode === "NXDOMAIN") {
    throw new ProbeFailure("name_not_found", `${target.name} does not exist (NXDOMAIN)`);
  }
  if (rcode !== "NOERROR") {
    throw new ProbeFailure("name_lookup_failed", `the resolver answered ${rcode}`);
  }
  const found = answers.filter(({ type }) => type === target.record).map(showRecord);
  if (found.length === 0) {
    throw new ProbeFailure("name_not_found", `${target.name} has no ${target.record} record`);
  }
  const known = new Set(found.map((text) => normalise(target.record, text)));
  const missing = target.expectAnswers.find((expected) => !known.has(normalise(target.record, expected)));
  if (missing !== undefined) {
    throw new ProbeFailure("unexpected_answer", `${missing} is not among ${found.join(", ")}`);
  }
  return ok;
}

/** The name of the question. An address is turned into its reverse name for PTR. */
export function nameToAsk({ name, record }: DnsTarget): string {
  const bare = name.replace(/\.$/, "");
  if (record !== "PTR") {
    return bare;
  }
  switch (addressVersion(bare)) {
    case 4:
      return `${bare.split(".").reverse().join(".")}.in-addr.arpa`;
    case 6:
      return `${hexDigits(bare).reverse().join(".")}.ip6.arpa`;
    default:
      return bare;
  }
}

/** One record as a zone file would write its value. */
function showRecord({ type, data }: DnsRecord): string {
  const field = (data ?? {}) as Record<string, unknown>;
  switch (type) {
    case "MX":
      return `${field.preference ?? 0} ${field.exchange}`;
    case "TXT":
      return [data].flat().map(String).join("");
    case "SOA":
      return `${field.mname} ${field.rname} ${field.serial ?? 0}`;
    case "SRV":
      return `${field.priority ?? 0} ${field.weight ?? 0} ${field.port} ${field.target}`;
    case "CAA":
      return `${field.flags ?? 0} ${field.tag} "${field.value}"`;
    default:
      return data === undefined ? "" : String(data);
  }
}

/** Names without regard to case and final dots, IPv6 in its one canonical form; TXT and CAA as they are. */
function normalise(record: DnsRecordType, text: string): string {
  if (record === "TXT") {
    return text;
  }
  if (record === "AAAA" && addressVersion(text) === 6) {
    return new URL(`http://[${text}]`).hostname;
  }
  return text
    .split(/\s+/)
    .map((word) => word.replace(/\.$/, ""))
    .join(" ")
    .toLowerCase();
}

/** The 32 hex digits of an IPv6 address. */
function hexDigits(address: string): string[] {
  const [left = "", right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const front = groups(left);
  const back = groups(right ?? "");
  const zeros = Array<string>(8 - front.length - back.length).fill("0");
  return [...front, ...zeros, ...back].flatMap((group) => [...group.padStart(4, "0")]);
}
