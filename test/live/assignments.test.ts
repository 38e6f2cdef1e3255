import { afterAll, beforeAll, expect, it } from "vitest";
import type { CheckInTarget, HttpTarget } from "../../probes/protocol.ts";
import type { CheckDefinition } from "../../src/domain/status/platform.ts";
import { readAssignments } from "../../src/live/assignments.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { withSecrets } from "../../src/platform-file/secrets.ts";
import { putCheckIn } from "../../src/store/check-ins.ts";
import { type OpenDatabase, openDatabase } from "../../src/store/database.ts";
import { httpCheck, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
let open: OpenDatabase;
beforeAll(async () => {
  open = await openDatabase({ memory: true });
  await open.migrate();
});
afterAll(() => open.close());

let services = 0;
/** Watches a new service with this check; what Lisbon is then asked of it. */
async function asked(definition: Partial<CheckDefinition>, archivedAt: number | null = null) {
  const check = await watch(open.db, `beacon-${++services}`, definition, t0);
  const live = (await loadReadings(open.db, 0)).checks.get(check)!;
  live.archivedAt = archivedAt;
  const secrets = (target: CheckDefinition["target"]) =>
    withSecrets(target, ({ name }) => (name === "BEACON_TOKEN" ? "s3cret" : undefined));
  const read = () => readAssignments(open.db, [live], "lisbon", secrets);
  return { check, live, read, assignments: await read() };
}

it("an assignment is the check's definition in force, under the service's and the check's names", async () => {
  const { check, live, read, assignments } = await asked({ slowAboveMs: 900, confirmUp: 2, family: "ipv6" });
  expect(assignments).toEqual([
    {
      check,
      key: `beacon-${services}/web`,
      intervalMs: 15_000,
      timeoutMs: 5_000,
      slowAboveMs: 900,
      family: "ipv6",
      confirmDown: 2,
      confirmUp: 2,
      target: httpCheck.target,
    },
  ]);
  live.revisions = [
    ...live.revisions,
    { effectiveAt: t0 + 1, definition: { ...httpCheck, intervalMs: 30_000 } },
  ];
  expect(await read()).toMatchObject([{ intervalMs: 30_000, slowAboveMs: null }]);
});

it("a location is asked nothing that others ask, and nothing that is archived", async () => {
  expect((await asked({ locations: ["osaka"] })).assignments).toEqual([]);
  expect((await asked({ locations: ["osaka", "lisbon"] })).assignments).toHaveLength(1);
  expect((await asked({}, t0 + 1)).assignments).toEqual([]);
});

it("secrets are put into what the probe gets, and stay references where they are kept", async () => {
  const target = {
    ...httpCheck.target,
    headers: { Authorization: "Bearer ${env:BEACON_TOKEN}" },
  } as HttpTarget;
  const { live, assignments } = await asked({ target });
  expect((assignments[0]!.target as HttpTarget).headers).toEqual({ Authorization: "Bearer s3cret" });
  expect(JSON.stringify(live.revisions)).not.toContain("s3cret");
  expect(JSON.stringify(live.revisions)).toContain("env:BEACON_TOKEN");
});

it("a job's last call goes along, with what it said; of one that never called, nothing does", async () => {
  const target: CheckInTarget = { kind: "check-in", periodMs: 3_600_000, graceMs: 60_000, lastCallAt: null };
  const { check, read, assignments } = await asked({ target });
  expect(assignments[0]!.target).toEqual(target);
  await putCheckIn(open.db, check, t0, "ok");
  await putCheckIn(open.db, check, t0 + 1_000, "fail");
  expect((await read())[0]!.target).toEqual({ ...target, lastCallAt: t0 + 1_000, lastCallResult: "fail" });
});
