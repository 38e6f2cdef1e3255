/** The local probe on its own thread, from assignment to delivered batch. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, it } from "vitest";
import { decodeBatch, digestOf, generateKeys, noPrevious, verifyBatch } from "../../../probes/batch.ts";
import { startLocalProbe } from "../../../probes/node/local.ts";
import type { LocalProbe, LocalProbeOptions, LocalProbeProblem } from "../../../probes/node/local.ts";
import type { Assignment, Batch, Target } from "../../../probes/protocol.ts";
import { httpTarget } from "../cases.ts";
import { until } from "../fake-clock.ts";

let status = 200;
const web = createServer(({ url: path }, response) =>
  response.writeHead(path === "/moody" ? status : 200).end(),
);
await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;

const keys = await generateKeys();
const running: LocalProbe[] = [];
afterAll(async () => {
  await Promise.all(running.map((probe) => probe.stop()));
  await new Promise((resolve) => web.close(resolve));
});

function assignment(check: number, target: Target = httpTarget(url), intervalMs = 1_000): Assignment {
  return {
    check,
    key: `beacon/${check}`,
    intervalMs,
    timeoutMs: 1_000,
    slowAboveMs: null,
    family: "any",
    confirmDown: 2,
    confirmUp: 1,
    target,
  };
}

function start(more: Partial<LocalProbeOptions> = {}) {
  const batches: Batch[] = [];
  const problems: LocalProbeProblem[] = [];
  const chain = { sequence: 0, previous: noPrevious };
  const probe = startLocalProbe({
    probeId: "local",
    location: "lisbon",
    privateKey: keys.privateKey,
    readChain: () => Promise.resolve({ ...chain }),
    assignments: [assignment(1), assignment(2)],
    deliver: async (signed) => {
      expect(await verifyBatch(signed, keys.publicKey)).toBe(true);
      const batch = decodeBatch(signed.bytes);
      if (batch.sequence > chain.sequence) {
        expect(batch).toMatchObject({ sequence: chain.sequence + 1, previous: chain.previous });
        Object.assign(chain, { sequence: batch.sequence, previous: await digestOf(signed.bytes) });
        batches.push(batch);
      }
      return { acknowledged: chain.sequence };
    },
    onProblem: (problem) => problems.push(problem),
    ...more,
  });
  running.push(probe);
  const samples = () => batches.flatMap(({ observations }) => observations);
  return { probe, batches, problems, samples, chain };
}

it.concurrent("asks within one interval and delivers signed batches in a chain", async () => {
  const { probe, samples, batches } = start();
  await until(() => new Set(samples().map(({ check }) => check)).size === 2);
  expect(samples().every(({ outcome }) => outcome === "ok")).toBe(true);
  expect(batches[0]).toMatchObject({ probe: "local", location: "lisbon", sequence: 1 });
  expect(await probe.statistics()).toMatchObject({ checks: 2, delivery: { refused: 0 } });
});

it.concurrent("a change of outcome arrives at once, and assignments can be swapped", async () => {
  const { probe, samples } = start({ assignments: [assignment(1, httpTarget(`${url}moody`))] });
  await until(() => samples().length > 0);
  status = 503;
  await until(() => samples().some(({ outcome }) => outcome === "fail"));
  const failed = samples().find(({ outcome }) => outcome === "fail")!;
  expect(Date.now() - failed.at).toBeLessThan(500);
  probe.setAssignments([assignment(9)]);
  await until(() => samples().some(({ check }) => check === 9));
});

it.concurrent("a job that reports failure is heard at once", async () => {
  const job: Target = { kind: "check-in", periodMs: 3_600_000, graceMs: 60_000, lastCallAt: Date.now() };
  const { probe, samples } = start({ assignments: [assignment(1), assignment(5, job, 3_600_000)] });
  await until(() => samples().length > 0);
  probe.checkedIn(5, Date.now(), "fail");
  await until(() => samples().some(({ check, reason }) => check === 5 && reason === "check_in_failed"));
});

it.concurrent("a job's call is known to a probe that was started again after it", async () => {
  const longAgo = Date.now() - 86_400_000;
  const job: Target = { kind: "check-in", periodMs: 3_600_000, graceMs: 60_000, lastCallAt: longAgo };
  const list = [assignment(5, job)];
  const { probe, samples, problems } = start({ assignments: list });
  probe.checkedIn(5, Date.now(), "ok");
  await until(() => samples().some(({ outcome }) => outcome === "ok"));
  probe.setAssignments(null as never);
  await until(() => problems.some(({ kind }) => kind === "probe_restarted"));
  const restarted = Date.now();
  probe.setAssignments(list);
  await until(() => samples().some(({ at }) => at > restarted));
  expect(samples().filter(({ at, outcome }) => at > restarted && outcome !== "ok")).toEqual([]);
});

it.concurrent("stopping delivers the last samples", async () => {
  const { probe, samples, batches } = start({
    assignments: [assignment(1, httpTarget(url), 60_000), assignment(2)],
  });
  await until(() => samples().length > 2);
  const { asked } = await probe.statistics();
  await probe.stop();
  expect(samples().length).toBeGreaterThanOrEqual(asked);
  expect(batches.map(({ sequence }) => sequence)).toEqual(batches.map((_, i) => i + 1));
});

it.concurrent("a server that cannot take batches loses nothing once it can again", async () => {
  let down = true;
  const taken: Batch[] = [];
  const { problems } = start({
    deliver: (signed) => {
      if (down) {
        return Promise.reject(new Error("the database is away"));
      }
      const batch = decodeBatch(signed.bytes);
      taken.push(batch);
      return Promise.resolve({ acknowledged: batch.sequence });
    },
  });
  await until(() => problems.length > 0);
  expect(problems[0]).toEqual({ kind: "delivery_failed", attempts: 1, message: "the database is away" });
  down = false;
  await until(() => taken.length >= 2);
  expect(taken.map(({ sequence }) => sequence).slice(0, 2)).toEqual([1, 2]);
});

it.concurrent(
  "a probe that broke down is started again and goes on in the chain, even behind a lost answer",
  async () => {
    const { probe, batches, problems, chain } = start({ assignments: [assignment(1)] });
    await until(() => batches.length > 0);
    // Nothing a program could work with: the thread ends by an error, again and again until it gets better ones.
    probe.setAssignments(null as never);
    await until(() => problems.some(({ kind }) => kind === "probe_restarted"));
    // Stored by the server, and the probe that sent it never heard of it.
    Object.assign(chain, { sequence: chain.sequence + 1, previous: "b".repeat(64) });
    const stored = chain.sequence;
    probe.setAssignments([assignment(7)]);
    await until(() => batches.some(({ observations }) => observations.some(({ check }) => check === 7)));
    expect(batches.filter(({ sequence }) => sequence > stored)[0]).toMatchObject({
      sequence: stored + 1,
      previous: "b".repeat(64),
    });
    await probe.stop();
  },
);

it.concurrent("stopping a probe that has broken down does not wait for it", async () => {
  const { probe, problems } = start();
  probe.setAssignments(null as never);
  await until(() => problems.length > 0);
  const began = performance.now();
  await probe.stop();
  expect(performance.now() - began).toBeLessThan(1_000);
});
