import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { InvalidInput } from "../../src/domain/errors.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";
import { serveApi, type, typeOn } from "../support/terminal.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
let open: OpenDatabase;
let api: TestApi;
let server: Awaited<ReturnType<typeof serveApi>>;
let environment: Record<string, string>;

beforeAll(async () => {
  open = await openFreshDatabase();
  await insertServices(open.db, ["beacon"]);
  api = await testApi(open.db, now);
  server = await serveApi(api);
  environment = { FOURNINES_URL: server.url, FOURNINES_TOKEN: api.deps.controlToken };
});
afterAll(async () => {
  await server.close();
  await open.close();
});

it("says how urgent it is, and since when it is over", async () => {
  const title = ["--title", "Search is slow", "--message", "We look."];
  const words = ["--priority", "p3", "--started", "2026-06-01 11:00", "--json"];
  const declared = await type(environment, "incident", "declare", ...title, ...words);
  const { reference } = JSON.parse(declared) as { reference: string };
  expect(JSON.parse(declared)).toMatchObject({ priority: "p3" });
  const over = ["--message", "Over.", "--resolved", "2026-06-01 11:45", "--json"];
  expect(JSON.parse(await type(environment, "incident", "resolve", reference, ...over))).toMatchObject({
    resolved_at: "2026-06-01T09:45:00.000Z",
  });
  await open.db.execute(sql`truncate incident_updates, incident_services, incidents cascade`);
  await api.deps.changed();
});

it("declares, updates, resolves and shows an incident in the platform's zone", async () => {
  expect(await type(environment, "incident", "list")).toBe("No incidents.");
  const declare = ["incident", "declare", "--title", "Sign-in fails", "--message", "We look."];
  expect(
    await type(environment, ...declare, "--service", "beacon=major_outage", "--started", "2026-06-01 11:30"),
  ).toBe("INC-2026-0001 declared: Sign-in fails");
  api.clock.now += 60_000;
  expect(
    await type(
      environment,
      "incident",
      "update",
      "INC-2026-0001",
      "--message",
      "Found it.",
      "--state",
      "identified",
    ),
  ).toBe("INC-2026-0001 updated: identified");
  api.clock.now += 60_000;
  expect(await type(environment, "incident", "resolve", "INC-2026-0001", "--message", "Over.")).toBe(
    "INC-2026-0001 resolved",
  );
  expect(await type(environment, "incident", "list")).toBe(
    "INC-2026-0001  resolved       2026-06-01 11:30  Sign-in fails",
  );
  expect(await type(environment, "incident", "list", "--open")).toBe("No incidents.");
  expect(await type(environment, "incident", "show", "INC-2026-0001")).toBe(
    [
      "INC-2026-0001  resolved  Sign-in fails",
      "  began 2026-06-01 11:30, over 2026-06-01 12:02 (Europe/Copenhagen)",
      "  beacon: major_outage, 2026-06-01 11:30 to 2026-06-01 12:02",
      "  2026-06-01 12:00  investigating: We look.",
      "  2026-06-01 12:01  identified: Found it.",
      "  2026-06-01 12:02  resolved: Over.",
    ].join("\n"),
  );
  const json: unknown = JSON.parse(await type(environment, "incident", "show", "INC-2026-0001", "--json"));
  expect(json).toMatchObject({ reference: "INC-2026-0001", started_at: "2026-06-01T09:30:00.000Z" });
});

it("promises the next update: so long from now, at a time of day, at an instant", async () => {
  const typed = (...words: string[]) =>
    typeOn({ environment, now: () => api.clock.now }, "incident", ...words);
  const words = ["--title", "Sign-in fails", "--message", "We look.", "--next-update", "30m", "--json"];
  const { reference } = JSON.parse(await typed("declare", ...words)) as { reference: string };
  const say = (...promise: string[]) => typed("update", reference, "--message", "More.", ...promise);
  const line = (state: string) => `${reference}  ${state}  Sign-in fails`;
  const shown = async () => (await typed("show", reference)).split("\n")[0];
  expect(await shown()).toBe(`${line("investigating")}, next update by 2026-06-01 12:32`);
  for (const [promise, by] of [
    ["14:50", "2026-06-01 14:50"],
    ["09:15", "2026-06-02 09:15"],
    ["2026-06-03 08:00", "2026-06-03 08:00"],
    ["2026-06-03T08:00:00Z", "2026-06-03 10:00"],
    ["1h30m", "2026-06-01 13:32"],
  ] as const) {
    await say("--next-update", promise);
    expect(await shown()).toBe(`${line("investigating")}, next update by ${by}`);
  }
  expect(await typed("list", "--open")).toMatch(/Sign-in fails, next update by 2026-06-01 13:32$/);
  await say();
  expect(await shown()).toBe(line("investigating"));
  for (const [promise, refusal] of [
    ["soon", "is not a date and time like"],
    ["30min", "is not a duration"],
    ["25:00", "is not a date and time like"],
  ] as const) {
    await expect(say("--next-update", promise)).rejects.toThrow(refusal);
  }
  await expect(say("--next-update", "8d")).rejects.toMatchObject({
    fields: [{ pointer: "/next_update_at" }],
  });
});

it("hands on what the server refuses, with its places", async () => {
  const refused = type(
    environment,
    "incident",
    "declare",
    "--title",
    " ",
    "--message",
    "m",
    "--service",
    "bacon=operational",
  );
  await expect(refused).rejects.toBeInstanceOf(InvalidInput);
  await expect(refused).rejects.toMatchObject({ fields: [{ pointer: "/services/0/service" }] });
  await expect(
    type(environment, "incident", "resolve", "INC-2026-0001", "--message", "m"),
  ).rejects.toMatchObject({
    code: "incident_resolved",
  });
  await expect(type(environment, "incident", "show", "INC-1999-0001")).rejects.toMatchObject({
    code: "incident_not_found",
  });
});

it.each([
  [["--service", "beacon"], "is not a service and its impact"],
  [["--started", "yesterday"], "is not a date and time like"],
  [["--state", "odd"], "Allowed choices are"],
])("says what is wrong with %j", async (options, words) => {
  await expect(
    type(environment, "incident", "declare", "--title", "t", "--message", "m", ...options),
  ).rejects.toThrow(words);
});
