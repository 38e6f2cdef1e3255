import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { explainWindow } from "../../src/actions/explain-window.ts";
import { followAlerts } from "../../src/actions/follow-alerts.ts";
import { planMaintenance } from "../../src/actions/plan-maintenance.ts";
import { readMaintenanceTroubles } from "../../src/actions/read-maintenance-troubles.ts";
import { startMaintenance } from "../../src/actions/start-maintenance.ts";
import { listWindowsSince } from "../../src/store/maintenance-windows.ts";
import { addJudgement } from "../../src/store/window-judgements.ts";
import { eachDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";

const minute = 60_000;
const hour = 60 * minute;
const now = Date.parse("2026-07-03T08:15:00Z");

eachDatabase("what of planned work needs a person", (database) => {
  beforeEach(async () => {
    await database().execute(
      sql`truncate services, maintenance_windows, alerts, window_judgements restart identity cascade`,
    );
    await insertServices(database(), ["beacon"]);
    const plan = { title: "New disks", message: "We work.", serviceSlugs: ["beacon"] };
    await planMaintenance(
      database(),
      { ...plan, plannedStart: now + hour, plannedEnd: now + 2 * hour },
      "Ann",
      now,
    );
  });
  const troubles = async (at: number) =>
    (await readMaintenanceTroubles(database(), await listWindowsSince(database(), 0), at)).map(
      ({ kind }) => kind,
    );

  it("is a broken promise of which nobody has said why, until somebody does", async () => {
    expect(await troubles(now)).toEqual([]);
    const broken = [
      { contract: "acme-gold", code: "too_many" as const, subject: null, actual: 2, promised: 1 },
    ] as never;
    await addJudgement(database(), "MNT-2026-0001", {
      broken,
      reason: null,
      author: "clock",
      recordedAt: now,
    });
    expect(await troubles(now)).toEqual(["maintenance_unexplained"]);
    await explainWindow(database(), "MNT-2026-0001", "The disks fail.", "Ann", now);
    expect(await troubles(now)).toEqual([]);
  });

  it("is work that is not ended, which opens an alert that is over once it is", async () => {
    await startMaintenance(database(), "MNT-2026-0001", "We begin.", "Bo", now + hour - minute);
    expect(await troubles(now + 2 * hour - minute)).toEqual(["maintenance_ending"]);
    const windows = await listWindowsSince(database(), 0);
    const look = async (at: number) =>
      followAlerts(
        database(),
        {
          ...{ services: [], probes: [], refusals: [], gaps: [], waitingSince: null, undelivered: null },
          maintenance: await readMaintenanceTroubles(database(), windows, at),
        },
        ["mail"],
        at,
      );
    expect(await look(now + 2 * hour)).toMatchObject([{ event: "opened", kind: "maintenance_overrun" }]);
    expect(await look(now + 2 * hour + minute)).toEqual([]);
  });
});
