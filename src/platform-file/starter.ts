/**
 * The starter platform: what a server watches where nothing was ever configured, its own parts, so that a first run shows a living
 * page. Written as a platform file (starter.yaml) like any other, with this server's addresses put in.
 */
import { readFileSync } from "node:fs";
import type { Target } from "../../probes/protocol.ts";
import type { PlatformDefinition, ServiceCheckDefinition } from "../domain/status/platform.ts";
import { parsePlatformFile } from "./platform-file.ts";

/** What the starter platform has to know of its server. */
export interface OwnAddresses {
  /** As configured: the address that is listened on. */
  host: string;
  /** 0 = any free port; there is then nothing to watch that could be named beforehand. */
  port: number;
  /** A PostgreSQL server; null = the database is inside the process. */
  databaseUrl: string | null;
  /** Slug of the location in which the local probe stands; null = "local". */
  location: string | null;
}

interface Address {
  host: string;
  port: number;
}

/** A definition that watches this server, from its own machine. */
export function starterPlatform(own: OwnAddresses): PlatformDefinition {
  const text = readFileSync(new URL("starter.yaml", import.meta.url), "utf8");
  const written = parsePlatformFile(text, { file: "starter.yaml", capabilities: { icmp: false } });
  const server = { host: reachable(own.host), port: own.port };
  const database = own.databaseUrl === null ? null : addressOf(own.databaseUrl);
  const location = own.location ?? "local";
  const moved = (check: ServiceCheckDefinition): ServiceCheckDefinition[] => {
    const target = moveTarget(check.target, server, database);
    return target === null ? [] : [{ ...check, target, locations: [location] }];
  };
  return {
    ...written,
    locations: written.locations.map((one) => ({ ...one, slug: location })),
    services:
      own.port === 0
        ? []
        : written.services.map((service) => ({ ...service, checks: service.checks.flatMap(moved) })),
  };
}

/** The target at the server's own address, or at its database's; null where there is none. */
function moveTarget(target: Target, server: Address, database: Address | null): Target | null {
  if (target.kind === "http") {
    const url = new URL(target.url);
    url.host = `${server.host.includes(":") ? `[${server.host}]` : server.host}:${server.port}`;
    return { ...target, url: url.href };
  }
  if (target.kind === "tcp") {
    const address = target.port === databasePort ? database : server;
    return address === null ? null : { ...target, ...address };
  }
  return target;
}

/** PostgreSQL's own, and the one in starter.yaml. */
const databasePort = 5432;

/** Null for an address without a host: a socket file, say. */
function addressOf(databaseUrl: string): Address | null {
  const url = URL.parse(databaseUrl);
  return url === null || url.hostname === ""
    ? null
    : {
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: url.port === "" ? databasePort : Number(url.port),
      };
}

/** A server that listens everywhere is reached on this machine. */
function reachable(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}
