/** When a probe itself tells people that something is wrong with it. */

import { expect, it } from "vitest";
import { type ProbeAlert, watchUntaken } from "../../probes/untaken-watch.ts";

const start = 1_780_000_000_000;

function bench() {
  const alerts: ProbeAlert[] = [];
  const watch = watchUntaken({
    probe: "osaka-1",
    location: "osaka",
    server: "https://status.example.com",
    alertAfterMs: 300_000,
    alert: (alert) => alerts.push(alert),
  });
  const look = (untakenMs: number, now: number, more: { refused?: number; held?: number } = {}) =>
    watch.look(
      { untakenMs, held: more.held ?? 12, oldestHeldAt: start, refused: more.refused ?? 0 },
      "no line",
      start + now,
    );
  return { alerts, look };
}

it("tells it at the bound, not a ms before, and once", () => {
  const { alerts, look } = bench();
  look(299_999, 299_999);
  expect(alerts).toEqual([]);
  look(300_000, 300_000);
  look(400_000, 400_000);
  expect(alerts.map(({ kind }) => kind)).toEqual(["batches_untaken"]);
  expect(alerts[0]!.title).toBe("Probe osaka-1 has delivered nothing for 5 min");
  expect(alerts[0]!.lines.join("\n")).toContain("no batch since 2026-05-28T20:26:40.000Z");
  expect(alerts[0]!.lines.join("\n")).toContain("The last attempt: no line.");
});

it("tells it again when batches are taken, and begins anew", () => {
  const { alerts, look } = bench();
  look(300_000, 300_000);
  look(1_000, 3_900_000, { held: 0 });
  look(0, 3_901_000);
  look(300_000, 5_000_000);
  expect(alerts.map(({ kind }) => kind)).toEqual(["batches_untaken", "batches_taken", "batches_untaken"]);
  expect(alerts[1]!.lines.join("\n")).toContain("after 65 min");
  expect(alerts[1]!.lines.join("\n")).toContain("Nothing waits any more.");
});

it("says nothing of a line that was never away for long", () => {
  const { alerts, look } = bench();
  for (let now = 0; now < 3_600_000; now += 60_000) {
    look(now % 240_000, now);
  }
  expect(alerts).toEqual([]);
});

it("refused samples are told at once, and then at most once an hour", () => {
  const { alerts, look } = bench();
  for (let now = 0; now <= 3_600_000; now += 600_000) {
    look(0, now, { refused: 1 + now / 600_000 });
  }
  expect(alerts.map(({ kind }) => kind)).toEqual(["samples_refused", "samples_refused"]);
  expect(alerts[0]!.lines[0]).toContain("refused 1 samples");
  expect(alerts[1]!.lines[0]).toContain("refused 6 samples");
});
