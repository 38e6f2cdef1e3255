/**
 * The address to which a letter comes back when it cannot be delivered: `bounces+<letter>.<seal>@…`, one for each letter. The seal is made
 * from the server's secret, so that nobody can report as undelivered what they never received. It survives mail servers that write
 * addresses in small letters, and fits where 64 signs are taken before the "@" (RFC 5321, 4.5.3.1.1).
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { letterId, letterKinds, readLetterId } from "./letter-id.ts";

/**
 * @param address to which what comes back comes, `bounces@acme.example`
 * @param letter its id (letter-id.ts)
 */
export function wayBack(secretKey: string, address: string, letter: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}+${hexOf(letter)}.${sealOf(secretKey, letter)}${address.slice(at)}`;
}

/** Id of the letter that came back to an address; undefined: it was not made here. */
export function letterOfWayBack(secretKey: string, address: string): string | undefined {
  const [, hex, seal] = /\+([0-9a-f]{24})\.([0-9a-f]{20})@/i.exec(address) ?? [];
  if (hex === undefined || seal === undefined) {
    return undefined;
  }
  const rest = Buffer.from(hex, "hex").toString("base64url");
  const given = Buffer.from(seal.toLowerCase());
  // Which kind it is of has no room in the address: the seal tells.
  return letterKinds
    .map((kind) => letterId(kind, rest))
    .find((letter) => timingSafeEqual(given, Buffer.from(sealOf(secretKey, letter))));
}

/** Whether mail to an address is mail to another, or to a way back that was made of it. */
export function isWayTo(address: string, to: string): boolean {
  const [local = "", domain = ""] = address.toLowerCase().split("@");
  const [ours = "", ourDomain = ""] = to.toLowerCase().split("@");
  return domain === ourDomain && (local === ours || local.startsWith(`${ours}+`));
}

function hexOf(letter: string): string {
  return Buffer.from(readLetterId(letter)?.signs ?? "", "base64url").toString("hex");
}

/** 80 bits are beyond guessing by mail. */
function sealOf(secretKey: string, letter: string): string {
  return createHmac("sha256", secretKey).update(`fournines way back ${letter}`).digest("hex").slice(0, 20);
}
