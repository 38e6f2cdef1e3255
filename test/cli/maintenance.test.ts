import { afterAll, beforeAll, expect, it } from "vitest";
import type { OpenDatabase } from "../../src/store/database.ts";
import { listJudgements } from "../../src/store/window-judgements.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { agree, closablePlatform } from "../support/closing.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";
import { serveApi, type } from "../support/terminal.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
let open: OpenDatabase;
let api: TestApi;
let server: Awaited<ReturnType<typeof serveApi>>;
let environment: Record<string, string>;

beforeAll(async () => {
  open = await openFreshDatabase();
  await insertServices(open.db, ["beacon", "lamp"]);
  api = await testApi(open.db, now);
  server = await serveApi(api);
  environment = { FOURNINES_URL: server.url, FOURNINES_TOKEN: api.deps.controlToken };
});
afterAll(async () => {
  await server.close();
  await open.close();
});

it("plans, changes, starts, verifies, ends and shows a window in the platform's zone", async () => {
  const plan = ["maintenance", "plan", "--title", "New disks", "--message", "We replace disks."];
  const times = ["--start", "2026-06-10 22:00", "--end", "2026-06-10T23:00:00+02:00"];
  expect(await type(environment, ...plan, "--service", "beacon", "--service", "lamp", ...times)).toBe(
    "MNT-2026-0001 planned: 2026-06-10 22:00 to 2026-06-10 23:00",
  );
  api.clock.now += 3_600_000;
  expect(
    await type(
      environment,
      "maintenance",
      "change",
      "MNT-2026-0001",
      "--message",
      "Longer.",
      "--end",
      "2026-06-10 23:30",
    ),
  ).toBe("MNT-2026-0001 changed: 2026-06-10 22:00 to 2026-06-10 23:30, announced 2026-06-01 13:00");
  api.clock.now = Date.parse("2026-06-10T19:55:00Z");
  expect(await type(environment, "maintenance", "start", "MNT-2026-0001")).toBe("MNT-2026-0001 begun");
  api.clock.now = Date.parse("2026-06-10T21:00:00Z");
  expect(await type(environment, "maintenance", "verify", "MNT-2026-0001")).toBe(
    "MNT-2026-0001 being verified",
  );
  api.clock.now = Date.parse("2026-06-10T21:35:00Z");
  expect(await type(environment, "maintenance", "end", "MNT-2026-0001", "--message", "All done.")).toBe(
    "MNT-2026-0001 completed, 5m over its planned end",
  );
  expect(await type(environment, "maintenance", "list")).toBe(
    "MNT-2026-0001  completed    2026-06-10 22:00 to 2026-06-10 23:30  New disks, 5m over its planned end",
  );
  const shown = await type(environment, "maintenance", "show", "MNT-2026-0001");
  expect(shown).toContain("  began 2026-06-10 21:55, over 2026-06-10 23:35\n  services: beacon, lamp\n");
  expect(shown).toContain("completed: All done.");
  await expect(type(environment, "maintenance", "cancel", "MNT-2026-0001")).rejects.toThrow(
    "MNT-2026-0001 is completed; it cannot be cancelled.",
  );
  expect(await type(environment, "maintenance", "list", "--coming")).toBe("No maintenance.");
});

it("takes the reason why a window breaks what a contract promises, and asks for it", async () => {
  const { db, close } = await openFreshDatabase();
  await closablePlatform(db);
  await agree(
    db,
    "acme-gold",
    "target: 99.9\ncovers: [beacon]\nfee: 1000.00 DKK\nmaintenance: { checks: { longest: 30m } }",
  );
  const own = await testApi(db, now);
  const { url, close: end } = await serveApi(own);
  const terminal = { FOURNINES_URL: url, FOURNINES_TOKEN: own.deps.controlToken };
  const plan = ["maintenance", "plan", "--title", "New disks", "--message", "We replace disks."];
  const times = ["--start", "2026-06-10 22:00", "--end", "2026-06-10 23:00"];
  const all = [...plan, "--service", "beacon", ...times];
  await expect(type(terminal, ...all)).rejects.toThrow("that takes a reason");
  expect(await type(terminal, ...all, "--reason", "The disks fail one by one.")).toContain(
    "MNT-2026-0001 planned",
  );
  const reference = "MNT-2026-0001";
  const judged = (await listJudgements(db, [reference])).get(reference)!;
  expect(judged.at(-1)).toMatchObject({
    reason: "The disks fail one by one.",
    broken: [{ contract: "acme-gold" }],
  });
  await end();
  await close();
});
