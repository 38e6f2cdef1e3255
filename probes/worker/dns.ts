/**
 * Asks for a record: over HTTPS to the resolver of the settings, or over TCP to the one the check names, because a Worker has no
 * packets to send.
 */

import { judgeAnswer, nameToAsk } from "../dns-records.ts";
import type { DnsAnswer } from "../dns-records.ts";
import type { Asking, ProbeFunction } from "../prober.ts";
import type { DnsTarget } from "../protocol.ts";
import { askOverHttps, askOverTcp } from "./resolver.ts";
import { closed, demandFamily, openSocket } from "./sockets.ts";
import type { Place } from "./sockets.ts";
import { failureOfSocket, failureOfFetch } from "./troubles.ts";

/** Probe function of the kind `dns`. */
export function dnsProbe(resolverUrl: string): ProbeFunction<DnsTarget> {
  return async (asking) => {
    const { target, timings, elapsed } = asking;
    const began = elapsed();
    const answer =
      target.resolver === undefined
        ? await overHttps(asking, resolverUrl)
        : await overTcp(asking, target.resolver, resolverUrl);
    timings.firstByte = elapsed() - began;
    return judgeAnswer(target, answer);
  };
}

async function overHttps(asking: Asking<DnsTarget>, resolverUrl: string): Promise<DnsAnswer> {
  const { target } = asking;
  const aborting = new AbortController();
  asking.cancel = () => aborting.abort();
  try {
    return await askOverHttps(resolverUrl, nameToAsk(target), target.record, aborting.signal);
  } catch (error) {
    const { hostname, port, protocol } = new URL(resolverUrl);
    const secure = protocol === "https:";
    const place = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (secure ? 443 : 80)) };
    throw await failureOfFetch(error, place, secure, asking, resolverUrl);
  }
}

async function overTcp(asking: Asking<DnsTarget>, place: Place, resolverUrl: string): Promise<DnsAnswer> {
  const { target, assignment } = asking;
  demandFamily(place.host, assignment.family);
  const socket = openSocket(place, false);
  asking.cancel = () => closed(socket);
  try {
    await socket.opened;
  } catch {
    throw await failureOfSocket(place, false, asking, resolverUrl);
  }
  try {
    return await askOverTcp(socket, nameToAsk(target), target.record);
  } finally {
    closed(socket);
  }
}
