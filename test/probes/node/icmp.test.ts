/** What runs of the systems' ping programs say. */

import { describe, expect, it } from "vitest";
import { ProbeFailure } from "../../../probes/failure.ts";
import { icmpAvailable, readPing } from "../../../probes/node/icmp.ts";
import { kindsOf } from "../../../probes/node/kinds.ts";
import { machineClock } from "../../../probes/clock.ts";
import { createProber } from "../../../probes/prober.ts";

describe("a run of ping", () => {
  it.each([
    [
      "iputils",
      0,
      "64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=0.045 ms\n\n--- 192.0.2.1 ping statistics ---",
      0.045,
    ],
    ["BusyBox", 0, "64 bytes from 192.0.2.1: seq=0 ttl=64 time=12.300 ms", 12.3],
    ["macOS", 0, "64 bytes from 192.0.2.1: icmp_seq=0 ttl=56 time=8.113 ms", 8.113],
    ["Windows, quick", 0, "Reply from 192.0.2.1: bytes=32 time<1ms TTL=128", 1],
  ])("%s tells the time", (_, code, output, roundTripMs) => {
    expect(readPing({ code, output })).toEqual({ roundTripMs });
  });

  it.each([
    ["no reply", 1, "1 packets transmitted, 0 received, 100% packet loss, time 0ms", "timeout"],
    ["Windows, no reply", 1, "Request timed out.", "timeout"],
    ["unreachable", 1, "From 192.0.2.9 icmp_seq=1 Destination Host Unreachable", "network_unreachable"],
    [
      "Windows, unreachable but contented",
      0,
      "Reply from 192.0.2.9: Destination host unreachable.",
      "network_unreachable",
    ],
    ["not permitted", 2, "ping: socktype: SOCK_RAW\nping: socket: Operation not permitted", "probe_failed"],
    ["no ping at all", null, "", "probe_failed"],
  ])("%s is told for what it is", (_, code, output, reason) => {
    const failure = readPing({ code, output });
    expect(failure).toBeInstanceOf(ProbeFailure);
    expect(failure).toMatchObject({ reason });
  });

  it("loopback answers where this machine can ping; where it cannot, that is no outage", async () => {
    const ask = createProber(kindsOf(new Map()), machineClock);
    const sample = await ask({
      check: 1,
      key: "beacon/ping",
      intervalMs: 15_000,
      timeoutMs: 3_000,
      slowAboveMs: null,
      family: "ipv4",
      confirmDown: 2,
      confirmUp: 1,
      target: { kind: "icmp", host: "localhost" },
    });
    expect(sample.outcome).toBe((await icmpAvailable()) ? "ok" : "probe_error");
  });
});
