/** Closes one contract's cycle: looks at everything that stands in the way, then issues its first report. */
import { Conflict, type Fault } from "../domain/errors.ts";
import type { CycleNeed } from "../domain/sla/close/cycle-state.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { beginClosing, noteClosing } from "../store/closings.ts";
import type { Database } from "../store/database.ts";
import type { IssuedReport } from "../store/reports.ts";
import { draftCycle } from "./draft-cycle.ts";
import { issueReport, type ReportOffice } from "./issue-report.ts";
import { onlyContract, readGround } from "./read-ground.ts";

/**
 * The first revision of the cycle's report.
 *
 * @throws NotFound contract_not_found, cycle_not_found, cycle_not_begun
 * @throws Conflict cycle_open, cycle_not_ready, cycle_final, closing_under_way
 */
export async function closeCycle(
  db: Database,
  office: ReportOffice,
  { contract, label, author }: { contract: string; label: string; author: string },
  now: Instant,
): Promise<IssuedReport> {
  const before = onlyContract(await readGround(db, label, { contract }));
  const { id: contractId, cycle } = before;
  const closing = await beginClosing(db, { label, contractId, author, until: cycle.end, total: 1 }, now);
  let closed = 0;
  try {
    // Read again: from here on, nothing that changes goes unnoticed.
    const ground = await readGround(db, label, { contract });
    const of = onlyContract(ground);
    const draft = await draftCycle(db, ground, of, office.engine, now);
    if (draft.revision > 0) {
      const last = of.reports.at(-1)!;
      throw new Conflict(
        "cycle_final",
        `${contract} ${label} is closed: ${last.author} issued revision ${last.revision} of its report.`,
      );
    }
    refuseNeeds(contract, label, draft.needs);
    const issue = { reason: "", author, approver: null };
    const report = await db.transaction((tx) =>
      issueReport(tx, { ground, of, draft }, issue, office.seal, now),
    );
    closed = 1;
    return report;
  } finally {
    await noteClosing(db, closing, { closed, waiting: 1 - closed }, now, true);
  }
}

/**
 * Refuses what cannot be final yet, with every reason.
 *
 * @throws Conflict cycle_open, cycle_not_ready
 */
export function refuseNeeds(contract: string, label: string, needs: readonly CycleNeed[]): void {
  const [first] = needs;
  if (first?.need === "cycle_end") {
    throw new Conflict("cycle_open", `The cycle ${label} of ${contract} runs until ${isoInstant(first.at)}.`);
  }
  if (first !== undefined) {
    const faults = needs.map((need): Fault => ({ pointer: "", detail: needInWords(need) }));
    throw new Conflict("cycle_not_ready", `${contract} ${label} cannot be closed yet.`, faults);
  }
}

/** A need as a sentence. */
export function needInWords(need: CycleNeed): string {
  switch (need.need) {
    case "cycle_end":
      return `The cycle runs until ${isoInstant(need.at)}.`;
    case "settle_time":
      return `Evidence may still arrive until ${isoInstant(need.at)}.`;
    case "proposal":
      return `${need.reference} waits to be approved or rejected.`;
    case "explanation": {
      const { service, start, end, incident } = need.difference;
      return incident === null
        ? `${service} was down from ${isoInstant(start)} to ${isoInstant(end)} without an incident: explain it.`
        : `${incident} says that ${service} was in trouble, and nothing was measured: explain it.`;
    }
    case "decision": {
      const { low, high } = need.figures.bounds;
      return `The verdict hangs on unmeasured time (${low ?? "–"} to ${high ?? "–"} %): a person has to decide.`;
    }
  }
}
