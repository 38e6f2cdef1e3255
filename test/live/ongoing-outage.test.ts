import { describe, expect, it } from "vitest";
import type { Outcome } from "../../probes/protocol.ts";
import { beforeAnySample, derivationFrom } from "../../src/domain/monitoring/derivation.ts";
import { commitmentFrom } from "../../src/domain/sla/measure/commitment.ts";
import { monthlyUptime } from "../../src/domain/sla/measure/monthly-uptime.ts";
import type { PlatformSettings } from "../../src/domain/status/platform.ts";
import { openBoard } from "../../src/live/live-board.ts";
import { commitStep, foldSamples, type LiveCheck } from "../../src/live/live-check.ts";
import { httpCheck, sample } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
const second = 1000;
const at = (s: number) => t0 + s * second;

function street() {
  const check: LiveCheck = {
    id: 1,
    serviceSlug: "beacon",
    slug: "web",
    createdAt: t0,
    archivedAt: null,
    revisions: [{ effectiveAt: t0, definition: httpCheck }],
    derivation: derivationFrom(beforeAnySample),
    changes: [],
    outages: [],
    observedFrom: null,
    lastSampleAt: null,
    trouble: null,
    buckets: new Map(),
    unsaved: false,
  };
  const settings: PlatformSettings = {
    name: "Acme",
    address: null,
    timeZone: "UTC",
    languages: ["en"],
    commitment: { targetPercent: "99.99", anchorDay: 1 },
  };
  const board = openBoard(
    { checks: new Map([[1, check]]), since: 0 },
    {
      settings,
      groups: [],
      services: [
        {
          slug: "beacon",
          title: "Beacon",
          description: "",
          groupSlug: null,
          createdAt: t0,
          archivedAt: null,
        },
      ],
      incidents: [],
      windows: [],
    },
    () => 0,
  );
  return {
    board,
    answers(s: number, outcome: Outcome) {
      const samples = [{ location: "lisbon", at: at(s), outcome }];
      if (commitStep(check, foldSamples(check, samples), [sample(1, at(s), outcome)])) {
        board.touch(["beacon"]);
      }
    },
    service: (s: number) => board.at(at(s)).services[0]!,
    downMs: (s: number) =>
      monthlyUptime(
        board.at(at(s)).services[0]!,
        commitmentFrom({ ...settings.commitment, timeZone: "UTC" }),
        at(s),
      ).at(-1)!.countedDownMs,
  };
}

describe("what the board tells while nothing changes but time", () => {
  it("an outage that lasts grows with every look, not only when something is derived", () => {
    const { answers, service, downMs } = street();
    answers(0, "ok");
    answers(15, "fail");
    answers(16, "fail");
    expect(downMs(17)).toBe(2 * second);
    for (let s = 30; s <= 300; s += 15) {
      answers(s, "fail");
      expect(downMs(s + 1)).toBe((s + 1 - 15) * second);
    }
    expect(service(302).outages).toMatchObject([{ start: at(15), end: null, lastFailAt: at(300) }]);
    answers(315, "ok");
    expect([downMs(316), downMs(900)]).toEqual([300 * second, 300 * second]);
  });

  it("silence in the middle of an outage is told once, and then only grows", () => {
    const { answers, board, service } = street();
    answers(0, "fail");
    answers(1, "fail");
    service(2);
    let told = 0;
    board.onChange(() => told++);
    for (let s = 3; s < 120; s++) {
      board.tick(at(s));
      service(s);
    }
    expect(told).toBe(1);
    expect(service(120)).toMatchObject({ reading: "unknown", readingSince: at(1 + 37.5) });
  });
});
