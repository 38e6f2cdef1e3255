/** What can be asked from where: the probes that are known and not revoked, with the kinds they can ask. */
import { asc, eq, isNull } from "drizzle-orm";
import type { CheckKind, ProbeEngine } from "../../probes/protocol.ts";
import type { Database } from "./database.ts";
import { probes } from "./tables/evidence.ts";
import { locations } from "./tables/watched.ts";

export interface Asker {
  id: string;
  location: string;
  engine: ProbeEngine;
  kinds: CheckKind[];
}

/** In order of id. */
export function listAskers(db: Database): Promise<Asker[]> {
  return db
    .select({ id: probes.id, location: locations.slug, engine: probes.engine, kinds: probes.kinds })
    .from(probes)
    .innerJoin(locations, eq(locations.id, probes.locationId))
    .where(isNull(probes.revokedAt))
    .orderBy(asc(probes.id));
}
