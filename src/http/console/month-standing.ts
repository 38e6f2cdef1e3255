/**
 * How every contract's cycle of a month stands, for the pages on which months are closed: what was issued from the reports, the rest from
 * drafts at hand. Closing itself looks again (actions/close-month.ts), whatever a page was shown with.
 */
import { type CycleStanding, openStanding } from "../../actions/survey-month.ts";
import type { CycleNeed } from "../../domain/sla/close/cycle-state.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { keyOf, type KeptDraft, type KeptDrafts } from "./kept-drafts.ts";
import type { ReadStanding, Standing, StandingCycle, StandingRow } from "./standing.ts";
import { markOf, openCyclesOf } from "./year-grid.ts";

/** A contract's cycle of the month. */
export interface MonthCycle {
  contract: string;
  title: string;
  customer: { slug: string; name: string };
  standing: CycleStanding;
  /** In the order in which they are met; none of a final cycle. */
  needs: readonly CycleNeed[];
  /** As issued, or as it would be; "": its terms cannot be judged, or it has not begun. */
  verdict: string;
  percent: string | null;
  creditMinor: number | null;
  currency: string | null;
  /** Whom its report goes to. */
  recipients: readonly string[];
  /** Why its terms cannot be judged; "": they can. */
  refusal: string;
}

export interface MonthStandings {
  /** In order of customer and title; of archived contracts none. */
  cycles: MonthCycle[];
  drafts: ReadonlyMap<string, KeptDraft>;
}

/** What the pages of contracts keep in memory. */
export interface KeptContracts {
  readStanding: ReadStanding;
  drafts: KeptDrafts;
}

/** Every cycle of the label ("2026-06"). */
export async function monthStandingsOf(
  label: string,
  { readStanding, drafts }: KeptContracts,
  now: Instant,
): Promise<MonthStandings> {
  const standing = await readStanding(Number(label.slice(0, 4)));
  const held = standing.rows
    .filter(({ contract }) => !contract.archived)
    .flatMap((row) => {
      const cycle = standing.cyclesOf(row).find((one) => one.label === label);
      return cycle === undefined ? [] : [{ row, cycle }];
    });
  const open = held.flatMap(({ row }) =>
    openCyclesOf(row, standing, now).filter((one) => one.label === label),
  );
  const known = await drafts.take(open, markOf(standing), now);
  return { cycles: held.map(({ row, cycle }) => toCycle(row, cycle, standing, known)), drafts: known };
}

function toCycle(
  { slug, title, customer: { recipients: customers, ...customer }, contract }: StandingRow,
  { label, end }: StandingCycle,
  { reports }: Standing,
  drafts: ReadonlyMap<string, KeptDraft>,
): MonthCycle {
  const own = contract.particulars.recipients;
  const of = { contract: slug, title, customer, recipients: own.length > 0 ? own : customers };
  const report = reports.get(`${slug} ${label}`);
  if (report !== undefined) {
    const { verdict, percent, creditMinor, currency } = report;
    return { ...of, verdict, percent, creditMinor, currency, standing: "final", needs: [], refusal: "" };
  }
  const draft = drafts.get(keyOf({ contract: slug, label }));
  if (draft === undefined || draft.refusal !== null) {
    const nothing = { verdict: "", percent: null, creditMinor: null, currency: null };
    return draft === undefined
      ? { ...of, ...nothing, standing: "time", needs: [{ need: "cycle_end", at: end }], refusal: "" }
      : { ...of, ...nothing, standing: "refused", needs: [], refusal: draft.refusal! };
  }
  const { verdict, percent, creditMinor, currency, needs } = draft;
  const figures = { verdict, percent, creditMinor, currency };
  return { ...of, ...figures, standing: openStanding(needs), needs, refusal: "" };
}
