/**
 * What others have changed in the database, taken over soon after, wired: of many changes at once the last look sees all. Used by server.ts
 * alone.
 */
import { soon } from "../live/soon.ts";
import type { OpenDatabase } from "../store/database.ts";
import type { Surroundings } from "./surroundings.ts";

const settleMs = 50;
const withinMs = 500;

/** How each kind of change is taken over, by the name under which the database tells it. */
export interface TakenOver {
  platform(): Promise<void>;
  words(): Promise<void>;
  "check-ins"(): Promise<void>;
}

export interface FollowedChanges {
  /** Takes over nothing any more; resolves once what is under way is over. */
  stop(): Promise<void>;
}

export async function followChanges(
  { failed }: Surroundings,
  database: OpenDatabase,
  take: TakenOver,
): Promise<FollowedChanges> {
  const unread = (error: unknown) => failed(error, {}, "what changed could not be read");
  const looks = new Map(
    Object.entries(take).map(([kind, read]: [string, () => Promise<void>]) => [
      kind,
      soon(settleMs, withinMs, () => read().catch(unread)),
    ]),
  );
  await database.listen("fournines", (changed) =>
    changed === null
      ? looks.forEach((look) => look.call())
      : // What nobody keeps in memory is read when it is asked for.
        looks.get(changed)?.call(),
  );
  return {
    async stop() {
      await Promise.all([...looks.values()].map((look) => look.end()));
    },
  };
}
