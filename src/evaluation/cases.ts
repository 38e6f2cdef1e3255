/**
 * `{kind, input}` in, result or refusal out: the table of the seven kinds, behind the command line and the API alike. Shapes are checked
 * here, figures come from the domain.
 */
import { z } from "zod";
import { Refusal } from "../domain/errors.ts";
import { evaluateAvailability } from "./availability.ts";
import { availabilityInput } from "./availability-input.ts";
import { burnRateInput, evaluateBurnRate } from "./burn-rate.ts";
import { creditInput, evaluateCredit } from "./credit.ts";
import { cyclesInput, evaluateCycles } from "./cycles.ts";
import { deadlineInput, evaluateDeadline } from "./deadline.ts";
import { type RefusedCase, refused, refusedRule, refusedShape } from "./refusal.ts";
import { evaluateRevisions, revisionInput } from "./revision.ts";
import { evaluateSamples, samplesInput } from "./samples.ts";
import { notes } from "./shapes.ts";
import type { Told } from "./told.ts";

/** One kind of case: the shape of its input, and what it comes to. */
interface Kind {
  shape: z.ZodType;
  evaluate(input: unknown): Told;
}

function kind<Shape extends z.ZodType>(shape: Shape, evaluate: (input: z.infer<Shape>) => Told): Kind {
  return { shape, evaluate: (input) => evaluate(input as z.infer<Shape>) };
}

const kinds: Record<string, Kind> = {
  availability: kind(availabilityInput, evaluateAvailability),
  cycles: kind(cyclesInput, evaluateCycles),
  credit: kind(creditInput, evaluateCredit),
  samples: kind(samplesInput, evaluateSamples),
  deadline: kind(deadlineInput, evaluateDeadline),
  burn_rate: kind(burnRateInput, evaluateBurnRate),
  revision: kind(revisionInput, evaluateRevisions),
};

const caseShape = z.strictObject({
  kind: z.string(),
  input: z.unknown(),
  ...notes("id", "title", "why", "expected"),
});

/** What a case comes to. */
export type Evaluated = { told: Told; refused: null } | { told: null; refused: RefusedCase };

/** Evaluates a case as it was given; never throws for what is wrong with it. */
export function evaluateCase(given: unknown): Evaluated {
  const one = caseShape.safeParse(given);
  if (!one.success) {
    return { told: null, refused: refusedShape(one.error.issues, []) };
  }
  const found = Object.hasOwn(kinds, one.data.kind) ? kinds[one.data.kind] : undefined;
  if (found === undefined) {
    const detail = `A kind is one of ${Object.keys(kinds).join(", ")}.`;
    return { told: null, refused: refused("unknown_kind", ["kind"], detail) };
  }
  const input = found.shape.safeParse(one.data.input);
  if (!input.success) {
    return { told: null, refused: refusedShape(input.error.issues, ["input"]) };
  }
  try {
    return { told: found.evaluate(input.data), refused: null };
  } catch (error) {
    if (error instanceof Refusal) {
      return { told: null, refused: refusedRule(error, ["input"]) };
    }
    throw error;
  }
}

/** What stands in the place of a case: its result or its refusal. */
export function answerTo({ told, refused }: Evaluated): Record<string, unknown> {
  return told === null ? { ...refused } : told.result;
}
