/** What a location is asked and one of its probes cannot ask: told when the probe joins, while somebody is looking. */
import { canAsk } from "../domain/monitoring/share.ts";
import { type Asker, listAskers } from "../store/askers.ts";
import type { Database } from "../store/database.ts";
import { countAskedKinds } from "../store/watched-checks.ts";

/** A sentence for each kind; none where the probe can do everything. */
export async function listProbeWarnings(db: Database, probeId: string): Promise<string[]> {
  const askers = await listAskers(db);
  const self = askers.find(({ id }) => id === probeId);
  if (self === undefined) {
    return [];
  }
  const others = askers.filter(({ id, location }) => id !== probeId && location === self.location);
  return (await countAskedKinds(db, self.location))
    .filter(({ kind }) => !canAsk(self, kind))
    .map(({ kind, checks }) => {
      const what = `${checks} ${kind} ${checks === 1 ? "check" : "checks"} of ${self.location}`;
      return `This probe cannot ask ${what}: ${whoElse(others.filter((other) => canAsk(other, kind)))}.`;
    });
}

function whoElse(others: readonly Asker[]): string {
  const [first, ...more] = others;
  if (first === undefined) {
    return "no probe there can";
  }
  return more.length === 0 ? `${first.id} can` : `${others.length} other probes there can`;
}
