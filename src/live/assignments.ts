/** What a location is asked: the checks in force there, with their secrets put in and the last calls of jobs. */
import type { Assignment, Target } from "../../probes/protocol.ts";
import type { Database } from "../store/database.ts";
import { findCheckIn } from "../store/check-ins.ts";
import type { LiveCheck } from "./live-check.ts";

/**
 * @param withSecrets puts the values of secret references into a target; what it returns goes to the probe and nowhere else
 */
export async function readAssignments(
  db: Database,
  checks: Iterable<LiveCheck>,
  location: string,
  withSecrets: (target: Target) => Target,
): Promise<Assignment[]> {
  const assignments: Assignment[] = [];
  for (const check of checks) {
    const definition = check.revisions.at(-1)!.definition;
    if (check.archivedAt !== null || !definition.locations.includes(location)) {
      continue;
    }
    assignments.push({
      check: check.id,
      key: `${check.serviceSlug}/${check.slug}`,
      intervalMs: definition.intervalMs,
      timeoutMs: definition.timeoutMs,
      slowAboveMs: definition.slowAboveMs,
      family: definition.family,
      confirmDown: definition.confirmDown,
      confirmUp: definition.confirmUp,
      target: await withLastCall(db, check.id, withSecrets(definition.target)),
    });
  }
  return assignments;
}

async function withLastCall(db: Database, checkId: number, target: Target): Promise<Target> {
  if (target.kind !== "check-in") {
    return target;
  }
  const call = await findCheckIn(db, checkId);
  return call === undefined ? target : { ...target, lastCallAt: call.calledAt, lastCallResult: call.outcome };
}
