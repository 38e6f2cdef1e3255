import { beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { insertServices } from "../../support/services.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

interface Problem {
  code: string;
  detail: string;
  errors: { pointer: string; detail: string }[];
}
interface Contract {
  state: string;
  starts: string;
  managed_by: string;
  versions: {
    effective: string;
    mid_cycle: string | null;
    author: string;
    words: Record<string, string>;
    clauses: Record<string, unknown>;
  }[];
  warnings: { code: string; pointer: string; detail: string }[];
  written: Record<string, unknown>;
}
interface Change {
  changes: { verb: string; fields: { name: string; from?: string; to: string }[] }[];
  conflicts: string[];
  contract: Contract | null;
}

onPostgres("contracts over the API", (database) => {
  let api: TestApi;
  let db: Database;
  beforeAll(async () => {
    db = database();
    api = await testApi(db, now);
    await insertServices(db, ["beacon", "lamp"]);
  });

  const send = async <T>(method: string, path: string, body?: unknown): Promise<T & { status: number }> => {
    const response = await api.send(method, `/api/v1${path}`, body);
    return { ...((await response.json()) as T), status: response.status };
  };
  const get = async <T>(path: string): Promise<T & { status: number }> => {
    const response = await api.send("GET", `/api/v1${path}`, undefined);
    return { ...((await response.json()) as T), status: response.status };
  };

  it.each([
    ["GET", "/customers"],
    ["GET", "/customers/acme"],
    ["PUT", "/customers/acme"],
    ["GET", "/calendars"],
    ["GET", "/contracts"],
    ["GET", "/contracts/acme-all"],
    ["GET", "/contracts/acme-all/versions"],
    ["PUT", "/contracts/acme-all"],
    ["POST", "/contracts/acme-all/versions"],
    ["POST", "/contracts/window-checks"],
    ["GET", "/policies"],
  ])("%s %s takes a token: nothing of a contract is public", async (method, path) => {
    const response = await api.request(`/api/v1${path}`, { method });
    expect(response.status).toBe(401);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  });

  it("a customer is made, changed and read", async () => {
    expect(
      await send("PUT", "/customers/acme", {
        name: "Acme A/S",
        language: "da",
        recipients: "it@acme.example",
      }),
    ).toEqual({
      status: 200,
      slug: "acme",
      name: "Acme A/S",
      language: "da",
      recipients: ["it@acme.example"],
      contacts: [],
      notes: "",
      managed_by: "people",
      archived: false,
    });
    await send("PUT", "/customers/acme", { name: "Acme Group" });
    expect(await get("/customers/acme")).toMatchObject({
      name: "Acme Group",
      language: "en",
      recipients: [],
    });
    expect(await get<{ customers: unknown[] }>("/customers")).toMatchObject({
      customers: [{ slug: "acme" }],
    });
    expect(await get("/customers/beacon")).toMatchObject({ status: 404, code: "customer_not_found" });
  });

  it("a calendar tells the days on which it is closed", async () => {
    const calendar = { hours: { "mon-fri": "09:00-17:00" }, holidays: ["DK"], closed: ["2026-06-05"] };
    expect(await send("PUT", "/calendars/office", calendar)).toMatchObject({
      status: 200,
      words: "mon–fri 09:00–17:00, Europe/Copenhagen, closed on public holidays of DK and on 2026-06-05",
      holiday_edition: expect.stringContaining("date-holidays"),
    });
    const { closed_dates } = await get<{ closed_dates: string[] }>("/calendars/office?year=2027");
    expect(closed_dates).toContain("2027-05-06");
    expect(closed_dates).not.toContain("2027-06-05");
  });

  const written = {
    customer: "acme",
    policy: "metacompliance-da",
    starts: "2026-01-01",
    covers: ["beacon"],
    service_hours: "office",
    fee: "4000.00 DKK",
    credit: { table: "cloud-zones" },
    support: { plan: "extended" },
  };

  it("a dry run says every clause in words, and makes nothing", async () => {
    const { changes, contract } = await send<Change>("PUT", "/contracts/acme-all?dry_run=true", written);
    expect(changes[0]!.fields).toContainEqual({ name: "fee", to: "4000.00 DKK a cycle, net" });
    expect(contract).toBeNull();
    expect(await get("/contracts/acme-all")).toMatchObject({ status: 404, code: "contract_not_found" });
  });

  it("a contract is made with the doubts that stand on it, and reads as it was written", async () => {
    const { contract } = await send<Change>("PUT", "/contracts/acme-all", written);
    expect(contract).toMatchObject({
      state: "in_force",
      starts: "2026-01-01",
      managed_by: "people",
      written,
    });
    expect(contract!.versions[0]!.clauses).toMatchObject({
      target_percent: "99.99",
      fee: { minor: 400_000, currency: "DKK" },
      service_hours: { calendar: "office" },
    });
    expect(contract!.warnings).toContainEqual({
      code: "not_monitored",
      pointer: "/covers",
      detail: 'Promised but not monitored: "beacon", it has no check.',
    });
    expect(await send<Change>("PUT", "/contracts/acme-all", contract!.written)).toMatchObject({
      changes: [],
      status: 200,
    });
  });

  it("every mistake is told at its place, with what was probably meant", async () => {
    const { status, code, errors } = await send<Problem>("PUT", "/contracts/acme-bad", {
      customer: "acmee",
      starts: "2026-02-30",
      covers: ["becon"],
      fee: "4000.0 DKK",
      time_zone: "Europe/Copenhagn",
      credit: {
        bands: [
          { below: 99.9, percent: 10 },
          { below: 99.95, percent: 5 },
        ],
      },
      targett: 99.9,
    });
    expect([status, code]).toEqual([422, "bad_contract"]);
    expect(Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]))).toMatchObject({
      "/customer": 'there is no customer "acmee"; did you mean "acme"?',
      "/starts": expect.stringContaining("exists"),
      "/covers/0": 'there is no service "becon"; did you mean "beacon"?',
      "/fee": 'an amount in DKK is written with 2 decimals, or none, not "4000.0"',
      "/time_zone": expect.stringContaining("Europe/Copenhagen"),
      "/credit/bands/1": expect.stringContaining("thresholds have to fall and percents to rise"),
      "/targett": 'unknown key; did you mean "target"?',
    });
  });

  describe("terms that have been in force", () => {
    it("are not rewritten", async () => {
      expect(await send<Problem>("PUT", "/contracts/acme-all", { ...written, target: 99.9 })).toMatchObject({
        status: 409,
        code: "promises_kept",
        detail:
          "the terms of 2026-01-01 have been in force and cannot be rewritten: write what changes as a version, effective 2026-07-01",
      });
    });

    it("change from the next cycle on, clause by clause", async () => {
      const { status, changes, contract } = await send<Change>("POST", "/contracts/acme-all/versions", {
        reason: "A higher promise",
        target: 99.995,
      });
      expect(status).toBe(201);
      expect(changes[0]!.fields).toEqual([
        { name: "from 2026-07-01: target", from: "at least 99.99 %", to: "at least 99.995 %" },
      ]);
      expect(contract!.versions.map(({ effective, words }) => [effective, words.target])).toEqual([
        ["2026-01-01", "at least 99.99 %"],
        ["2026-07-01", "at least 99.995 %"],
      ]);
    });

    it("change in the middle of a cycle only where that is said", async () => {
      const version = { reason: "Early", effective: "2026-08-15", target: 99.9 };
      expect(await send<Problem>("POST", "/contracts/acme-all/versions", version)).toMatchObject({
        status: 422,
        errors: [
          { pointer: "/versions/1/effective", detail: expect.stringContaining("2026-08-01 or 2026-09-01") },
        ],
      });
      const { contract } = await send<Change>("POST", "/contracts/acme-all/versions", {
        ...version,
        mid_cycle: "split",
      });
      expect(contract!.versions.at(-1)).toMatchObject({ effective: "2026-08-15", mid_cycle: "split" });
    });

    it("do not overlap", async () => {
      const version = { reason: "Again", effective: "2026-07-01", target: 99 };
      expect(await send<Problem>("POST", "/contracts/acme-all/versions", version)).toMatchObject({
        status: 422,
        errors: [{ detail: expect.stringContaining("overlaps the version of 2026-08-15") }],
      });
    });

    it("keep the calendar by which they count: its past stays, closures to come are entered", async () => {
      const calendar = { hours: { "mon-fri": "09:00-17:00" }, holidays: ["DK"], closed: ["2026-06-05"] };
      const other = { ...calendar, hours: { "mon-fri": "08:00-16:00" } };
      expect(await send<Problem>("PUT", "/calendars/office", other)).toMatchObject({
        status: 409,
        code: "promises_kept",
      });
      expect(await send("PUT", "/calendars/office", { ...calendar, closed: [] })).toMatchObject({
        status: 409,
      });
      expect(
        await send("PUT", "/calendars/office", { ...calendar, closed: ["2026-06-05", "2026-12-24"] }),
      ).toMatchObject({
        status: 200,
      });
    });

    it("leave a record of everything, withdrawn versions too", async () => {
      const { contract } = await get<Contract>("/contracts/acme-all").then((one) => ({ contract: one }));
      const [first] = contract.written.versions as unknown[];
      await send<Change>("PUT", "/contracts/acme-all", { ...contract.written, versions: [first] });
      const { versions } = await get<{
        versions: { withdrawn: boolean; revision: number; effective_at: string }[];
      }>("/contracts/acme-all/versions");
      expect(
        versions.map(({ withdrawn, revision, effective_at }) => [effective_at, revision, withdrawn]),
      ).toEqual([
        ["2025-12-31T23:00:00.000Z", 1, false],
        ["2026-06-30T22:00:00.000Z", 1, false],
        ["2026-08-14T22:00:00.000Z", 1, false],
        ["2026-08-14T22:00:00.000Z", 2, true],
      ]);
      expect((await get<Contract>("/contracts/acme-all")).versions).toHaveLength(2);
    });
  });

  it("a customer and a calendar stay as long as a contract needs them", async () => {
    expect(await send("DELETE", "/customers/acme")).toMatchObject({ status: 409, code: "in_use" });
    expect(await send("DELETE", "/calendars/office")).toMatchObject({ status: 409, code: "in_use" });
  });

  it("a planned window is told what it would break", async () => {
    await send("PUT", "/contracts/acme-windows", {
      customer: "acme",
      policy: "pindena-no",
      starts: "2026-01-01",
      covers: ["lamp"],
    });
    const check = (services: string[], planned_start: string, planned_end: string) =>
      send<{ contracts: { contract: string; warnings: { code: string }[] }[] }>(
        "POST",
        "/contracts/window-checks",
        {
          services,
          planned_start,
          planned_end,
        },
      );
    const { contracts } = await check(["lamp"], "2026-06-17T10:00:00Z", "2026-06-17T11:00:00Z");
    expect(contracts).toMatchObject([
      { contract: "acme-windows", warnings: [{ code: "too_long" }, { code: "inside_hours" }] },
    ]);
    expect((await check(["lamp"], "2026-06-17T20:00:00Z", "2026-06-17T20:30:00Z")).contracts).toEqual([]);
    expect((await check(["beacon"], "2026-06-17T10:00:00Z", "2026-06-17T11:00:00Z")).contracts).toEqual([]);
  });

  it("policies and credit tables are listed with their open points", async () => {
    const { policies, credit_tables } = await get<{
      policies: { name: string; open: object[] }[];
      credit_tables: object[];
    }>("/policies");
    expect(policies.map(({ name }) => name)).toEqual([
      "metacompliance-da",
      "metacompliance-fr",
      "microbizz-da",
      "oneoffice-da",
      "pindena-no",
    ]);
    expect(policies[0]!.open[0]).toMatchObject({ setting: "support.plan", chosen: "standard" });
    expect(credit_tables.length).toBeGreaterThan(10);
  });

  it("the same version sent twice under one key is recorded once", async () => {
    await send("PUT", "/contracts/acme-twice", { customer: "acme", starts: "2026-01-01", target: "none" });
    const body = { reason: "Zone", target: 99 };
    const headers = { "Idempotency-Key": "one" };
    const first = await api.send("POST", "/api/v1/contracts/acme-twice/versions", body, headers);
    const again = await api.send("POST", "/api/v1/contracts/acme-twice/versions", body, headers);
    expect(await again.json()).toEqual(await first.json());
    expect((await get<Contract>("/contracts/acme-twice")).versions).toHaveLength(2);
  });

  it.each([
    ["/customers/late", { name: "Late" }, { name: "Later" }],
    [
      "/calendars/late",
      { title: "Late", hours: { "mon-fri": "09:00-17:00" } },
      { title: "Later", hours: { "mon-fri": "08:00-16:00" } },
    ],
    [
      "/contracts/late",
      { customer: "acme", starts: "2026-07-01", target: 99 },
      { customer: "acme", starts: "2026-07-01", target: 99.9 },
    ],
  ])("whoever is late with %s is told, and overwrites nothing", async (path, first, second) => {
    const put = (body: object, seen?: string) =>
      api.send("PUT", `/api/v1${path}`, body, seen === undefined ? {} : { "If-Match": seen });
    expect((await put(first, '"never-there"')).status).toBe(412);
    const made = await put(first);
    expect(made.status).toBe(200);
    const seen = made.headers.get("ETag")!;
    expect((await api.send("GET", `/api/v1${path}`, undefined)).headers.get("ETag")).toBe(seen);
    const changed = await put(second, seen);
    expect(changed.status).toBe(200);
    expect(changed.headers.get("ETag")).not.toBe(seen);
    const late = await put(first, seen);
    expect([late.status, ((await late.json()) as Problem).code]).toEqual([412, "version_changed"]);
    const stands = await api.send("GET", `/api/v1${path}`, undefined);
    expect(stands.headers.get("ETag")).toBe(changed.headers.get("ETag"));
    expect((await put(second, "without quotes")).status).toBe(422);
  });

  it("what a file made is changed in the file", async () => {
    const text = `platform: { name: Acme, time_zone: Europe/Copenhagen }
services: { beacon: { checks: { web: { tcp: "127.0.0.1:9" } } }, lamp: { checks: { web: { tcp: "127.0.0.1:9" } } } }
customers: { bolt: Bolt }
contracts: { bolt-all: { customer: bolt, starts: 2026-01-01 } }
`;
    await db.execute("update services set managed_by = 'file'");
    expect(await send("POST", "/platform", { text })).toMatchObject({ status: 200 });
    for (const [method, path, body] of [
      ["PUT", "/customers/bolt", { name: "Bolts" }],
      ["PUT", "/contracts/bolt-all", { customer: "bolt", starts: "2026-01-01" }],
      ["POST", "/contracts/bolt-all/versions", { reason: "Mine", target: 99 }],
      ["DELETE", "/contracts/bolt-all", undefined],
    ] as const) {
      expect([path, await send(method, path, body)]).toMatchObject([
        path,
        { status: 409, code: "made_by_file" },
      ]);
    }
    expect(
      (await get<{ contracts: { slug: string }[] }>("/contracts?customer=bolt")).contracts,
    ).toMatchObject([{ slug: "bolt-all", written: null }]);
  });

  it("and what people made is not taken by a file", async () => {
    const text = `platform: { name: Acme }\nservices: {}\ncustomers: { acme: Acme }\n`;
    expect(await send("POST", "/platform", { text })).toMatchObject({ status: 409, code: "made_by_people" });
  });

  it("the description names the bodies, key by key", async () => {
    const { components } = (await (await api.request("/api/v1/openapi.json")).json()) as {
      components: { schemas: Record<string, { properties: object }> };
    };
    expect(Object.keys(components.schemas.WrittenContract!.properties)).toEqual(
      expect.arrayContaining(["customer", "policy", "starts", "credit", "versions"]),
    );
  });
});
