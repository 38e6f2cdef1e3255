/** All months of a contract: as a table for those who read, as a chart of percentage against target for those who look. */
import type { StandingContract } from "../../domain/sla/promise/agreement-plan.ts";
import { contractCycle } from "../../domain/sla/promise/contract-cycle.ts";
import { monthOf } from "./cycle-page.ts";
import type { KeptContracts } from "./month-standing.ts";
import { reportWords } from "./report-words.ts";
import type { ConsoleContext } from "./room.ts";
import { type Standing, yearOf } from "./standing.ts";
import { markOf, openCyclesOf, type YearCell, yearGrid } from "./year-grid.ts";

export interface ContractMonth extends YearCell {
  target: string;
}

export interface ContractMonths {
  /** The latest first. */
  rows: ContractMonth[];
  /** JSON for the chart: labels, percentages and targets as numbers, null where there is none; "": fewer than two figures. */
  series: string;
}

export async function contractMonths(
  slug: string,
  { versions, particulars }: StandingContract,
  { readStanding, drafts }: KeptContracts,
  context: ConsoleContext,
): Promise<ContractMonths> {
  const { now, timeZone } = context;
  const words = reportWords(context);
  const months: (ContractMonth & { exact: number | null; promised: string | null })[] = [];
  const last = yearOf(Math.min(now, particulars.endsAt ?? now), timeZone);
  for (let year = yearOf(versions[0]!.effectiveAt, timeZone); year <= last; year++) {
    const standing: Standing = await readStanding(year);
    const row = standing.rows.find((one) => one.slug === slug);
    if (row === undefined) {
      continue;
    }
    const open = openCyclesOf(row, standing, now);
    const known = await drafts.take(open, markOf(standing), now);
    const cells = yearGrid(year, [row], standing, known, context).groups[0]!.rows[0]!.cells;
    for (const cell of cells.filter(({ state }) => state !== "none")) {
      const held = contractCycle(cell.label, { versions, endsAt: particulars.endsAt });
      const promised = held?.parts.at(-1)?.version.clauses.targetPercent ?? null;
      const percent =
        standing.reports.get(`${slug} ${cell.label}`)?.percent ??
        known.get(`${cell.label} ${slug}`)?.percent ??
        null;
      months.push({
        ...cell,
        target: words.percent(promised),
        exact: percent === null ? null : Number(percent),
        promised,
      });
    }
  }
  const measured = months.filter(({ exact }) => exact !== null);
  return {
    rows: months.map(({ exact: _, promised: __, ...month }) => month).reverse(),
    series:
      measured.length < 2
        ? ""
        : JSON.stringify({
            labels: months.map(({ label }) => monthOf(label, context)),
            percents: months.map(({ exact }) => exact),
            targets: months.map(({ promised }) => (promised === null ? null : Number(promised))),
          }),
  };
}
