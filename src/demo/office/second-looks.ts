/**
 * Where the demo's office looks a second time: time that is proposed to be judged anew or left out, what another person says of it, and
 * the reports that are restated after they were issued.
 */
import { decideCycle } from "../../actions/decide-cycle.ts";
import { draftCycle } from "../../actions/draft-cycle.ts";
import { lookForChanges } from "../../actions/look-for-changes.ts";
import type { ReportOffice } from "../../actions/issue-report.ts";
import { proposeCorrection } from "../../actions/propose-correction.ts";
import { proposeExclusion } from "../../actions/propose-exclusion.ts";
import { proposeRevision } from "../../actions/propose-revision.ts";
import { onlyContract, readGround } from "../../actions/read-ground.ts";
import { settleCorrection, settleExclusion } from "../../actions/settle-proposal.ts";
import { approveRevision, rejectRevision } from "../../actions/settle-revision.ts";
import { type ProposalStep, proposalState } from "../../domain/sla/close/proposal.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Database } from "../../store/database.ts";
import { listCorrections, listExclusions, listRevisionProposals } from "../../store/proposals.ts";
import { clockTime, minuteMs, monthOf, type Origin } from "../history/span.ts";
import { intervalOf } from "../history/told-troubles.ts";
import { ida, jonas, lars, mette } from "./people.ts";

/** One step of a second look; taken again, it changes nothing. */
export interface SecondLook {
  at: Instant;
  take(db: Database, office: ReportOffice): Promise<void>;
}

/** All of them. */
export function secondLooks(origin: Origin): SecondLook[] {
  return [...rejectedCorrection(origin), ...restatement(origin), ...exclusion(origin), ...waiting(origin)];
}

/** Somebody holds an outage for one of our own network; the other looks at the logs and does not. */
function rejectedCorrection(origin: Origin): SecondLook[] {
  const { start } = intervalOf(origin, "load balancer");
  const draft = {
    ...{ service: "web-app", state: "up" as const, start, end: start + 20 * minuteMs },
    reason: "Only our office could not reach the pages.",
    evidence: "",
  };
  const reason = "Customers wrote within the first minutes; the load balancer refused everybody.";
  return [
    propose(draft, jonas, clockTime(origin, { monthsAgo: 7, day: 18 }, "09:20")),
    settle(draft, "rejected", reason, ida, clockTime(origin, { monthsAgo: 7, day: 18 }, "14:05")),
  ];
}

/** What was found only after the reports were issued: the outage was longer than any probe could tell. Every report is restated. */
function restatement(origin: Origin): SecondLook[] {
  const { end: start } = intervalOf(origin, "api empty answers");
  const draft = {
    ...{ service: "api", state: "down" as const, start, end: start + 40 * minuteMs },
    reason: "The API answered again, but with empty lists, until its cache was filled.",
    evidence: "Access log of the gateway: 41,000 answers of two bytes.",
  };
  const [contract, label] = ["meridian-gold", monthOf(origin, 5)];
  const on = (day: number, time: string) => clockTime(origin, { monthsAgo: 4, day }, time);
  return [
    propose(draft, jonas, on(20, "10:10")),
    settle(draft, "approved", "", ida, on(21, "08:30")),
    {
      at: on(21, "09:00"),
      async take(db, office) {
        const known = await listRevisionProposals(db, { contract, label });
        if (known.length === 0) {
          const reason =
            "Meridian pointed out that the API answered with empty lists for 40 minutes after the outage. The gateway's log confirms it.";
          await proposeRevision(db, { contract, label, cause: "person", reason }, lars, on(21, "09:00"));
        }
        await lookForChanges(db, office.engine, on(21, "09:01"));
      },
    },
    {
      at: on(22, "10:15"),
      async take(db, office) {
        for (const proposal of await listRevisionProposals(db)) {
          if (proposalState(proposal) === "proposed") {
            await restate(db, office, proposal, on(22, "10:15"));
          }
        }
      },
    },
  ];
}

/**
 * Approves a restatement, or rejects one that would say the same again. Where its verdict hangs on unmeasured time too, that is decided
 * for the new figures first.
 */
async function restate(
  db: Database,
  office: ReportOffice,
  { reference, contract, label }: { reference: string; contract: string; label: string },
  at: Instant,
): Promise<void> {
  const ground = await readGround(db, label, { contract });
  const of = onlyContract(ground);
  const { needs, report } = await draftCycle(db, ground, of, office.engine, at);
  const last = of.reports.at(-1)!;
  if (last.percent === report.result.percent && last.creditMinor === report.result.credit_minor) {
    const reason = "What was corrected lies outside of this cycle: its figure stays as it is.";
    await rejectRevision(db, { reference, reason, author: mette }, at);
    return;
  }
  if (needs.some(({ need }) => need === "decision")) {
    const reason = "Unmeasured time is read as before; the correction does not touch it.";
    await decideCycle(db, office.engine, { contract, label, reason }, lars, at);
  }
  await approveRevision(db, office, { reference, approver: mette }, at);
}

/** A power cut, which the gold contract takes for force majeure and no other does. */
function exclusion(origin: Origin): SecondLook[] {
  const { start, end } = intervalOf(origin, "power cut");
  const draft = {
    ...{ kind: "force_majeure" as const, contract: "meridian-gold", services: ["web-app"], start, end },
    reason: "The grid of the whole quarter was without power, longer than the batteries last.",
    evidence: "Letter of the grid company of the day after.",
  };
  const find = async (db: Database) =>
    (await listExclusions(db, { touching: draft })).find(({ contract }) => contract === draft.contract);
  const [proposedAt, approvedAt] = ["09:40", "11:25"].map((time, i) =>
    clockTime(origin, { monthsAgo: 2, day: 15 + i }, time),
  ) as [Instant, Instant];
  return [
    {
      at: proposedAt,
      async take(db) {
        if ((await find(db)) === undefined) {
          await proposeExclusion(db, draft, jonas, proposedAt);
        }
      },
    },
    {
      at: approvedAt,
      async take(db) {
        const known = (await find(db))!;
        if (proposalState(known) === "proposed") {
          const settlement = { step: "approved" as const, reason: "", author: mette, asAdmin: false };
          await settleExclusion(db, known.reference, settlement, approvedAt);
        }
      },
    },
  ];
}

/** Of the latest month one proposal still waits for a second person. */
function waiting(origin: Origin): SecondLook[] {
  const { start } = intervalOf(origin, "zone signed late");
  const draft = {
    ...{ service: "name-service", state: "up" as const, start, end: start + 5 * minuteMs },
    reason: "For the first five minutes only resolvers that validate were refused an answer.",
    evidence: "Query log of both name servers.",
  };
  return [propose(draft, jonas, clockTime(origin, { monthsAgo: 1, day: 19 }, "13:30"))];
}

type Draft = Parameters<typeof proposeCorrection>[1];

async function findCorrection(db: Database, { service, start, end }: Draft) {
  const touching = await listCorrections(db, { touching: { start, end } });
  return touching.find((one) => one.service === service && one.start === start && one.end === end);
}

function propose(draft: Draft, author: string, at: Instant): SecondLook {
  return {
    at,
    async take(db) {
      if ((await findCorrection(db, draft)) === undefined) {
        await proposeCorrection(db, draft, author, at);
      }
    },
  };
}

function settle(draft: Draft, step: ProposalStep, reason: string, author: string, at: Instant): SecondLook {
  return {
    at,
    async take(db) {
      const known = (await findCorrection(db, draft))!;
      if (proposalState(known) === "proposed") {
        await settleCorrection(db, known.reference, { step, reason, author, asAdmin: false }, at);
      }
    },
  };
}
