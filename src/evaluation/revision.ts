/**
 * The evaluation of revisions: restatements of one cycle in, what each pays or takes back out.
 */
import { z } from "zod";
import { clawbacks, settleRevisions } from "../domain/sla/settle/revision.ts";
import { percentFloor } from "../domain/sla/figures/ratio.ts";
import { judgeInput } from "./availability.ts";
import { availabilityInput } from "./availability-input.ts";
import { exactJson, otherwise, together } from "./shapes.ts";
import type { Told } from "./told.ts";

export const revisionInput = z
  .strictObject({
    clawback: otherwise(z.enum(clawbacks), "none" as const),
    revisions: z.array(availabilityInput),
  })
  .superRefine(
    together(({ revisions }, context) => {
      const [first] = revisions;
      revisions.forEach(({ cycle, contract }, i) => {
        if (cycle !== first!.cycle) {
          context.addIssue({
            code: "custom",
            path: ["revisions", i, "cycle"],
            message: "Revisions restate one and the same cycle.",
            params: { code: "cycle_differs" },
          });
        }
        const currency = revisions.find((one) => one.contract.credit !== null)?.contract.credit?.currency;
        if (contract.credit !== null && contract.credit.currency !== currency) {
          context.addIssue({
            code: "custom",
            path: ["revisions", i, "contract", "credit", "currency"],
            message: "Revisions are credited in one currency.",
            params: { code: "currency_differs" },
          });
        }
      });
    }),
  );

export function evaluateRevisions(input: z.infer<typeof revisionInput>): Told {
  const judged = input.revisions.map(judgeInput);
  const settled = settleRevisions(
    judged.map(({ credit }) => credit?.issuedMinor ?? null),
    input.clawback,
  );
  const revisions = settled.map((revision, i) => {
    const { verdict, countedDownMs, eligibleMs, share } = judged[i]!.availability;
    return {
      revision: revision.revision,
      supersedes: revision.supersedes,
      verdict,
      counted_down_ms: exactJson(countedDownMs),
      availability_percent_floor6: share === null ? null : percentFloor(eligibleMs, countedDownMs, 6),
      credit_minor: revision.creditMinor,
      delta_minor: revision.deltaMinor,
      adjustment_minor: revision.adjustmentMinor,
      net_credited_minor: revision.netCreditedMinor,
    };
  });
  const steps = revisions.map(
    (one) =>
      `Revision ${one.revision}: ${one.verdict}, ${one.counted_down_ms} ms of downtime, a credit of ${one.credit_minor}. That is ${one.delta_minor} ` +
      `against what stood credited; ${one.adjustment_minor} is paid for it` +
      (one.delta_minor < 0 && one.adjustment_minor === 0 ? " (nothing is taken back)" : "") +
      `, and ${one.net_credited_minor} stands credited now (minor units).`,
  );
  return { result: { revisions }, steps };
}
