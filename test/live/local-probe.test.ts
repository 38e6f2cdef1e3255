import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf, encodeBatch, noPrevious, signBatch } from "../../probes/batch.ts";
import { protocolVersion } from "../../probes/protocol.ts";
import { recordBatch } from "../../src/actions/record-batch.ts";
import { loadReadings } from "../../src/live/live-readings.ts";
import { checkKinds } from "../../probes/protocol.ts";
import { chooseLocation, joinAsProbe } from "../../src/live/local-probe.ts";
import { type OpenDatabase, openDatabase } from "../../src/store/database.ts";
import { locations, probes } from "../../src/store/schema.ts";
import { sample, watch } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);
let open: OpenDatabase;
let folder: string;
let check: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fournines-probe-"));
  open = await openDatabase({ memory: true });
  await open.migrate();
  check = await watch(open.db, "beacon", { locations: ["lisbon"] }, t0);
});
afterAll(async () => {
  await open.close();
  await rm(folder, { recursive: true });
});

describe("where the server's own probe stands", () => {
  const archived = (slug: string, archivedAt: number | null) =>
    open.db.update(locations).set({ archivedAt }).where(eq(locations.slug, slug));

  it("is where it was told, known or not", async () => {
    expect(await chooseLocation(open.db, "porto")).toBe("porto");
  });

  it("is else the platform's only location, archived ones apart, else local", async () => {
    expect(await chooseLocation(open.db, null)).toBe("lisbon");
    await open.db
      .insert(locations)
      .values({ slug: "osaka", title: "Osaka", managedBy: "file", createdAt: t0 });
    expect(await chooseLocation(open.db, null)).toBe("local");
    await archived("lisbon", t0);
    expect(await chooseLocation(open.db, null)).toBe("osaka");
    await archived("osaka", t0);
    expect(await chooseLocation(open.db, null)).toBe("local");
    await archived("lisbon", null);
    await archived("osaka", null);
  });
});

describe("the server's own probe joins", () => {
  it("once: the same key file is the same probe, from whichever start on", async () => {
    const file = join(folder, "kept.key");
    const first = await joinAsProbe(open.db, file, "lisbon", checkKinds, t0);
    const key = await readFile(file, "utf8");
    const again = await joinAsProbe(open.db, file, "lisbon", checkKinds, t0 + 1);
    expect(again.probeId).toBe(first.probeId);
    expect(await readFile(file, "utf8")).toBe(key);
    const rows = await open.db.select().from(probes).where(eq(probes.id, first.probeId));
    expect(rows).toMatchObject([{ createdAt: t0, revokedAt: null }]);
  });

  it("with another key as another probe, with a chain of its own", async () => {
    const one = await joinAsProbe(open.db, join(folder, "one.key"), "lisbon", checkKinds, t0);
    const two = await joinAsProbe(open.db, join(folder, "two.key"), "lisbon", checkKinds, t0);
    expect(two.probeId).not.toBe(one.probeId);
    expect([one.probeId, two.probeId]).toEqual([
      expect.stringMatching(/^lisbon-[0-9a-f]{12}$/),
      expect.stringMatching(/^lisbon-[0-9a-f]{12}$/),
    ]);
  });

  it("delivers as any probe does, and goes on where the store says that its chain ended", async () => {
    const { probeId, privateKey, readChain } = await joinAsProbe(
      open.db,
      join(folder, "kept.key"),
      "lisbon",
      checkKinds,
      t0,
    );
    expect(await readChain()).toEqual({ sequence: 0, previous: noPrevious });
    const bytes = encodeBatch(
      {
        version: protocolVersion,
        probe: probeId,
        location: "lisbon",
        sequence: 1,
        previous: noPrevious,
        closedAt: t0,
      },
      [sample(check, t0)],
    );
    const live = await loadReadings(open.db, 0);
    await recordBatch(open.db, live, await signBatch(bytes, privateKey), t0 + 1);
    expect(await readChain()).toEqual({ sequence: 1, previous: await digestOf(bytes) });
  });

  it("not where the platform has no such place: the refusal names those it has", async () => {
    await expect(
      joinAsProbe(open.db, join(folder, "none.key"), "porto", checkKinds, t0),
    ).rejects.toMatchObject({
      code: "location_not_found",
      message: expect.stringMatching(/no location "porto".*FOURNINES_LOCATION.*lisbon, osaka/) as string,
    });
  });
});
