import { afterEach, expect, it } from "vitest";
import type { StatusBoard } from "../../src/domain/status/status-board.ts";
import { type OutageWatch, type OutageWatchDeps, watchOutages } from "../../src/live/outage-watch.ts";
import { listWaitingDrafts } from "../../src/store/incident-drafts.ts";
import { boardAt, measuredService } from "../support/api.ts";
import { eachDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const never = 3_600_000;

eachDatabase("the watch over outages", (database) => {
  const watches: OutageWatch[] = [];
  afterEach(() => Promise.all(watches.splice(0).map((watch) => watch.stop())));

  it("drafts on the server that derives, while the database answers; tells what was published; outlives a defect", async () => {
    await insertServices(database(), ["beacon"]);
    let [derives, isAway, publishAfterMs, isBroken] = [false, false, null as number | null, false];
    const told: unknown[] = [];
    const deps: OutageWatchDeps = {
      db: database(),
      now: () => now,
      board: (): StatusBoard => ({
        ...boardAt(now),
        settings: { ...boardAt(now).settings, incidents: { publishAfterMs } },
        services: [measuredService("beacon", now, { reading: "down", readingSince: now - 60_000 })],
        databaseAwaySince: isAway ? now : null,
      }),
      derives: () => derives,
      wordsFor: () => {
        if (isBroken) {
          throw new Error("no words");
        }
        const dates = { startedAt: null, resolvedAt: null };
        return { title: "Down", message: "We look.", state: "investigating", services: [], ...dates };
      },
      changed: async () => void told.push("changed"),
      followed: ({ drafted, published }) => told.push([drafted.length, published]),
      failed: (error) => told.push((error as Error).message),
    };
    const watch = watchOutages(deps, never);
    watches.push(watch);
    await watch.look();
    [derives, isAway] = [true, true];
    await watch.look();
    expect([told, await listWaitingDrafts(database())]).toEqual([[], []]);
    isAway = false;
    await watch.look();
    [publishAfterMs, isBroken] = [0, true];
    await watch.look();
    isBroken = false;
    await watch.look();
    expect(told).toEqual([[1, []], "no words", "changed", [0, ["INC-2026-0001"]]]);
  });
});
