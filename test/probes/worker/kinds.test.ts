/** The table of misbehaviours, asked by the probe on Workers, in workerd. What a Worker cannot do or tell stands here, with the reason. */

import { afterAll, describe, expect, it } from "vitest";
import { phases } from "../../../probes/protocol.ts";
import type { CheckKind, FailureReason, Observation, Phase, Target } from "../../../probes/protocol.ts";
import { startMisbehavingServer } from "../../support/misbehaving-server.ts";
import { casesFor, httpTarget } from "../cases.ts";
import { bundleOf, startWorkerd } from "./workerd.ts";

const server = await startMisbehavingServer();
const workerd = await startWorkerd(
  await bundleOf("test/probes/worker/asking-worker.ts"),
  {},
  server.authority,
);
afterAll(async () => {
  await workerd.dispose();
  await server.stop();
});

interface Asked {
  timeoutMs?: number;
  slowAboveMs?: number;
  family?: string;
}

async function ask(target: Target, { timeoutMs = 5_000, slowAboveMs, family }: Asked = {}) {
  const response = await workerd.dispatchFetch("http://probe/", {
    method: "POST",
    body: JSON.stringify({
      resolverUrl: `${server.http}/dns-query`,
      assignment: {
        check: 1,
        key: "beacon/web",
        intervalMs: 15_000,
        timeoutMs,
        slowAboveMs: slowAboveMs ?? null,
        family: family ?? "any",
        confirmDown: 2,
        confirmUp: 1,
        target,
      },
    }),
  });
  return (await response.json()) as Observation;
}

/** Cases that a Worker turns away, because it would ask something else than what is meant. */
const refused: Record<string, RegExp> = {
  "http: the wanted family is used": /cannot choose between IPv4 and IPv6 for the name localhost/,
  "http: HTTP, self-signed certificate that is accepted": /cannot accept a certificate that is not trusted/,
  "tls: a certificate in order": /does not see how many days/,
  "tls: a certificate with few days left": /does not see how many days/,
  "tls: a certificate with too few days left": /does not see how many days/,
  "tls: an expired certificate": /does not see how many days/,
  "tls: a certificate for another name": /does not see how many days/,
  "tls: a self-signed certificate": /does not see how many days/,
  "tls: a self-signed certificate whose chain is not judged": /does not see how many days/,
  "tls: no TLS there": /does not see how many days/,
  "tls: no TLS server there": /does not see how many days/,
};

const untold = {
  reset: "fetch and sockets tell a reset as they tell a connection that was closed",
  certificate: "what is wrong with a certificate is not told to a Worker",
  connecting: "whether a connection was open already is not told to a Worker",
  head: "the runtime waits on for the end of a head that never began",
} as const;

/** Cases that fail as they should, for a reason that is told less exactly. */
const toldLess: Record<string, { reason: FailureReason; because: string; timeoutMs?: number }> = {
  "http: no answer in time is a timeout": { reason: "timeout", because: untold.connecting },
  "http: a service that does not speak HTTP": { reason: "timeout", because: untold.head, timeoutMs: 250 },
  "http: a reset instead of an answer": { reason: "connection_closed", because: untold.reset },
  "tcp: a port that resets": { reason: "connection_closed", because: untold.reset },
  "http: HTTP, wrong name in the certificate": { reason: "tls_failed", because: untold.certificate },
  "http: HTTP, expired certificate": { reason: "tls_failed", because: untold.certificate },
  "http: HTTP, certificate of tomorrow": { reason: "tls_failed", because: untold.certificate },
  "http: HTTP, self-signed certificate": { reason: "tls_failed", because: untold.certificate },
  "websocket: a WebSocket with an untrusted certificate": {
    reason: "tls_failed",
    because: untold.certificate,
  },
};

/** The parts of an asking that a Worker can tell apart; a socket's connect includes the lookup of its name. */
const told: Partial<Record<CheckKind, Phase[]>> = {
  http: ["firstByte", "total"],
  websocket: ["firstByte", "total"],
  tcp: ["connect", "firstByte", "total"],
  dns: ["firstByte", "total"],
};

const cases = casesFor(server).map((one) => ({ ...one, name: `${one.target.kind}: ${one.title}` }));

describe.concurrent("a misbehaving target is told for what it is", () => {
  for (const one of cases.filter(({ name }) => !(name in refused))) {
    const less = toldLess[one.name];
    const { target, outcome, name } = one;
    const timeoutMs = less?.timeoutMs ?? one.timeoutMs ?? 5_000;
    const reason = less?.reason ?? one.reason;
    it(less === undefined ? name : `${name} (${reason}: ${less.because})`, async () => {
      const sample = await ask(target, { ...one, timeoutMs });
      expect(sample).toMatchObject({ check: 1, outcome, ...(reason === undefined ? {} : { reason }) });
      expect(sample.timings.total).toBeLessThan(timeoutMs + 500);
      if (one.detail !== undefined && less === undefined) {
        expect(sample.detail).toMatch(one.detail);
      }
      if (one.phases !== undefined) {
        const known = told[target.kind]!;
        expect(phases.filter((phase) => sample.timings[phase] !== undefined)).toEqual(
          one.phases.filter((phase) => known.includes(phase)),
        );
      }
    });
  }
});

describe.concurrent("what a Worker cannot ask as it is meant is turned away", () => {
  for (const [name, reason] of Object.entries(refused)) {
    it(name, async () => {
      const one = cases.find((known) => known.name === name)!;
      const sample = await ask(one.target, one);
      expect(sample).toMatchObject({ outcome: "probe_error", reason: "probe_failed" });
      expect(sample.detail).toMatch(reason);
    });
  }

  it.each<Target>([
    { kind: "icmp", host: "127.0.0.1" },
    { kind: "check-in", periodMs: 60_000, graceMs: 60_000, lastCallAt: null },
  ])("a kind that Workers have no means for: $kind", async (target) => {
    expect(await ask(target)).toMatchObject({ outcome: "probe_error", reason: "probe_failed" });
  });

  it("nothing is sent for a check that is turned away", async () => {
    const target = httpTarget(`${server.http.replace("127.0.0.1", "localhost")}/ok?family`);
    expect((await ask(target, { family: "ipv4" })).outcome).toBe("probe_error");
    expect(server.seen.filter((line) => line.includes("/ok?family"))).toEqual([]);
  });
});

describe.concurrent("a TLS check without days", () => {
  const handshake = (port: number): Target => ({
    kind: "tls",
    host: "localhost",
    port,
    serverName: "localhost",
    minDays: 0,
    warnDays: 0,
    verifyChain: true,
  });
  const { ports, http } = server;

  it.each([
    ["a certificate that is trusted", ports.tlsGood, "ok", undefined],
    ["a certificate with few days left is still trusted", ports.tlsSoon, "ok", undefined],
    ["an expired certificate", ports.tlsExpired, "fail", "tls_failed"],
    ["a certificate of tomorrow", ports.tlsNotYet, "fail", "tls_failed"],
    ["a certificate for another name", ports.tlsWrongName, "fail", "tls_failed"],
    ["a self-signed certificate", ports.tlsSelfSigned, "fail", "tls_failed"],
    ["no TLS there", Number(new URL(http).port), "fail", "tls_failed"],
    ["nobody there", ports.closed, "fail", "connection_refused"],
  ] as const)("%s", async (_, port, outcome, reason) => {
    const sample = await ask(handshake(port));
    expect(sample).toMatchObject({ outcome, ...(reason === undefined ? {} : { reason }) });
    expect(Object.keys(sample.timings)).toEqual(["total"]);
  });

  it("a port that says nothing is a timeout", async () => {
    expect(await ask(handshake(ports.silent), { timeoutMs: 250 })).toMatchObject({ reason: "timeout" });
  });
});

describe.concurrent("the name system over HTTPS", () => {
  const record = (name: string, expectAnswers: string[] = []): Target => ({
    kind: "dns",
    name,
    record: "A",
    expectAnswers,
  });

  it("a check without a resolver asks the one of the settings", async () => {
    expect(await ask(record("beacon.test", ["192.0.2.10"]))).toMatchObject({ outcome: "ok" });
    expect(await ask(record("beacon.test", ["192.0.2.99"]))).toMatchObject({ reason: "unexpected_answer" });
    expect(await ask(record("missing.test"))).toMatchObject({ reason: "name_not_found" });
    expect(await ask(record("servfail.test"))).toMatchObject({ reason: "name_lookup_failed" });
  });

  it("a target behind Cloudflare, where no Worker may open a socket, is no outage", async () => {
    const tcp: Target = { kind: "tcp", host: "proxied.test", port: 443 };
    const tls: Target = {
      ...tcp,
      kind: "tls",
      serverName: tcp.host,
      minDays: 0,
      warnDays: 0,
      verifyChain: true,
    };
    for (const target of [tcp, tls]) {
      expect(await ask(target)).toMatchObject({
        outcome: "probe_error",
        reason: "probe_failed",
        detail: expect.stringContaining("Cloudflare's own addresses"),
      });
    }
  });

  it("what fetch cannot reach behind Cloudflare is a failure all the same", async () => {
    expect(await ask(httpTarget("http://proxied.test/"))).toMatchObject({ outcome: "fail" });
  });

  it("a name without an address is told from a port where nobody listens", async () => {
    expect(await ask(httpTarget("http://missing.test/"))).toMatchObject({ reason: "name_not_found" });
    expect(await ask({ kind: "tcp", host: "missing.test", port: 80 })).toMatchObject({
      reason: "name_not_found",
    });
  });
});

describe.concurrent("Cloudflare's own answer in the place of the target", () => {
  it.each([
    [521, "connection_refused"],
    [522, "timeout"],
    [526, "certificate_untrusted"],
    [530, "name_not_found"],
  ])("%i means %s", async (code, reason) => {
    const sample = await ask(httpTarget(`${server.http}/cloudflare?code=${code}`));
    expect(sample).toMatchObject({ outcome: "fail", reason });
    expect(sample.detail).toContain(String(code));
  });

  it("a status that the check expects is no failure, whoever sent it", async () => {
    const target = httpTarget(`${server.http}/cloudflare?code=521`, {
      expectStatus: [{ from: 521, to: 521 }],
    });
    expect(await ask(target)).toMatchObject({ outcome: "ok" });
  });

  it("the same status from another server is just a status", async () => {
    const target = httpTarget(`${server.http}/status?code=521`);
    expect(await ask(target)).toMatchObject({ reason: "unexpected_status" });
  });
});
