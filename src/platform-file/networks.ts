/** Addresses and networks, as the platform file and the environment write them. */
import { isIP } from "node:net";

/**
 * An address, or a network in CIDR notation.
 *
 * @throws Error the rest of "must …" that is broken
 */
export function parseNetwork(text: string): { address: string; bits: number; family: "ipv4" | "ipv6" } {
  const [, address = "", digits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const bits = digits === undefined ? most : Number(digits);
  if (version === 0 || bits > most) {
    throw new Error(`must be addresses or networks like 10.0.0.0/8, ::1, separated by commas, not "${text}"`);
  }
  return { address, bits, family: version === 6 ? "ipv6" : "ipv4" };
}
