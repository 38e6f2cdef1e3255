/**
 * A small watched platform in an empty database, and probes that deliver signed batches of it: Lisbon and Osaka ask about Beacon.
 */
import {
  encodeBatch,
  digestOf,
  exportPublicKey,
  generateKeys,
  noPrevious,
  signBatch,
} from "../../probes/batch.ts";
import { checkKinds, type Observation, protocolVersion, type SignedBatch } from "../../probes/protocol.ts";
import type { CheckDefinition } from "../../src/domain/monitoring/check-definition.ts";
import type { Database } from "../../src/store/database.ts";
import { insertProbe } from "../../src/store/probes.ts";
import { checkRevisions, checks, locations, services } from "../../src/store/tables/watched.ts";

export const httpCheck: CheckDefinition = {
  target: {
    kind: "http",
    url: "http://127.0.0.1:9/",
    method: "GET",
    headers: {},
    expectStatus: [{ from: 200, to: 299 }],
    expectHeaders: [],
    expectText: [],
    refuseText: [],
    expectJson: [],
    maxRedirects: 5,
    maxBodyBytes: 65_536,
    verifyCertificate: true,
    keepConnection: false,
  },
  intervalMs: 15_000,
  timeoutMs: 5000,
  slowAboveMs: null,
  family: "any",
  locations: ["lisbon"],
  confirmDown: 2,
  confirmUp: 1,
  quorumFail: null,
  counts: true,
  parent: null,
};

/** Makes a service with one check, and its locations where they are missing. Returns the check's number. */
export async function watch(
  db: Database,
  serviceSlug: string,
  definition: Partial<CheckDefinition>,
  createdAt: number,
): Promise<number> {
  const whole = { ...httpCheck, ...definition };
  for (const slug of whole.locations) {
    await db
      .insert(locations)
      .values({ slug, title: slug, managedBy: "file", createdAt })
      .onConflictDoNothing();
  }
  const [service] = await db
    .insert(services)
    .values({
      slug: serviceSlug,
      title: serviceSlug,
      description: "",
      position: 0,
      managedBy: "file",
      createdAt,
    })
    .returning();
  const [check] = await db
    .insert(checks)
    .values({ serviceId: service!.id, slug: "web", managedBy: "file", createdAt })
    .returning();
  await db.insert(checkRevisions).values({ checkId: check!.id, effectiveAt: createdAt, definition: whole });
  return check!.id;
}

export interface TestProbe {
  id: string;
  /** Signs the next batch of the chain; `skewMs` as the probe measured it, or not at all. */
  next(observations: Observation[], closedAt?: number, skewMs?: number): Promise<SignedBatch>;
}

/** A registered probe of a location that exists. */
export async function probeIn(db: Database, location: string): Promise<TestProbe> {
  const { privateKey, publicKey } = await generateKeys();
  const rows = await db.select().from(locations);
  const id = `probe-${location}`;
  await insertProbe(db, {
    id,
    locationId: rows.find((row) => row.slug === location)!.id,
    publicKey: Uint8Array.fromBase64(await exportPublicKey(publicKey)),
    engine: "node",
    kinds: [...checkKinds],
    createdAt: 0,
  });
  let sequence = 0;
  let previous = noPrevious;
  return {
    id,
    async next(observations, closedAt, skewMs) {
      const bytes = encodeBatch(
        {
          version: protocolVersion,
          probe: id,
          location,
          sequence: ++sequence,
          previous,
          closedAt: closedAt ?? Math.max(0, ...observations.map(({ at }) => at)),
          ...(skewMs === undefined ? {} : { skewMs }),
        },
        observations,
      );
      previous = await digestOf(bytes);
      return signBatch(bytes, privateKey);
    },
  };
}

/** A sample written short. */
export function sample(
  check: number,
  at: number,
  outcome: Observation["outcome"] = "ok",
  totalMs = 20,
): Observation {
  return outcome === "fail"
    ? { check, at, outcome, timings: {}, reason: "timeout", detail: "no answer within 5 s" }
    : { check, at, outcome, timings: { total: totalMs } };
}
