import { expect, it } from "vitest";
import type { Target } from "../../probes/protocol.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { planBuckets } from "../../src/live/live-rollups.ts";
import { listServiceResponseTimes } from "../../src/live/service-response-times.ts";
import { addRollups } from "../../src/store/rollups.ts";
import { eachDatabase } from "../support/databases.ts";
import { sample, watch } from "../support/watched.ts";

const now = Date.UTC(2026, 10, 22, 13, 30);
const minute = 60_000;
const job: Target = { kind: "check-in", periodMs: 60 * minute, graceMs: minute, lastCallAt: null };

eachDatabase("response times of a service", (database) => {
  it("are those of what is asked, never how long a job's call took", async () => {
    for (const [slug, definition] of [
      ["exports", { target: job }],
      ["beacon", {}],
    ] as const) {
      const checkId = await watch(database(), slug, definition, now - 60 * minute);
      const { open } = planBuckets({ checkId, locationId: 1 }, undefined, [sample(checkId, now)], 0);
      await addRollups(database(), [open!]);
    }
    const live = await loadReadings(database(), now - 60 * minute);
    const timesOf = (slug: string) =>
      listServiceResponseTimes(database(), live, slug, [now - minute, now + minute], 300);
    expect((await timesOf("beacon")).map(({ count }) => count)).toEqual([1]);
    expect(await timesOf("exports")).toEqual([]);
  });
});
