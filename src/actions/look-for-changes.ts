/**
 * Looks whether something that changed late touches a cycle that is final: late evidence, a correction, an exclusion. Then a restatement
 * is proposed for a person to approve; the report itself stays as it is.
 */
import { Conflict } from "../domain/errors.ts";
import { clockAuthor } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { dropLateChanges, isClosing, type LateChange, listLateChanges } from "../store/closings.ts";
import type { Database } from "../store/database.ts";
import { type IssuedReport, listReports } from "../store/reports.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { proposeRevision } from "./propose-revision.ts";
import { lastRevision, readGround } from "./read-ground.ts";

/** References of what was proposed. While a closing is under way nothing is looked at: what it issues has to be looked at too. */
export async function lookForChanges(db: Database, engine: Engine, now: Instant): Promise<string[]> {
  const changes = await listLateChanges(db);
  if (changes.length === 0 || (await isClosing(db, now))) {
    return [];
  }
  const earliest = Math.min(...changes.map(({ fromAt }) => fromAt));
  const final = (await listReports(db)).filter(({ cycleEnd }) => cycleEnd > earliest);
  const proposed: string[] = [];
  for (const [label, reports] of Map.groupBy(final, (report) => report.label)) {
    proposed.push(...(await lookAt(db, engine, label, reports, changes, now)));
  }
  await dropLateChanges(
    db,
    changes.map(({ id }) => id),
  );
  return proposed;
}

async function lookAt(
  db: Database,
  engine: Engine,
  label: string,
  reports: readonly IssuedReport[],
  changes: readonly LateChange[],
  now: Instant,
): Promise<string[]> {
  const contracts = [...new Set(reports.map(({ contract }) => contract))];
  const ground = await readGround(db, label, { contracts });
  const proposed: string[] = [];
  for (const [contract, of] of ground.contracts) {
    const slugs = of.services.map(({ slug }) => slug);
    const cause = changes.find(
      ({ service, fromAt }) => fromAt < of.cycle.end && (service === null || slugs.includes(service)),
    );
    if (cause === undefined || lastRevision(of) === 0) {
      continue;
    }
    const { factsDigest } = await draftCycle(db, ground, of, engine, now);
    if (factsDigest !== of.reports.at(-1)!.factsDigest) {
      const wanted = { contract, label, cause: cause.cause, reason: reasonOf(cause) };
      proposed.push(...(await propose(db, wanted, now)));
    }
  }
  return proposed;
}

/** One that is open already stands for this change as well. */
async function propose(
  db: Database,
  wanted: Parameters<typeof proposeRevision>[1],
  now: Instant,
): Promise<string[]> {
  try {
    return [(await proposeRevision(db, wanted, clockAuthor, now)).reference];
  } catch (error) {
    if (error instanceof Conflict && error.code === "revision_proposed") {
      return [];
    }
    throw error;
  }
}

function reasonOf({ cause, subject, service, fromAt }: LateChange): string {
  return cause === "late_evidence"
    ? `Evidence of ${service ?? "a service"} from ${isoInstant(fromAt)} on arrived after the report was issued.`
    : `${subject} was settled after the report was issued.`;
}
