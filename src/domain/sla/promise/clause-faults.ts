/**
 * What a lawyer would strike out of a contract before anybody signs it: clauses that contradict each other, tables with holes, amounts in
 * two currencies. Faults refuse the contract; doubts are kept with it as warnings.
 */
import { amountsIn } from "./clause-terms.ts";
import { commitmentOf } from "./clause-terms.ts";
import type { ContractClauses } from "./clauses.ts";
import { contradictionIn } from "../measure/commitment.ts";
import { compare, parseDecimal } from "../figures/exact.ts";
import { misplacedBand } from "../settle/service-credit.ts";
import { plansInForce } from "../../support/support-plan.ts";
import { needsHours } from "../../support/response-target.ts";

/** A rule that is broken, and where: keys as files and the API write them, from the contract down. */
export interface ClauseFault {
  path: (string | number)[];
  rule: string;
}

/** Why these clauses cannot stand; none when they can. */
export function clauseFaults(clauses: ContractClauses): ClauseFault[] {
  return [...commitmentFaults(clauses), ...creditFaults(clauses), ...supportFaults(clauses)];
}

const placeOf = { granularity: "minutes", minOutageMs: "min_outage", unknown: "unknown" } as const;

function commitmentFaults(clauses: ContractClauses): ClauseFault[] {
  const faults: ClauseFault[] = [];
  // Hours play no part in a contradiction.
  const contradiction = contradictionIn(
    commitmentOf(
      { ...clauses, serviceHours: null, maintenance: { ...clauses.maintenance, outsideHoursOf: null } },
      () => {
        throw new Error("no hours are asked for");
      },
    ),
  );
  if (contradiction !== null) {
    faults.push({ path: [placeOf[contradiction.clause]], rule: contradiction.detail });
  }
  const { rollUp, covers, maintenance } = clauses;
  if (rollUp.kind === "weighted") {
    const weights = Object.entries(rollUp.weights);
    if (weights.every(([, weight]) => compare(parseDecimal(weight)!, 0) === 0)) {
      faults.push({ path: ["roll_up", "weights"], rule: "weights must not all be 0" });
    }
    if (maintenance.denominator === "remove") {
      faults.push({
        path: ["maintenance", "denominator"],
        rule: "a weighted roll-up has no time of its own that could leave the denominator; keep it",
      });
    }
    if (covers !== "*" && covers.groups.length === 0) {
      for (const [slug] of weights.filter(([slug]) => !covers.services.includes(slug))) {
        faults.push({
          path: ["roll_up", "weights", slug],
          rule: `"${slug}" has a weight and is not covered`,
        });
      }
      for (const slug of covers.services.filter((one) => rollUp.weights[one] === undefined)) {
        faults.push({ path: ["roll_up", "weights"], rule: `"${slug}" is covered and has no weight` });
      }
    }
  }
  if (
    rollUp.kind === "k_of_n" &&
    covers !== "*" &&
    covers.groups.length === 0 &&
    rollUp.k > covers.services.length
  ) {
    faults.push({
      path: ["roll_up", "at_least"],
      rule: `at least ${rollUp.k} of ${covers.services.length} services can never be down`,
    });
  }
  return faults;
}

function creditFaults(clauses: ContractClauses): ClauseFault[] {
  const { credit, fee, targetPercent } = clauses;
  if (credit === null) {
    return [];
  }
  const faults: ClauseFault[] = [];
  if (fee === null) {
    faults.push({ path: ["credit"], rule: "a credit is a part of a fee, and none is agreed: write fee" });
  }
  if (targetPercent === null) {
    faults.push({
      path: ["credit"],
      rule: "without a target nothing is ever broken, so nothing is ever paid",
    });
  }
  for (const [path, { currency }] of amountsIn(clauses)) {
    if (fee !== null && currency !== fee.currency) {
      faults.push({ path, rule: `must be in the currency of the fee, ${fee.currency}, not ${currency}` });
    }
  }
  if (credit.model.kind === "bands") {
    const { bands } = credit.model;
    const wrong = misplacedBand(bands);
    if (bands.length === 0) {
      faults.push({ path: ["credit", "bands"], rule: "must not be empty" });
    }
    if (wrong !== null) {
      const [before, band] = [bands[wrong - 1]!, bands[wrong]!];
      faults.push({
        path: ["credit", "bands", wrong],
        rule: `below ${band.below} → ${band.percent} % follows below ${before.below} → ${before.percent} %: thresholds have to fall and percents to rise, each strictly`,
      });
    }
  }
  if (credit.mode === "automatic" && credit.claim !== null) {
    faults.push({ path: ["credit", "claim"], rule: "what is paid automatically is not claimed" });
  }
  return faults;
}

function supportFaults({ support }: ContractClauses): ClauseFault[] {
  if (support === null) {
    return [];
  }
  const faults: ClauseFault[] = [];
  const known = support.plans.map(({ slug }) => slug);
  if (!known.includes(support.plan)) {
    faults.push({ path: ["support", "plan"], rule: `there is no plan "${support.plan}" in this contract` });
  }
  for (const { slug, includes, starts, priorities, hours, response, resolution } of support.plans) {
    const path = ["support", "plans", slug];
    if (includes !== null && !known.includes(includes)) {
      faults.push({ path: [...path, "includes"], rule: `there is no plan "${includes}" in this contract` });
    }
    if (starts !== null && !priorities.some((one) => one.slug === starts)) {
      faults.push({ path: [...path, "starts"], rule: `there is no priority "${starts}" in this plan` });
    }
    const targets = [response, resolution, ...priorities.flatMap((one) => [one.response, one.resolution])];
    if (hours === null && targets.some((target) => target !== null && needsHours(target))) {
      faults.push({ path, rule: "working time passes in hours, and this plan has none: write hours" });
    }
  }
  if (plansInForce(support).some(({ includes }) => includes === support.plan)) {
    faults.push({ path: ["support", "plan"], rule: "plans must not include each other in a circle" });
  }
  return faults;
}
