/**
 * Which addresses lead nowhere but into a network of our own: calls to them have to be allowed by whoever runs the platform, lest somebody
 * who may name a receiver reaches what only this machine can. Looked at after a name was resolved, as a name proves nothing.
 */
import { BlockList, isIP } from "node:net";

const ours = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  ours.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["::", 127],
  ["64:ff9b:1::", 48],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  ours.addSubnet(network, bits, "ipv6");
}

/** Whether an IP address is of this machine or of a private network (RFC 6890), also where it is an IPv4 address in IPv6 clothes. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) {
    return false;
  }
  const worn = family === 6 ? innerIpv4(address) : null;
  return worn === null ? ours.check(address, family === 4 ? "ipv4" : "ipv6") : ours.check(worn, "ipv4");
}

/** `::ffff:10.0.0.1` and `64:ff9b::a00:1` lead to 10.0.0.1; null: the address is itself. */
function innerIpv4(address: string): string | null {
  // The URL parser writes every address in one way: "::ffff:a00:1".
  const written = new URL(`http://[${address.replace(/%.*$/, "")}]/`).hostname.slice(1, -1);
  const [, high, low] = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written) ?? [];
  if (high === undefined || low === undefined) {
    return null;
  }
  const bits = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
