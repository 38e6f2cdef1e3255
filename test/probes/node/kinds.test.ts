/** The table of misbehaviours, asked by the probe on Node. */

import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, describe, expect, it } from "vitest";
import { createProber } from "../../../probes/prober.ts";
import { phases } from "../../../probes/protocol.ts";
import type { Assignment, Target } from "../../../probes/protocol.ts";
import { machineClock } from "../../../probes/clock.ts";
import { kindsOf } from "../../../probes/node/kinds.ts";
import { startMisbehavingServer } from "../../support/misbehaving-server.ts";
import { casesFor, httpTarget } from "../cases.ts";

const server = await startMisbehavingServer();
setDefaultCACertificates([...getCACertificates("default"), server.authority]);
afterAll(() => server.stop());

const ask = createProber(kindsOf(new Map()), machineClock);

function assignment(target: Target, more: Partial<Assignment> = {}): Assignment {
  return {
    check: 1,
    key: "beacon/web",
    intervalMs: 15_000,
    timeoutMs: 5_000,
    slowAboveMs: null,
    family: "any",
    confirmDown: 2,
    confirmUp: 1,
    target,
    ...more,
  };
}

describe.concurrent("a misbehaving target is told for what it is", () => {
  for (const {
    title,
    target,
    outcome,
    reason,
    detail,
    phases: told,
    timeoutMs,
    slowAboveMs,
    family,
  } of casesFor(server)) {
    it(`${target.kind}: ${title}`, async () => {
      const began = performance.now();
      const sample = await ask(
        assignment(target, {
          timeoutMs: timeoutMs ?? 5_000,
          slowAboveMs: slowAboveMs ?? null,
          family: family ?? "any",
        }),
      );
      expect(performance.now() - began, "kept its deadline").toBeLessThan((timeoutMs ?? 5_000) + 500);
      expect(sample).toMatchObject({ check: 1, outcome, ...(reason === undefined ? {} : { reason }) });
      if (detail !== undefined) {
        expect(sample.detail).toMatch(detail);
      }
      if (told !== undefined) {
        expect(phases.filter((phase) => sample.timings[phase] !== undefined)).toEqual(told);
      }
      expect(sample.timings.total).toBeGreaterThanOrEqual(0);
    });
  }
});

describe("connections", () => {
  const portsSeen = (path: string) =>
    server.seen.filter((line) => line.startsWith(`GET ${path} `)).map((line) => line.split(" ")[2]);

  it("each asking opens a connection of its own", async () => {
    const asked = assignment(httpTarget(`${server.http}/ok?own`));
    expect((await ask(asked)).timings.connect).toBeDefined();
    expect((await ask(asked)).timings.connect).toBeDefined();
    expect(new Set(portsSeen("/ok?own")).size).toBe(2);
  });

  it("a kept connection is used again", async () => {
    const asked = assignment(httpTarget(`${server.http}/ok?kept`, { keepConnection: true }));
    expect((await ask(asked)).timings.connect).toBeDefined();
    const again = await ask(asked);
    expect(again.outcome).toBe("ok");
    expect(again.timings.connect).toBeUndefined();
    expect(new Set(portsSeen("/ok?kept")).size).toBe(1);
  });

  it("a kept connection that the server has closed meanwhile is not a failure", async () => {
    const asked = assignment(httpTarget(`${server.http}/once`, { keepConnection: true }));
    expect((await ask(asked)).outcome).toBe("ok");
    expect(await ask(asked)).toMatchObject({ outcome: "ok", timings: { connect: expect.any(Number) } });
    expect(new Set(portsSeen("/once")).size).toBe(2);
  });
});

describe("a probe never throws", () => {
  it("a fault of its own is a probe_error, not an outage", async () => {
    const broken = createProber(
      {
        tcp: () => {
          throw new TypeError("something is not a function");
        },
      },
      machineClock,
    );
    const target: Target = { kind: "tcp", host: "127.0.0.1", port: 1 };
    expect(await broken(assignment(target))).toMatchObject({
      outcome: "probe_error",
      reason: "probe_failed",
      detail: "something is not a function",
    });
    expect(await broken(assignment({ kind: "icmp", host: "127.0.0.1" }))).toMatchObject({
      outcome: "probe_error",
      reason: "probe_failed",
    });
  });
});
