import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckInTarget, HttpTarget } from "../../probes/protocol.ts";
import { applyPlatform } from "../../src/actions/apply-platform.ts";
import type { CheckDefinition } from "../../src/domain/monitoring/check-definition.ts";
import { openAssignments, readAssignments } from "../../src/live/assignments.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";
import { withSecrets } from "../../src/platform-file/secrets.ts";
import { putCheckIn } from "../../src/store/check-ins.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { insertProbe } from "../../src/store/probes.ts";
import { locations } from "../../src/store/tables/watched.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { httpCheck, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
let open: OpenDatabase;
beforeAll(async () => {
  open = await openFreshDatabase();
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

describe("what a probe is told when it polls", () => {
  const file = (rest: string) =>
    `platform: { name: Acme${rest} }\nlocations: { faro: { self_check: [tcp://192.0.2.9:53] }, porto: Porto }\nservices: { lamp: { checks: { web: { tcp: "lamp:1" } } } }\n`;
  const apply = (rest: string) =>
    applyPlatform(
      open.db,
      parsePlatformFile(file(rest), { file: "acme.yaml", capabilities: { icmp: false } }),
      t0,
    );
  const probeOf = async (location: string) => {
    const [place] = await open.db.select().from(locations).where(eq(locations.slug, location));
    const id = `${location}-1`;
    const publicKey = crypto.getRandomValues(new Uint8Array(32));
    await insertProbe(open.db, {
      id,
      locationId: place!.id,
      engine: "node",
      kinds: ["tcp"],
      publicKey,
      createdAt: t0,
    });
    return { id, location, locationId: place!.id };
  };
  const openAll = async () => {
    const live = await loadReadings(open.db, 0);
    return openAssignments({
      db: open.db,
      checks: () => live.checks.values(),
      withSecrets: (target) => target,
    });
  };

  it("has the targets of the self-check: the location's own, else the platform's", async () => {
    expect((await apply(", self_check: [tcp://192.0.2.1:53]")).changes.length).toBeGreaterThan(0);
    expect((await apply(", self_check: [tcp://192.0.2.1:53]")).changes).toEqual([]);
    const { poll, forget } = await openAll();
    const [faro, porto] = [await probeOf("faro"), await probeOf("porto")];
    const selfCheckOf = async (probe: typeof faro) => (await poll(probe, null, t0)).list!.selfCheck;
    expect(await selfCheckOf(faro)).toEqual([{ kind: "tcp", host: "192.0.2.9", port: 53 }]);
    expect(await selfCheckOf(porto)).toEqual([{ kind: "tcp", host: "192.0.2.1", port: 53 }]);
    await apply("");
    forget();
    expect(await selfCheckOf(porto)).toEqual([]);
  });

  it("stays under one name until something changes, however often it is read and whichever server tells it", async () => {
    const [one, other] = [await openAll(), await openAll()];
    const porto = { id: "porto-1", location: "porto", locationId: (await placeOf("porto"))! };
    const first = await one.poll(porto, null, t0);
    expect((await other.poll(porto, first.etag, t0)).list).toBeNull();
    one.forget();
    expect(await one.poll(porto, first.etag, t0)).toEqual({ etag: first.etag, list: null });
    await apply(", self_check: [https://example.com]");
    one.forget();
    const changed = await one.poll(porto, first.etag, t0);
    expect(changed.list!.selfCheck).toMatchObject([{ url: "https://example.com" }]);
    expect(changed.etag).not.toBe(first.etag);
  });
});

async function placeOf(slug: string): Promise<number | undefined> {
  const [place] = await open.db.select().from(locations).where(eq(locations.slug, slug));
  return place?.id;
}
