/**
 * The evaluation of a bare credit: terms and an availability in, money out. Also how credit terms are written in every other kind.
 */
import { z } from "zod";
import { compare, parseDecimal, quotient, roundings, toFraction } from "../domain/sla/figures/exact.ts";
import { isCurrency } from "../domain/sla/figures/money.ts";
import type { CreditTerms, ServiceCredit } from "../domain/sla/settle/service-credit.ts";
import { serviceCredit } from "../domain/sla/settle/service-credit.ts";
import { explainCredit } from "./explain.ts";
import type { Told } from "./told.ts";
import { decimal, duration, exact, list, otherwise, together } from "./shapes.ts";

const amount = z.int().min(0);

export const creditTerms = z
  .strictObject({
    model: z.enum(["bands", "proportional"]),
    bands: list(z.strictObject({ below: decimal, percent: decimal })),
    multiplier: otherwise(exact, 1),
    affected_ratio: otherwise(exact, 1),
    fee_minor: amount,
    currency: z.string().refine(isCurrency, {
      message: "A currency is a code of ISO 4217, like DKK.",
      params: { code: "currency" },
    }),
    proration: otherwise(z.enum(["none", "by_time"]), "by_time" as const),
    rounding: otherwise(z.enum(roundings), "half_even" as const),
    cap_percent: exact.nullable().default(null),
    min_credit_minor: amount.nullable().default(null),
    rolling_cap_minor: amount.nullable().default(null),
    prior_credits_minor: otherwise(amount, 0),
  })
  .superRefine(
    together(({ bands }, context) => {
      bands.forEach(({ below }, i) => {
        if (
          bands.slice(0, i).some((before) => compare(parseDecimal(before.below)!, parseDecimal(below)!) === 0)
        ) {
          context.addIssue({
            code: "custom",
            path: ["bands", i, "below"],
            message: "Two bands with one threshold leave open which of them counts.",
            params: { code: "band_twice" },
          });
        }
      });
    }),
  )
  .transform((terms): CreditTerms => ({
    model:
      terms.model === "bands"
        ? { kind: "bands", bands: terms.bands }
        : {
            kind: "proportional",
            multiplier: toFraction(terms.multiplier),
            affectedRatio: toFraction(terms.affected_ratio),
          },
    feeMinor: terms.fee_minor,
    currency: terms.currency,
    proration: terms.proration,
    rounding: terms.rounding,
    capPercent: terms.cap_percent === null ? null : toFraction(terms.cap_percent),
    rollingCapMinor: terms.rolling_cap_minor,
    priorCreditsMinor: terms.prior_credits_minor,
    minCreditMinor: terms.min_credit_minor,
  }));

export const creditInput = z
  .strictObject({
    availability_percent: exact.nullable().default(null),
    counted_down_ms: otherwise(exact, 0),
    eligible_ms: otherwise(duration, 0),
    active_ms: otherwise(duration, 0),
    full_cycle_ms: otherwise(duration, 0),
    credit: creditTerms,
  })
  .superRefine(
    together(({ availability_percent, eligible_ms, full_cycle_ms, credit }, context) => {
      const refuse = (path: string, message: string) =>
        context.addIssue({ code: "custom", path: [path], message, params: { code: "missing" } });
      if (credit.model.kind === "bands" && availability_percent === null) {
        refuse("availability_percent", "Credit bands need to know the availability.");
      }
      if (credit.model.kind === "proportional" && !eligible_ms) {
        refuse("eligible_ms", "A proportional credit needs the eligible time.");
      }
      if (credit.proration === "by_time" && !full_cycle_ms) {
        refuse("full_cycle_ms", "A fee that is prorated by time needs the length of the cycle.");
      }
    }),
  );

export function evaluateCredit(input: z.infer<typeof creditInput>): Told {
  const { availability_percent: percent, credit: terms } = input;
  const basis = {
    availability: percent === null ? null : quotient(percent, 100),
    downMs: input.counted_down_ms,
    eligibleMs: input.eligible_ms,
    activeMs: input.active_ms,
    fullCycleMs: input.full_cycle_ms,
  };
  const credit = serviceCredit(terms, basis);
  return { result: creditJson(credit), steps: explainCredit(credit, terms, basis) };
}

export function creditJson(credit: ServiceCredit) {
  return {
    fee_basis_minor: credit.feeBasisMinor,
    band_percent: credit.bandPercent === null ? null : Number(credit.bandPercent),
    computed_minor: credit.computedMinor,
    issued_minor: credit.issuedMinor,
    capped_by: credit.cappedBy,
    currency: credit.currency,
  };
}
