import { beforeAll, expect, it } from "vitest";
import { advanceMaintenance } from "../../src/actions/advance-maintenance.ts";
import { cancelMaintenance } from "../../src/actions/cancel-maintenance.ts";
import { endMaintenance } from "../../src/actions/end-maintenance.ts";
import { planMaintenance } from "../../src/actions/plan-maintenance.ts";
import { replanMaintenance } from "../../src/actions/replan-maintenance.ts";
import { startMaintenance } from "../../src/actions/start-maintenance.ts";
import { verifyMaintenance } from "../../src/actions/verify-maintenance.ts";
import { Conflict, NotFound } from "../../src/domain/errors.ts";
import type { MaintenancePlan } from "../../src/domain/status/maintenance-plan.ts";
import {
  getWindow,
  listDueWindows,
  listWindowsPlannedIn,
  listWindowsSince,
} from "../../src/store/maintenance-windows.ts";
import { eachDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const hour = 3_600_000;

eachDatabase("maintenance windows", (database) => {
  beforeAll(() => insertServices(database(), ["beacon", "lamp", "horn"]));

  it("are stored as they were planned, moved and lived through, and read back the same", async () => {
    const planned = await planMaintenance(database(), plan(now + 10 * hour), "Lisbon desk", now);
    const { reference } = planned;
    expect(reference).toBe("MNT-2026-0001");
    expect(await getWindow(database(), reference)).toEqual(planned);

    const change = {
      title: "Newer disks",
      message: "One more service.",
      serviceSlugs: ["lamp", "horn"],
      plannedStart: null,
      plannedEnd: now + 13 * hour,
    };
    const moved = await replanMaintenance(database(), reference, change, "Osaka desk", now + hour);
    expect(moved).toMatchObject({ announcedAt: now + hour, serviceSlugs: ["lamp", "horn"] });
    expect(await getWindow(database(), reference)).toEqual(moved);

    await startMaintenance(database(), reference, "We begin.", "Osaka desk", now + 9 * hour);
    await verifyMaintenance(database(), reference, "We look.", "Osaka desk", now + 10 * hour);
    const ended = await endMaintenance(database(), reference, "It is done.", "Osaka desk", now + 14 * hour);
    expect(ended).toMatchObject({
      actualStart: now + 9 * hour,
      actualEnd: now + 14 * hour,
      state: "completed",
    });
    expect(await getWindow(database(), reference)).toEqual(ended);
    await expect(
      cancelMaintenance(database(), reference, "Too late.", "a", now + 15 * hour),
    ).rejects.toBeInstanceOf(Conflict);
  });

  it("begin and end by the clock once, however many servers ask at once", async () => {
    const { reference } = await planMaintenance(database(), plan(now + 20 * hour), "a", now);
    const called = await planMaintenance(database(), plan(now + 20 * hour), "a", now);
    await cancelMaintenance(database(), called.reference, "Not this time.", "a", now);

    expect(await advanceMaintenance(database(), now + 20 * hour - 1)).toEqual([]);
    const advanced = await Promise.all([1, 2, 3].map(() => advanceMaintenance(database(), now + 20 * hour)));
    expect(advanced.flat().map((window) => window.reference)).toEqual([reference]);
    expect((await advanceMaintenance(database(), now + 30 * hour)).map(({ state }) => state)).toEqual([
      "completed",
    ]);
    expect(await getWindow(database(), reference)).toMatchObject({
      actualStart: now + 20 * hour,
      actualEnd: now + 22 * hour,
    });
    expect(await listDueWindows(database(), now + 30 * hour)).toEqual([]);
  });

  it("are listed from an instant on, coming ones always, and by the time they are planned for", async () => {
    const past = Date.parse("2025-06-01T00:00:00Z");
    const over = await planMaintenance(database(), plan(past), "a", past + 5 * hour);
    const coming = await planMaintenance(database(), plan(now + 500 * hour), "a", now);
    const references = (list: { reference: string }[]) => list.map(({ reference }) => reference);

    expect(references(await listWindowsSince(database(), past + 2 * hour))).toContain(over.reference);
    const later = references(await listWindowsSince(database(), past + 2 * hour + 1));
    expect(later).not.toContain(over.reference);
    expect(later.at(-1)).toBe(coming.reference);
    const ofLamp = await listWindowsSince(database(), past + 2 * hour, ["lamp"]);
    expect(ofLamp.length).toBeGreaterThan(0);
    expect(ofLamp.every(({ serviceSlugs }) => serviceSlugs.includes("lamp"))).toBe(true);
    expect(await listWindowsSince(database(), past, [])).toEqual([]);
    const planned = { start: past + 2 * hour - 1, end: past + 3 * hour };
    expect(references(await listWindowsPlannedIn(database(), planned))).toEqual([over.reference]);
    expect(await listWindowsPlannedIn(database(), { start: past + 2 * hour, end: past + 3 * hour })).toEqual(
      [],
    );
  });

  it("refuse what they do not know", async () => {
    await expect(getWindow(database(), "MNT-1999-0001")).rejects.toBeInstanceOf(NotFound);
    const unknown = { ...plan(now + hour), serviceSlugs: ["beacon", "bacon"] };
    await expect(planMaintenance(database(), unknown, "a", now)).rejects.toMatchObject({
      fields: [{ pointer: "/services/1" }],
    });
  });
});

function plan(start: number): MaintenancePlan {
  return {
    title: "New disks",
    message: "We replace disks.",
    serviceSlugs: ["beacon", "lamp"],
    plannedStart: start,
    plannedEnd: start + 2 * hour,
  };
}
