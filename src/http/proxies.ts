/**
 * Who is really asking behind a proxy. What a proxy says of it is believed of those proxies alone that the configuration names: anybody
 * else could say anything. Noted at the edge, for whoever records or counts where requests come from.
 */
import { BlockList, isIP } from "node:net";
import type { IncomingMessage } from "node:http";
import { parseNetwork } from "../platform-file/networks.ts";

/** At the other end, as far as it is known. */
export interface Client {
  address: string;
  /** Whether it speaks TLS to whom it asked. */
  isSecure: boolean;
  /** By which name it asked for us, as a trusted proxy tells it; null: none does. */
  forwardedHost: string | null;
}

export type ReadClient = (request: IncomingMessage) => Client;

const clients = new WeakMap<IncomingMessage, Client>();

/** Tells whether an address is one of these, or in one of these networks. */
export function openNetworks(written: readonly string[]): (address: string) => boolean {
  const networks = new BlockList();
  for (const one of written) {
    const { address, bits, family } = parseNetwork(one);
    networks.addSubnet(address, bits, family);
  }
  return (address) => isIP(address) !== 0 && networks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** @param trusted addresses and networks of proxies, "10.0.0.0/8" */
export function openProxies(trusted: readonly string[]): ReadClient {
  const isTrusted = openNetworks(trusted);
  return (request) => {
    const client = clientOf(request, isTrusted);
    clients.set(request, client);
    return client;
  };
}

/** What was noted of a request; undefined: it came in another way. */
export function clientOfRequest(request: IncomingMessage | undefined): Client | undefined {
  return request && clients.get(request);
}

/**
 * Under what an address is counted: itself, and of IPv6 the network of 64 bits that a single customer of a provider has whole (RFC 6177),
 * so that nobody is as many as they have addresses.
 */
export function countedAs(address: string): string {
  if (isIP(address) !== 6) {
    return address;
  }
  const [left = "", right] = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1).split("::");
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const [first, last] = [groups(left), groups(right ?? "")];
  const gap = Array.from({ length: right === undefined ? 0 : 8 - first.length - last.length }, () => "0");
  return `${[...first, ...gap, ...last].slice(0, 4).join(":")}::/64`;
}

/**
 * The last address on the way that no trusted proxy has, by the chain of X-Forwarded-For: what stands left of it may be invented. The
 * protocol and the name that was asked for are what the proxy next to us says.
 */
function clientOf(request: IncomingMessage, isTrusted: (address: string) => boolean): Client {
  const next = plainAddress(request.socket.remoteAddress ?? "unknown");
  if (!isTrusted(next)) {
    return { address: next, isSecure: false, forwardedHost: null };
  }
  const way = valuesOf(request, "x-forwarded-for").map(plainAddress);
  let address = next;
  for (const one of way.reverse()) {
    if (isIP(one) === 0) {
      break;
    }
    address = one;
    if (!isTrusted(one)) {
      break;
    }
  }
  return {
    address,
    isSecure: valuesOf(request, "x-forwarded-proto").at(-1)?.toLowerCase() === "https",
    forwardedHost: valuesOf(request, "x-forwarded-host").at(-1) ?? null,
  };
}

function valuesOf({ headers }: IncomingMessage, name: string): string[] {
  return [headers[name] ?? []]
    .flat()
    .join(",")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** Without brackets and port; an IPv4 address that came by IPv6 as what it is. */
function plainAddress(text: string): string {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare;
}
