/** A probe on a machine of its own, against a server that comes and goes. */

import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { FolderTaken } from "../../../probes/node/folder-lock.ts";
import { ProbeNotReady } from "../../../probes/node/joining.ts";
import {
  type NodeProbe,
  type NodeProbeNews,
  type NodeProbeOptions,
  type NodeProbeProblem,
  startNodeProbe,
} from "../../../probes/node/remote.ts";
import { rotateInFolder } from "../../../probes/node/rotation.ts";
import type { Assignment, Target } from "../../../probes/protocol.ts";
import type { ProbeAlert } from "../../../probes/untaken-watch.ts";
import { httpTarget } from "../cases.ts";
import { invitation, type SmallServer, startSmallServer } from "./small-server.ts";

const web = createServer((_, response) => response.end("fine"));
await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
/** Nobody listens there. */
const closed: Target = { kind: "tcp", host: "127.0.0.1", port: 1 };

let server: SmallServer;
let folder: string;
let running: NodeProbe[];
beforeEach(async () => {
  running = [];
  server = await startSmallServer();
  server.assign([assignment(1)]);
  folder = await mkdtemp(join(tmpdir(), "fournines-probe-"));
});
afterEach(async () => {
  await Promise.all(running.map((probe) => probe.stop(100)));
  await server.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => new Promise((resolve) => web.close(resolve)));

function assignment(check: number, target: Target = httpTarget(url)): Assignment {
  return {
    check,
    key: `beacon/${check}`,
    intervalMs: 500,
    timeoutMs: 400,
    slowAboveMs: null,
    family: "any",
    confirmDown: 2,
    confirmUp: 1,
    target,
  };
}

async function start(more: Partial<NodeProbeOptions> = {}) {
  const alerts: ProbeAlert[] = [];
  const problems: NodeProbeProblem[] = [];
  const news: NodeProbeNews[] = [];
  let revoked = false;
  const probe = await startNodeProbe({
    server: server.url,
    invitation,
    folder,
    alertAfterMs: 300_000,
    alert: (alert) => alerts.push(alert),
    onProblem: (problem) => problems.push(problem),
    onNews: (one) => news.push(one),
    onRevoked: () => (revoked = true),
    ...more,
  });
  running.push(probe);
  const stop = async (withinMs = 2_000) => {
    running = running.filter((other) => other !== probe);
    return probe.stop(withinMs);
  };
  return { probe, alerts, problems, news, stop, isRevoked: () => revoked };
}

const soon = { interval: 20 };

/** Every sample once, none missing between the first and the last, as far as the interval tells. */
function expectWhole(): void {
  const samples = server.samples();
  expect(new Set(samples).size).toBe(samples.length);
}

describe("with a server that answers", () => {
  it("joins, asks what it is told, delivers, says how it is, and hears that nothing changed", async () => {
    const { probe, news, stop } = await start();
    expect(probe).toMatchObject({ probe: "osaka-1", location: "osaka", heldBefore: 0 });
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(1);
    await expect.poll(() => server.states.length, soon).toBeGreaterThan(0);
    await expect.poll(() => server.polls.filter((status) => status === 304).length, soon).toBeGreaterThan(1);
    expect(server.polls.filter((status) => status === 200)).toHaveLength(1);
    expect(server.states[0]!.kinds).toContain("http");
    expect(server.states[0]!.kinds).not.toContain("check-in");
    expect(server.batches[0]).toMatchObject({ probe: "osaka-1", location: "osaka", sequence: 1 });
    expect(Math.abs(server.batches.at(-1)!.skewMs!)).toBeLessThan(500);
    expect(news.map(({ kind }) => kind)).toEqual(["joined", "assigned"]);
    server.assign([assignment(1), assignment(7)]);
    await expect.poll(() => server.samples().some((sample) => sample.endsWith(" 7")), soon).toBe(true);
    expect(await stop()).toBe(true);
    expectWhole();
  });

  it("an assignment that it does not understand is told and passed over, a kind that it cannot ask is answered so", async () => {
    const strange = [
      { check: 3, key: "beacon/3" },
      { ...assignment(4), intervalMs: "1s" },
      { ...assignment(5), target: { kind: "telepathy" } },
      null,
    ] as unknown as Assignment[];
    server.assign([assignment(1), ...strange]);
    const { problems } = await start();
    const samples = () => server.batches.flatMap(({ observations }) => observations);
    await expect.poll(() => samples().some(({ check }) => check === 1), soon).toBe(true);
    await expect.poll(() => samples().some(({ check }) => check === 5), soon).toBe(true);
    expect(samples().find(({ check }) => check === 5)).toMatchObject({
      outcome: "probe_error",
      reason: "probe_failed",
    });
    expect(problems).toEqual([{ kind: "assignments_unreadable", entries: 3 }]);
  });

  it("its secrets can be read by its owner alone", async () => {
    const { stop } = await start();
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
    await stop();
    for (const name of ["identity.json", "assignments.json"]) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
    expect(await readFile(join(folder, "identity.json"), "utf8")).toContain("privateKey");
  });

  it("needs an invitation once: it is the same probe after a restart", async () => {
    await (await start()).stop();
    const before = server.batches.length;
    const { probe } = await start({ invitation: null, server: null });
    expect(probe).toMatchObject({ probe: "osaka-1", server: server.url });
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(before);
    expectWhole();
  });

  it("says what is missing to start, and what the server has against it", async () => {
    await expect(start({ invitation: null })).rejects.toThrow(ProbeNotReady);
    await expect(start({ invitation: null, server: null })).rejects.toThrow(ProbeNotReady);
    await expect(start({ invitation: "fnp_other" })).rejects.toMatchObject({ code: "invitation_unknown" });
    await (await start()).stop();
  });

  it("two never share a folder", async () => {
    await start();
    await expect(start()).rejects.toThrow(FolderTaken);
  });
});

describe("with a server that comes and goes", () => {
  it("joins as soon as it answers, also when the answer to joining was lost", async () => {
    server.set.loseAnswersTo = "/api/v1/probes";
    const starting = start();
    await expect.poll(server.lost, soon).toBeGreaterThan(0);
    server.set.loseAnswersTo = null;
    const { problems } = await starting;
    expect(problems[0]).toMatchObject({ kind: "join_failed", attempts: 1 });
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
  });

  it("goes on asking, also over its own restart, and delivers everything once it is back", async () => {
    const first = await start();
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
    await server.goAway();
    const lastSeen = () => first.probe.statistics().delivery.held;
    await expect.poll(lastSeen, soon).toBeGreaterThan(2);
    expect(await first.stop(50)).toBe(false);
    const second = await start();
    expect(second.probe.heldBefore).toBeGreaterThan(2);
    const held = second.probe.heldBefore;
    await expect.poll(() => second.probe.statistics().delivery.held, soon).toBeGreaterThan(held + 2);
    expect(second.problems.map(({ kind }) => kind)).toContain("poll_failed");
    await server.comeBack();
    await expect.poll(() => second.probe.statistics().delivery.held, soon).toBeLessThan(3);
    expectWhole();
    const times = server.samples().map((sample) => Number(sample.split(" ")[0]));
    const pauses = times
      .toSorted((a, b) => a - b)
      .slice(1)
      .map((time, i) => time - times.toSorted((a, b) => a - b)[i]!);
    // Only the restart itself is a hole.
    expect(pauses.filter((ms) => ms > 1_200).length).toBeLessThanOrEqual(1);
    expect(second.problems.map(({ kind }) => kind)).toContain("delivery_resumed");
  });

  it("an answer to a batch that was lost doubles nothing", async () => {
    server.set.loseAnswersTo = "/batches";
    const { probe } = await start();
    await expect.poll(() => server.batches.length, soon).toBe(1);
    await expect.poll(() => probe.statistics().delivery.held, soon).toBeGreaterThan(2);
    server.set.loseAnswersTo = null;
    await expect.poll(() => probe.statistics().delivery.held, soon).toBeLessThan(2);
    expectWhole();
  });

  it("tells people by itself when nobody takes its batches, and again when somebody does", async () => {
    const { alerts, probe } = await start({ alertAfterMs: 1_500 });
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
    await server.goAway();
    await expect.poll(() => alerts.length, soon).toBe(1);
    expect(alerts[0]).toMatchObject({ kind: "batches_untaken" });
    expect(alerts[0]!.lines.join(" ")).toMatch(/ECONNREFUSED/);
    await server.comeBack();
    await expect.poll(() => alerts.length, soon).toBe(2);
    expect(alerts[1]).toMatchObject({ kind: "batches_taken", title: "Probe osaka-1 delivers again" });
    expect(probe.statistics().delivery.untakenMs).toBeLessThan(1_500);
  });

  it("revoked, it stops asking, says so, and keeps what it has", async () => {
    const { alerts, isRevoked, stop, probe } = await start();
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
    server.set.revoked = true;
    await expect.poll(isRevoked, soon).toBe(true);
    await expect.poll(() => probe.statistics().checks, soon).toBe(0);
    expect(alerts.map(({ kind }) => kind)).toEqual(["probe_revoked"]);
    await stop(200);
    server.set.revoked = false;
    const again = await start();
    await expect.poll(() => again.probe.statistics().delivery.held, soon).toBeLessThan(2);
    expectWhole();
  });
});

describe("its clock", () => {
  it.each([600_000, -600_000])(
    "off by ten minutes (%i ms): requests are mended, and batches say it",
    async (ahead) => {
      server.set.clockAheadMs = ahead;
      const { news, stop } = await start();
      await expect.poll(() => server.batches.length, soon).toBeGreaterThan(1);
      await expect.poll(() => server.states.length, soon).toBeGreaterThan(0);
      expect(Math.abs(server.batches[0]!.skewMs! + ahead)).toBeLessThan(1_000);
      expect(Math.abs(server.states.at(-1)!.skewMs! + ahead)).toBeLessThan(1_000);
      await expect.poll(() => news.map(({ kind }) => kind), soon).toContain("clock");
      await stop();
      // Nothing is known of the server's time at a start: the first request is mended by its refusal.
      const polls = server.polls.length;
      const { problems } = await start();
      await expect.poll(() => server.polls.length, soon).toBeGreaterThan(polls);
      expect(problems).toEqual([]);
    },
  );
});

describe("its own network", () => {
  it("lost, what fails says nothing of its target, and the state says since when", async () => {
    server.assign([assignment(1), assignment(2, closed)], [closed]);
    await start();
    const samples = () => server.batches.flatMap(({ observations }) => observations);
    await expect.poll(() => samples().filter(({ check }) => check === 2).length, soon).toBeGreaterThan(1);
    expect(
      samples()
        .filter(({ check }) => check === 2)
        .every(({ reason }) => reason === "network_lost"),
    ).toBe(true);
    expect(
      samples()
        .filter(({ check }) => check === 1)
        .every(({ outcome }) => outcome === "ok"),
    ).toBe(true);
    await expect.poll(() => server.states.at(-1)?.networkLostSince ?? null, soon).not.toBeNull();
    server.assign([assignment(1), assignment(2, closed)], [httpTarget(url)]);
    await expect.poll(() => server.states.at(-1)?.networkLostSince, soon).toBeNull();
    await expect.poll(() => samples().some(({ reason }) => reason === "connection_refused"), soon).toBe(true);
  });
});

describe("its key", () => {
  it("can be changed while it runs: from a batch on another one signs", async () => {
    const { probe, news } = await start();
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
    const from = await rotateInFolder(folder, 8_000);
    expect(from).toBeGreaterThan(1);
    expect(news).toContainEqual({ kind: "key_rotated", fromSequence: from });
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(from);
    expect(probe.statistics().delivery.attemptsFailed).toBe(0);
  });

  it("can be changed while it does not run", async () => {
    const { stop } = await start();
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
    await stop();
    const from = await rotateInFolder(folder);
    expect(from).toBe(server.batches.length + 1);
    await start();
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(from);
  });

  it("is never two different ones for the two sides, also when the answer was lost", async () => {
    const { stop } = await start();
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(0);
    await stop();
    server.set.loseAnswersTo = "/key";
    await expect(rotateInFolder(folder)).rejects.toMatchObject({ code: "server_away" });
    server.set.loseAnswersTo = null;
    const { probe, news } = await start();
    await expect.poll(() => news.map(({ kind }) => kind), soon).toContain("key_rotated");
    const sequence = server.batches.length;
    await expect.poll(() => server.batches.length, soon).toBeGreaterThan(sequence + 1);
    await expect.poll(() => probe.statistics().delivery.held, soon).toBeLessThan(3);
    expectWhole();
  });

  it("cannot be changed where there is no probe", async () => {
    await expect(rotateInFolder(folder)).rejects.toThrow(ProbeNotReady);
  });
});
