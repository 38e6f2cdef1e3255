/**
 * What a window would break of what contracts promise about windows, all contracts together, and that breaking takes a reason. Judged each
 * time it is published anew, by window-check.ts, and kept: whoever asks why later finds who said what.
 */
import { InvalidInput } from "../../errors.ts";
import { messageFaults, refuseFaults, tidyWords } from "../../status/public-words.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import { type WindowRules, type WindowWarning, windowWarnings } from "./window-check.ts";

/** A promise of a contract that a window breaks. */
export interface BrokenRule extends WindowWarning {
  /** Slug. */
  contract: string;
}

/** A judgement as it was recorded. */
export interface WindowJudgement {
  broken: BrokenRule[];
  /** Why it is done all the same; null: nobody has said. */
  reason: string | null;
  author: string;
  recordedAt: Instant;
}

/** A contract in force at the start of a window, as far as it has something to say of it. */
export interface RulingContract {
  slug: string;
  rules: WindowRules;
  /** Slugs of the services that it covers. */
  covered: ReadonlySet<string>;
}

/** Planned work as the rules look at it. */
export interface JudgedWork extends Interval {
  serviceSlugs: readonly string[];
}

/** What a window breaks that was announced at `announcedAt`, in order of the contracts. `others`: all windows that stand beside it. */
export function brokenRules(
  work: JudgedWork,
  announcedAt: Instant,
  others: readonly JudgedWork[],
  contracts: readonly RulingContract[],
): BrokenRule[] {
  const touches = (covered: ReadonlySet<string>, { serviceSlugs }: JudgedWork) =>
    serviceSlugs.some((slug) => covered.has(slug));
  return contracts
    .filter(({ covered }) => touches(covered, work))
    .flatMap(({ slug, rules, covered }) => {
      const beside = others.filter((other) => touches(covered, other));
      return windowWarnings(work, announcedAt, beside, rules).map((warning) => ({
        contract: slug,
        ...warning,
      }));
    });
}

/**
 * The reason as it is kept; null where none is needed.
 *
 * @throws InvalidInput reason_needed: something is broken, and nobody says why
 */
export function reasonFor(broken: readonly BrokenRule[], reason: string | null): string | null {
  if (broken.length === 0) {
    return null;
  }
  if (reason === null || reason.trim() === "") {
    throw new InvalidInput("reason_needed", "It breaks what contracts promise: that takes a reason.", [
      { pointer: "/reason", detail: "Say why it is done all the same." },
      ...broken.map(({ contract, detail }) => ({ pointer: "", detail: `${contract}: ${detail}` })),
    ]);
  }
  refuseFaults(
    "invalid_maintenance",
    "The reason cannot be kept like this.",
    messageFaults(reason, "/reason"),
  );
  return tidyWords(reason);
}
