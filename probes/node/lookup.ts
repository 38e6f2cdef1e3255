/**
 * From a host name to addresses, as a system would find them: the hosts file, then the resolver's servers with the search list.
 * The system's own call runs on a handful of threads, where a few names that do not answer would delay every other check.
 */

import { Resolver } from "node:dns";
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { networkInterfaces } from "node:os";
import { ProbeFailure } from "../failure.ts";
import type { AddressFamily } from "../protocol.ts";

export interface Address {
  address: string;
  family: 4 | 6;
}

/** A lookup function for net and tls that offers only addresses of one family, or of both. */
export function lookupOf(family: AddressFamily): LookupFunction {
  return lookups[family];
}

/** All addresses of a name, best first. Rejects with the resolver's error, or when the family has none. */
export function addressesOf(host: string, family: AddressFamily): Promise<Address[]> {
  const literal = isIP(host);
  if (literal !== 0) {
    return literal === 4 && family === "ipv6"
      ? Promise.reject(noAddress(host, family))
      : literal === 6 && family === "ipv4"
        ? Promise.reject(noAddress(host, family))
        : Promise.resolve([{ address: host, family: literal as 4 | 6 }]);
  }
  const key = `${family} ${host.toLowerCase()}`;
  let pending = inFlight.get(key);
  if (pending === undefined) {
    pending = find(host.toLowerCase().replace(/\.$/, ""), host.endsWith("."), family).finally(() =>
      inFlight.delete(key),
    );
    inFlight.set(key, pending);
  }
  return pending;
}

/** Askings of the same name at the same moment share one query; nothing is kept beyond it. */
const inFlight = new Map<string, Promise<Address[]>>();

const lookups: Record<AddressFamily, LookupFunction> = {
  any: lookupWith("any"),
  ipv4: lookupWith("ipv4"),
  ipv6: lookupWith("ipv6"),
};

function lookupWith(family: AddressFamily): LookupFunction {
  return (host, options, done) => {
    addressesOf(host, family).then(
      (addresses) => {
        const first = addresses[0]!;
        if (options.all === true) {
          done(null, addresses);
        } else {
          done(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => done(error, "", 0),
    );
  };
}

async function find(name: string, absolute: boolean, family: AddressFamily): Promise<Address[]> {
  const known = fromHostsFile(name);
  if (known.length > 0) {
    return ofFamily(known, family, name);
  }
  let first: unknown;
  for (const candidate of absolute ? [name] : candidates(name)) {
    try {
      return ofFamily(await query(candidate, family), family, name);
    } catch (error) {
      first ??= error;
      if (!isNegative(error)) {
        throw error;
      }
    }
  }
  throw first;
}

/** Nothing there, as against nobody answering: only then the search list goes on. */
function isNegative(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOTFOUND" || code === "ENODATA" || error instanceof ProbeFailure;
}

const resolver = new Resolver({ timeout: 2_000, tries: 3 });

async function query(name: string, family: AddressFamily): Promise<Address[]> {
  const asked: Promise<Address[]>[] = [];
  if (family !== "ipv6") {
    asked.push(records(name, 4));
  }
  if (family !== "ipv4") {
    asked.push(records(name, 6));
  }
  const answers = await Promise.allSettled(asked);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (addresses.length === 0) {
    const errors = answers.flatMap((answer) =>
      answer.status === "rejected" ? [answer.reason as unknown] : [],
    );
    throw errors.find((error) => !isNegative(error)) ?? errors[0] ?? noAddress(name, family);
  }
  return addresses;
}

function records(name: string, family: 4 | 6): Promise<Address[]> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, found: string[]) =>
      error ? reject(error) : resolve(found.map((address) => ({ address, family })));
    if (family === 4) {
      resolver.resolve4(name, done);
    } else {
      resolver.resolve6(name, done);
    }
  });
}

function ofFamily(addresses: Address[], family: AddressFamily, host: string): Address[] {
  const wanted = family === "any" ? preferred() : family === "ipv4" ? [4] : [6];
  const found = wanted.flatMap((version) => addresses.filter((address) => address.family === version));
  if (found.length === 0) {
    throw noAddress(host, family);
  }
  return found;
}

/** What a host is told that has no address of the wanted family. */
export function noAddress(host: string, family: AddressFamily): ProbeFailure {
  const kind = family === "any" ? "" : family === "ipv4" ? " IPv4" : " IPv6";
  return new ProbeFailure("name_not_found", `${host} has no${kind} address`);
}

/** IPv6 first only where this machine has an IPv6 address of its own to ask from. */
function preferred(): (4 | 6)[] {
  families ??= Object.values(networkInterfaces())
    .flat()
    .some((own) => own?.family === "IPv6" && !own.internal && own.scopeid === 0)
    ? [6, 4]
    : [4, 6];
  return families;
}

let families: (4 | 6)[] | undefined;

const hosts = {
  path: process.platform === "win32" ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts",
};
const configuration = { path: "/etc/resolv.conf" };

interface FileState<T> {
  parsed: T;
  checkedAt: number;
  modified: number;
}

/** A small system file, read again when it has changed; looked at once in five seconds. */
function watched<T>(path: string, parse: (text: string) => T): () => T {
  let state: FileState<T> | undefined;
  return () => {
    const now = performance.now();
    if (state === undefined || now - state.checkedAt > 5_000) {
      const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      state =
        state?.modified === modified
          ? { ...state, checkedAt: now }
          : { parsed: parse(modified === 0 ? "" : readFileSync(path, "utf8")), checkedAt: now, modified };
    }
    return state.parsed;
  };
}

const hostsFile = watched(hosts.path, (text) => {
  const byName = new Map<string, Address[]>();
  for (const line of text.split("\n")) {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const family = isIP(address ?? "");
    if (family !== 0) {
      for (const name of names) {
        const list = byName.get(name.toLowerCase()) ?? [];
        list.push({ address: address!, family: family as 4 | 6 });
        byName.set(name.toLowerCase(), list);
      }
    }
  }
  return byName;
});

function fromHostsFile(name: string): Address[] {
  const known = hostsFile().get(name);
  if (known !== undefined) {
    return known;
  }
  // RFC 6761: localhost never goes to the network.
  return name === "localhost" || name.endsWith(".localhost")
    ? [
        { address: "127.0.0.1", family: 4 },
        { address: "::1", family: 6 },
      ]
    : [];
}

const searchList = watched(configuration.path, (text) => {
  let domains: string[] = [];
  let dots = 1;
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === "search" || keyword === "domain") {
      domains = values;
    } else if (keyword === "options") {
      dots = Number(values.find((value) => value.startsWith("ndots:"))?.slice(6) ?? dots);
    }
  }
  return { domains, dots };
});

/** The names to try, in order (resolv.conf: search, ndots). */
function candidates(name: string): string[] {
  const { domains, dots } = searchList();
  const searched = domains.map((domain) => `${name}.${domain.replace(/\.$/, "")}`);
  return name.split(".").length - 1 >= dots ? [name, ...searched] : [...searched, name];
}
