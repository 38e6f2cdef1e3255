/** Records of the name system as text, the way zone files write them, so that expectations can be compared. Used by dns.ts. */

import type { Answer as DnsAnswer } from "dns-packet";
import { isIP } from "node:net";
import type { DnsRecordType, DnsTarget } from "../protocol.ts";

/** The name of the question. An address is turned into its reverse name for PTR. */
export function nameToAsk({ name, record }: DnsTarget): string {
  const bare = name.replace(/\.$/, "");
  if (record !== "PTR") {
    return bare;
  }
  switch (isIP(bare)) {
    case 4:
      return `${bare.split(".").reverse().join(".")}.in-addr.arpa`;
    case 6:
      return `${hexDigits(bare).reverse().join(".")}.ip6.arpa`;
    default:
      return bare;
  }
}

/** One answer as a zone file would write its value. */
export function showAnswer(answer: DnsAnswer): string {
  switch (answer.type) {
    case "MX":
      return `${answer.data.preference ?? 0} ${answer.data.exchange}`;
    case "TXT":
      return [answer.data].flat().map(String).join("");
    case "SOA":
      return `${answer.data.mname} ${answer.data.rname} ${answer.data.serial ?? 0}`;
    case "SRV":
      return `${answer.data.priority ?? 0} ${answer.data.weight ?? 0} ${answer.data.port} ${answer.data.target}`;
    case "CAA":
      return `${answer.data.flags ?? 0} ${answer.data.tag} "${answer.data.value}"`;
    default:
      return "data" in answer ? String(answer.data) : "";
  }
}

/** Names without regard to case and final dots, IPv6 in its one canonical form; TXT and CAA as they are. */
export function normalise(record: DnsRecordType, text: string): string {
  if (record === "TXT") {
    return text;
  }
  if (record === "AAAA" && isIP(text) === 6) {
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
