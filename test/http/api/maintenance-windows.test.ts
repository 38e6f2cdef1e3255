import { beforeAll, expect, it } from "vitest";
import { onPostgres } from "../../support/databases.ts";
import { insertServices } from "../../support/services.ts";
import { type TestApi, testApi } from "../../support/api.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const hour = 3_600_000;
const plan = {
  title: "New disks",
  message: "We replace disks.",
  services: ["beacon"],
  planned_start: "2026-06-10T22:00:00+02:00",
  planned_end: "2026-06-10T23:00:00+02:00",
};

onPostgres("maintenance over the API", (database) => {
  let api: TestApi;
  beforeAll(async () => {
    await insertServices(database(), ["beacon", "lamp"]);
    api = await testApi(database(), now);
  });

  it("is planned, enlarged, begun, verified and ended, and its overrun shows", async () => {
    const planned = await api.send("POST", "/api/v1/maintenance-windows", plan);
    expect(planned.status).toBe(201);
    expect(await planned.json()).toMatchObject({
      reference: "MNT-2026-0001",
      state: "scheduled",
      announced_at: "2026-06-01T10:00:00.000Z",
      planned_start: "2026-06-10T20:00:00.000Z",
      actual_start: null,
    });
    const address = planned.headers.get("Location")!;

    api.clock.now = now + hour;
    const change = {
      message: "Longer.",
      planned_end: "2026-06-11T00:00:00+02:00",
      services: ["beacon", "lamp"],
    };
    const enlarged = await api.send("PATCH", address, change);
    expect(await enlarged.json()).toMatchObject({
      announced_at: "2026-06-01T11:00:00.000Z",
      services: ["beacon", "lamp"],
    });

    const step = async (at: string, state: string) => {
      api.clock.now = Date.parse(at);
      return api.send("POST", `${address}/updates`, { state, message: `Now ${state}.` });
    };
    expect((await step("2026-06-10T19:00:00Z", "in_progress")).status).toBe(201);
    expect((await step("2026-06-10T21:30:00Z", "verifying")).status).toBe(201);
    const ended = await step("2026-06-10T22:10:00Z", "completed");
    expect(await ended.json()).toMatchObject({
      actual_start: "2026-06-10T19:00:00.000Z",
      actual_end: "2026-06-10T22:10:00.000Z",
      overrun_ms: 600_000,
    });
    const late = await step("2026-06-10T23:00:00Z", "cancelled");
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      code: "maintenance_transition",
      detail: "MNT-2026-0001 is completed; it cannot be cancelled.",
    });
  });

  it("is told as the clock has it, also before the schedule has run", async () => {
    api.clock.now = now;
    const planned = await api.send("POST", "/api/v1/maintenance-windows", {
      ...plan,
      planned_start: "2026-07-01T20:00:00Z",
      planned_end: "2026-07-01T21:00:00Z",
    });
    const address = planned.headers.get("Location")!;
    const stateAt = async (at: string) => {
      api.clock.now = Date.parse(at);
      return ((await (await api.request(address)).json()) as { state: string }).state;
    };
    expect(await stateAt("2026-07-01T19:59:59.999Z")).toBe("scheduled");
    expect(await stateAt("2026-07-01T20:00:00Z")).toBe("in_progress");
    expect(await stateAt("2026-07-01T21:00:00Z")).toBe("completed");

    const count = async (query: string) =>
      (
        (await (await api.request(`/api/v1/maintenance-windows${query}`)).json()) as {
          maintenance_windows: unknown[];
        }
      ).maintenance_windows.length;
    api.clock.now = Date.parse("2026-07-01T20:30:00Z");
    expect([
      await count("?state=coming"),
      await count("?state=under_way"),
      await count("?state=over"),
    ]).toEqual([0, 1, 1]);
    expect([await count("?month=2026-06"), await count("?month=2026-05"), await count("")]).toEqual([
      1, 0, 2,
    ]);
  });

  it("refuses a plan that cannot be, by its place", async () => {
    const wrong = { ...plan, services: [], planned_end: plan.planned_start };
    const answer = await api.send("POST", "/api/v1/maintenance-windows", wrong);
    expect(await answer.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: "/services" }, { pointer: "/planned_end" }],
    });
  });
});
