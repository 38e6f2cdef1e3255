/** Notes that probes were heard of, and how far off their clocks are: seldom enough that no batch costs a write of its own. */
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { noteSighting } from "../store/probes.ts";

export interface Sightings {
  /**
   * A probe was heard of. Never rejects.
   *
   * @param skewMs its clock minus ours; null: not measured this time
   */
  saw(probe: string, seenAt: Instant, skewMs: number | null): Promise<void>;
}

const seenEveryMs = 5_000;
const skewMatters = 100;
const rememberedProbes = 10_000;

/** @param failed told of what went wrong with a note: whatever it was of goes on */
export function openSightings(db: Database, failed: (error: unknown) => void): Sightings {
  const noted = new Map<string, { seenAt: Instant; skewMs: number | null }>();
  return {
    async saw(probe, seenAt, skewMs) {
      const last = noted.get(probe);
      const isNew = last === undefined || seenAt - last.seenAt >= seenEveryMs;
      const hasMoved =
        skewMs !== null && (last?.skewMs == null || Math.abs(skewMs - last.skewMs) >= skewMatters);
      if (!isNew && !hasMoved) {
        return;
      }
      const kept = hasMoved ? skewMs : null;
      noted.delete(probe);
      noted.set(probe, { seenAt, skewMs: kept ?? last?.skewMs ?? null });
      if (noted.size > rememberedProbes) {
        noted.delete(noted.keys().next().value!);
      }
      try {
        await noteSighting(db, probe, { seenAt, skewMs: kept });
      } catch (error) {
        noted.delete(probe);
        failed(error);
      }
    },
  };
}
