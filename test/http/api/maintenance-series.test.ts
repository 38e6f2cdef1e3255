import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { continueSeries } from "../../../src/actions/continue-series.ts";
import { listJudgements } from "../../../src/store/window-judgements.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { agree, closablePlatform, forgetClosings } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";

const day = 86_400_000;
const now = Date.parse("2026-09-20T10:00:00Z");
const plan = {
  title: "New disks",
  message: "We replace disks.",
  services: ["beacon"],
  recurrence: { rule: "FREQ=WEEKLY;BYDAY=SU", start: "2026-10-11T22:00", length_ms: 1_800_000 },
};

interface WindowJson {
  reference: string;
  state: string;
  title: string;
  planned_start: string;
  planned_end: string;
  series: string | null;
  version: number;
}

onPostgres("maintenance that comes again, over the API", (database) => {
  let api: TestApi;
  beforeEach(async () => {
    await forgetClosings(database());
    await database().execute(
      sql`truncate tokens, idempotency_keys, maintenance_windows, maintenance_series restart identity cascade`,
    );
    await closablePlatform(database());
    api = await testApi(database(), now);
  });

  const send = async <Body = Record<string, unknown>>(
    method: string,
    path: string,
    body: unknown = {},
    seen?: string,
  ) => {
    const answer = await api.send(method, `/api/v1${path}`, body, seen ? { "If-Match": seen } : {});
    return {
      status: answer.status,
      etag: answer.headers.get("ETag"),
      body: (await answer.json()) as Body & { code?: string; errors?: object[] },
    };
  };
  const windows = async () => {
    const answer = await api.request("/api/v1/maintenance-windows");
    const all = ((await answer.json()) as { maintenance_windows: WindowJson[] }).maintenance_windows;
    return all.filter(({ state }) => state !== "cancelled");
  };
  const starts = async () => (await windows()).map(({ planned_start }) => planned_start.slice(0, 16));

  it("announces its windows of a quarter at their wall time, and the next as time goes on", async () => {
    const planned = await send("POST", "/maintenance-series", plan);
    expect([planned.status, planned.body]).toMatchObject([
      201,
      { reference: "SER-2026-0001", version: 1, is_over: false, parts: [{ title: "New disks" }] },
    ]);
    expect((await starts()).slice(0, 4)).toEqual([
      ...["2026-10-11T20:00", "2026-10-18T20:00"],
      ...["2026-10-25T21:00", "2026-11-01T21:00"],
    ]);
    const before = (await windows()).length;
    expect(await continueSeries(database(), now)).toEqual([]);
    expect(await continueSeries(database(), now + 14 * day)).toHaveLength(2);
    await api.deps.changed();
    expect(await windows()).toHaveLength(before + 2);
  });

  it("lets one of them be moved and another called off, and keeps both as people left them", async () => {
    await send("POST", "/maintenance-series", plan);
    const [first, second] = await windows();
    const moved = {
      planned_start: "2026-10-12T20:00:00Z",
      planned_end: "2026-10-12T20:30:00Z",
      message: "Later.",
    };
    expect((await send("PATCH", `/maintenance-windows/${first!.reference}`, moved)).status).toBe(200);
    const off = { state: "cancelled", message: "Not this time." };
    expect((await send("POST", `/maintenance-windows/${second!.reference}/updates`, off)).status).toBe(201);
    expect(await continueSeries(database(), now + day)).toEqual([]);
    const hour = { ...plan.recurrence, start: "2026-10-04T23:00" };
    const change = { ...plan, recurrence: hour, announcement: "An hour later from now on." };
    expect(await send("PUT", "/maintenance-series/SER-2026-0001", change, '"1"')).toMatchObject({
      status: 200,
      etag: '"2"',
      body: { version: 2 },
    });
    expect((await starts()).slice(0, 4)).toEqual([
      ...["2026-10-04T21:00", "2026-10-12T20:00", "2026-10-25T22:00", "2026-11-01T22:00"],
    ]);
  });

  it("is ended from a date: what would have come later is cancelled, what was announced before stays", async () => {
    await send("POST", "/maintenance-series", plan);
    const end = { from: "2026-10-20T00:00:00Z", announcement: "No more of it." };
    expect(await send("POST", "/maintenance-series/SER-2026-0001/end", end)).toMatchObject({
      status: 200,
      body: { ends_at: "2026-10-20T00:00:00.000Z", is_over: false },
    });
    expect(await starts()).toEqual(["2026-10-11T20:00", "2026-10-18T20:00"]);
    expect(await continueSeries(database(), now + 20 * day)).toEqual([]);
  });

  it("refuses with 412 what somebody changes who has not seen the latest, and windows over each other", async () => {
    await send("POST", "/maintenance-series", plan);
    const change = { ...plan, announcement: "Again." };
    const series = "/maintenance-series/SER-2026-0001";
    const shown = (await api.request(`/api/v1${series}`)).headers.get("ETag")!;
    expect((await send("PUT", series, change, shown)).status).toBe(200);
    const late = { status: 412, body: { code: "version_changed" } };
    expect(await send("PUT", series, change, shown)).toMatchObject(late);
    expect(await send("POST", `${series}/end`, { announcement: "No more." }, shown)).toMatchObject(late);
    const [first] = await windows();
    const over = { planned_end: "2026-10-18T20:10:00Z", message: "A week." };
    expect(await send("PATCH", `/maintenance-windows/${first!.reference}`, over)).toMatchObject({
      status: 409,
      body: { code: "overlaps_series" },
    });
    const window = `/maintenance-windows/${first!.reference}`;
    const etag = (await api.request(`/api/v1${window}`)).headers.get("ETag")!;
    expect(etag).toBe(`"${first!.version}"`);
    const longer = { planned_end: "2026-10-11T21:00:00Z", message: "An hour." };
    const changed = await send("PATCH", window, longer, etag);
    expect(changed).toMatchObject({ status: 200, etag: `"${first!.version + 1}"` });
    expect(await send("PATCH", window, longer, etag)).toMatchObject(late);
    const off = { state: "cancelled", message: "Not this time." };
    expect(await send("POST", `${window}/updates`, off, etag)).toMatchObject(late);
    expect((await send("POST", `${window}/updates`, off, changed.etag!)).status).toBe(201);
  });

  it("tells each fault at its member", async () => {
    const wrong = { ...plan, title: "", recurrence: { ...plan.recurrence, start: "2026-10-12T22:00" } };
    const { status, body } = await send("POST", "/maintenance-series", wrong);
    expect([status, body.code]).toEqual([422, "invalid_series"]);
    expect(body.errors).toMatchObject([{ pointer: "/title" }, { pointer: "/recurrence/start" }]);
  });

  it("is checked before it is published, takes a reason where a promise is broken, and records both", async () => {
    await agree(
      database(),
      "acme-gold",
      "target: 99.9\ncovers: [beacon]\nfee: 1000.00 DKK\nmaintenance: { checks: { per_quarter: 1 } }",
    );
    const { services, recurrence } = plan;
    const checked = await send<{ windows: { broken: object[] }[]; months: object[] }>(
      "POST",
      "/maintenance-windows/checks",
      { services, recurrence },
    );
    expect(checked.body.windows.slice(0, 2)).toMatchObject([
      { broken: [] },
      { broken: [{ contract: "acme-gold", code: "too_many", actual: 2, promised: 1 }] },
    ]);
    expect(checked.body.months).toMatchObject([
      { contract: "acme-gold", month: "2026-10" },
      { contract: "acme-gold", month: "2026-11" },
      { contract: "acme-gold", month: "2026-12" },
    ]);
    const bare = await send("POST", "/maintenance-series", plan);
    expect([bare.status, bare.body.code]).toEqual([422, "reason_needed"]);
    expect(bare.body.errors![0]).toMatchObject({ pointer: "/reason" });
    expect(await windows()).toEqual([]);
    const reason = "The disks fail one by one.";
    expect((await send("POST", "/maintenance-series", { ...plan, reason })).status).toBe(201);
    const references = (await windows()).map(({ reference }) => reference);
    const judgements = await listJudgements(database(), references);
    expect(references.map((one) => judgements.get(one)!.at(-1)!.reason).slice(0, 2)).toEqual([null, reason]);
    // The first of the next quarter keeps the promise again; what the clock announces later is kept with the reason of the series.
    const later = await continueSeries(database(), now + 30 * day);
    const last = (await listJudgements(database(), [later.at(-1)!.reference])).get(later.at(-1)!.reference)!;
    expect(last.at(-1)).toMatchObject({ reason, author: "clock", broken: [{ code: "too_many" }] });
  });
});
