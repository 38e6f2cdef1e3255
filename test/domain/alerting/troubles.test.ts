import { describe, expect, it } from "vitest";
import type { ProbeState } from "../../../probes/protocol.ts";
import {
  type Situation,
  troublesIn,
  type WatchedProbe,
  type WatchedService,
  type WatchedServiceCheck,
} from "../../../src/domain/alerting/troubles.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);
const minute = 60_000;

const quiet: Situation = {
  services: [],
  probes: [],
  refusals: [],
  gaps: [],
  waitingSince: null,
  undelivered: null,
};
const keys = (situation: Partial<Situation>, at = now) =>
  troublesIn({ ...quiet, ...situation }, at)
    .filter(({ certain }) => certain)
    .map(({ kind, subject }) => `${kind} ${subject}`);

function check(slug: string, more: Partial<WatchedServiceCheck> = {}): WatchedServiceCheck {
  return { slug, kind: "http", counts: true, reading: "up", parent: null, trouble: null, ...more };
}

function service(slug: string, checks: WatchedServiceCheck[]): WatchedService {
  const reading = checks.find(({ counts }) => counts)?.reading ?? "up";
  return { slug, title: slug.toUpperCase(), reading, readingSince: now - minute, checks };
}

const well: ProbeState = {
  kinds: ["http"],
  networkLostSince: null,
  held: 3,
  oldestHeldAt: now - 2_000,
  refused: 0,
  skewMs: 12,
};

function probe(more: Partial<WatchedProbe> = {}): WatchedProbe {
  return {
    id: "osaka-1",
    location: "osaka",
    isServers: false,
    charge: { checks: 4, intervalMs: 30_000 },
    isNeeded: true,
    chargedSince: now - 60 * minute,
    watchedSince: now - 60 * minute,
    seenAt: now - 1_000,
    deliveredAt: now - 1_000,
    state: well,
    skewMs: 12,
    refusedBefore: 0,
    ...more,
  };
}

describe("a service", () => {
  it("is a trouble while it is down, with what was seen last", () => {
    const down = service("beacon", [check("web", { reading: "down", trouble: "no answer in time" })]);
    expect(troublesIn({ ...quiet, services: [down] }, now)).toEqual([
      {
        kind: "service_down",
        subject: "beacon",
        facts: { service: "beacon", title: "BEACON", since: now - minute, trouble: "no answer in time" },
        certain: true,
        behind: [],
        parents: [],
        causes: [],
      },
    ]);
    expect(keys({ services: [service("beacon", [check("web", { reading: "degraded" })])] })).toEqual([]);
  });

  it("that is not measured is neither down nor recovered", () => {
    const [trouble] = troublesIn(
      { ...quiet, services: [service("beacon", [check("web", { reading: "unknown" })])] },
      now,
    );
    expect(trouble).toMatchObject({ kind: "service_down", certain: false });
  });

  it("names the alert of the service behind it, and those that could be", () => {
    const child = service("beacon", [check("web", { reading: "down", parent: "gateway/front" })]);
    const trouble = (reading: "up" | "down") =>
      troublesIn({ ...quiet, services: [child, service("gateway", [check("front", { reading })])] }, now)[0];
    expect(trouble("down")).toMatchObject({
      behind: ["service_down gateway"],
      parents: ["service_down gateway"],
    });
    expect(trouble("up")).toMatchObject({ behind: [], parents: ["service_down gateway"] });
  });

  it("waits for no parent when one of its checks stands for itself", () => {
    const mixed = service("beacon", [
      check("web", { reading: "down", parent: "gateway/front" }),
      check("jobs", { reading: "down" }),
    ]);
    expect(troublesIn({ ...quiet, services: [mixed] }, now)[0]).toMatchObject({ behind: [], parents: [] });
  });
});

describe("a check that decides no service's state", () => {
  const informer = (more: Partial<WatchedServiceCheck>) =>
    keys({ services: [service("beacon", [check("web"), check("side", { counts: false, ...more })])] });

  it("is a trouble of its own when it fails", () => {
    expect(informer({ reading: "down" })).toEqual(["check_failing beacon/side"]);
    expect(informer({ reading: "up" })).toEqual([]);
  });

  it("is one before it is too late when it looks at a certificate", () => {
    expect(informer({ reading: "degraded", kind: "tls" })).toEqual(["certificate_expiring beacon/side"]);
    expect(informer({ reading: "degraded", kind: "http" })).toEqual([]);
  });

  it("is another one once a certificate fails, and either may stand while it is not seen", () => {
    expect(informer({ reading: "down", kind: "tls" })).toEqual(["check_failing beacon/side"]);
    const unseen = service("beacon", [
      check("web"),
      check("side", { counts: false, kind: "tls", reading: "unknown" }),
    ]);
    expect(
      troublesIn({ ...quiet, services: [unseen] }, now).map(({ kind, certain }) => `${kind} ${certain}`),
    ).toEqual(["certificate_expiring false", "check_failing false"]);
  });

  it("warns of a certificate also where it decides the state of its service", () => {
    const beacon = service("beacon", [check("web", { kind: "tls", reading: "degraded" })]);
    expect(keys({ services: [beacon] })).toEqual(["certificate_expiring beacon/web"]);
  });
});

describe("what others have looked at", () => {
  it("is a trouble as it was seen: channels that take nothing, and whatever is looked at more rarely", () => {
    const failing = { channel: "ops-chat", title: "#ops", since: now, reason: "the receiver answered 403" };
    const slow = [
      { kind: "service_unrouted", subject: "beacon", facts: {}, certain: true, behind: [], parents: [] },
    ] as const;
    expect(keys({ failingChannels: [failing], slow: [...slow] })).toEqual([
      "service_unrouted beacon",
      "channel_failing ops-chat",
    ]);
  });
});

describe("a probe", () => {
  const of = (more: Partial<WatchedProbe>, at = now) => keys({ probes: [probe(more)] }, at);

  it("that asks, delivers and is right is no trouble", () => {
    expect(of({})).toEqual([]);
  });

  it.each([
    [30_000, 2 * minute],
    [minute, 3 * minute],
  ])(
    "is silent when it delivers nothing for three intervals, two minutes at least: every %i ms",
    (intervalMs, limit) => {
      const charged = { charge: { checks: 1, intervalMs } };
      expect(of({ ...charged, deliveredAt: now - limit })).toEqual([]);
      expect(of({ ...charged, deliveredAt: now - limit - 1 })).toEqual(["probe_silent osaka-1"]);
    },
  );

  it("is not yet silent when it has only just been given checks, or nobody had looked before", () => {
    expect(of({ deliveredAt: null, chargedSince: now - minute })).toEqual([]);
    expect(of({ deliveredAt: null, chargedSince: now - 3 * minute })).toEqual(["probe_silent osaka-1"]);
  });

  it("that stands by is expected to be heard of, not to deliver", () => {
    const standby = { charge: null, deliveredAt: now - 60 * minute };
    expect(of(standby)).toEqual([]);
    expect(of({ ...standby, seenAt: now - 3 * minute })).toEqual(["probe_silent osaka-1"]);
    expect(of({ ...standby, seenAt: now - 3 * minute, watchedSince: now - minute })).toEqual([]);
    expect(of({ ...standby, seenAt: now - 3 * minute, isNeeded: false })).toEqual([]);
    expect(of({ ...standby, seenAt: null, deliveredAt: null })).toEqual([]);
  });

  it("of a server that is gone is no trouble where others ask in its place", () => {
    const gone = { isServers: true, seenAt: now - 60 * minute, deliveredAt: now - 60 * minute };
    expect(of({ ...gone, charge: null })).toEqual([]);
    expect(of(gone)).toEqual(["probe_silent osaka-1"]);
  });

  it("says that its own network is lost", () => {
    expect(of({ state: { ...well, networkLostSince: now - minute } })).toEqual([
      "probe_network_lost osaka-1",
    ]);
  });

  it.each([
    [2_000, false],
    [2_001, true],
    [-2_000, false],
    [-2_001, true],
  ])("with a clock that is off by %i ms is a trouble: %s", (skewMs, expected) => {
    expect(of({ skewMs })).toEqual(expected ? ["probe_clock osaka-1"] : []);
  });

  it("that has no room for samples is a trouble until it has delivered what it holds", () => {
    const full = { ...well, refused: 5, held: 900, oldestHeldAt: now - 10 * minute };
    expect(of({ state: full })).toEqual(["probe_spool_full osaka-1"]);
    expect(of({ state: full, refusedBefore: 5 })).toEqual([]);
    expect(of({ state: { ...full, held: 4, oldestHeldAt: now - 1_000 } })).toEqual([]);
  });

  it("that has fallen silent no longer says whether its other troubles stand", () => {
    const state = { ...well, networkLostSince: now - 9 * minute };
    const troubles = troublesIn({ ...quiet, probes: [probe({ state, deliveredAt: now - 9 * minute })] }, now);
    expect(troubles.map(({ kind, certain }) => [kind, certain])).toEqual([
      ["probe_silent", true],
      ["probe_network_lost", false],
    ]);
  });
});

describe("batches and evidence", () => {
  it("are a trouble when batches are refused, until none was for ten minutes", () => {
    const refused = { code: "wrong_signature", count: 3, lastAt: now, probe: "osaka-1" };
    expect(keys({ refusals: [refused] })).toEqual(["batches_refused wrong_signature"]);
    expect(keys({ refusals: [{ ...refused, count: 2 }] })).toEqual([]);
    expect(keys({ refusals: [refused] }, now + 10 * minute)).toEqual([]);
  });

  it("are a trouble when a chain has a hole, one for each", () => {
    expect(keys({ gaps: [{ probe: "osaka-1", from: 4, through: 6 }] })).toEqual(["evidence_gap osaka-1 4"]);
  });

  it("are a trouble when batches wait for longer than a minute to be derived from", () => {
    expect(keys({ waitingSince: now - minute })).toEqual([]);
    expect(keys({ waitingSince: now - minute - 1 })).toEqual(["derivation_behind batches"]);
  });

  it("are a trouble as long as any mail is given up, one for all of them", () => {
    expect(keys({ undelivered: { count: 3, since: now - minute } })).toEqual(["mail_undelivered mailings"]);
  });
});
