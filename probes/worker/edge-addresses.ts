/**
 * Cloudflare's own addresses, to which no Worker may open a socket (fetch reaches what stands behind them): that a connection there does
 * not open says nothing of the target.
 */

import { addressVersion } from "../address.ts";

/** As published on https://www.cloudflare.com/ips; they change once in years. */
const ranges = [
  "103.21.244.0/22",
  "103.22.200.0/22",
  "103.31.4.0/22",
  "104.16.0.0/13",
  "104.24.0.0/14",
  "108.162.192.0/18",
  "131.0.72.0/22",
  "141.101.64.0/18",
  "162.158.0.0/15",
  "172.64.0.0/13",
  "173.245.48.0/20",
  "188.114.96.0/20",
  "190.93.240.0/20",
  "197.234.240.0/22",
  "198.41.128.0/17",
  "2400:cb00::/32",
  "2405:8100::/32",
  "2405:b500::/32",
  "2606:4700::/32",
  "2803:f800::/32",
  "2a06:98c0::/29",
  "2c0f:f248::/32",
].map((range) => {
  const [address = "", length] = range.split("/");
  return { version: addressVersion(address), bits: bitsOf(address).slice(0, Number(length)) };
});

/** Whether an address, without brackets, is one of Cloudflare's. A name never is. */
export function isEdgeAddress(address: string): boolean {
  const version = addressVersion(address);
  const bits = version === 0 ? "" : bitsOf(address);
  return ranges.some((range) => range.version === version && bits.startsWith(range.bits));
}

function bitsOf(address: string): string {
  if (addressVersion(address) === 4) {
    return address
      .split(".")
      .map((part) => binary(Number(part), 8))
      .join("");
  }
  // The URL standard writes IPv6 in its one short form; the "::" stands for as many groups as are missing.
  const [left = "", right = ""] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const zeros = Array<string>(8 - groups(left).length - groups(right).length).fill("0");
  const all = [...groups(left), ...zeros, ...groups(right)];
  return all.map((group) => binary(Number.parseInt(group, 16), 16)).join("");
}

function binary(value: number, digits: number): string {
  return value.toString(2).padStart(digits, "0");
}
