/**
 * What the months of a customer's contracts say together: those that run, the last twelve, the reports. For the front of the portal, and
 * for the page of an audience that shows a customer their own figures: the same rows, so that both say the same.
 */
import { reportLanguage } from "../../documents/report-language.ts";
import { type CustomerLanguage, customerLanguages } from "../../domain/sla/promise/customer.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { OwnFigures } from "../pages/own-figures.ts";
import { monthRows, type ReportSource, runningReports, toRunningMonth } from "./months.ts";
import type { MonthRow } from "./month-words.ts";
import { contractsInForce, type Own, readOwn } from "./own.ts";
import { type PortalContext, portalLanguages, portalRoom } from "./room.ts";
import { portalAddress } from "./shell.ts";

const yearMonths = 12;
const reportsShown = 6;

/** The running month of every contract in force, the last twelve as a table, and the latest reports. */
export async function ownMonths(own: Own, context: PortalContext, source: ReportSource) {
  const inForce = contractsInForce(own, context.now);
  const drafts = await runningReports(inForce, source, context.now);
  const running = inForce.flatMap((one) => {
    const draft = drafts.get(one.slug);
    return draft === undefined ? [] : [toRunningMonth(one, draft, context)];
  });
  const years: { title: string; address: string; months: MonthRow[] }[] = [];
  for (const [slug, contract] of own.contracts) {
    const months = await monthRows({ slug, contract }, drafts.get(slug), context, source);
    years.push({ title: contract.particulars.title, address: portalAddress(slug), months });
  }
  const labels = [...new Set(years.flatMap(({ months }) => months.map(({ label }) => label)))].sort();
  const heads = new Map(years.flatMap(({ months }) => months.map((month) => [month.label, month])));
  const isTold = (label: string) =>
    years.some(({ months }) => months.some((month) => month.label === label && month.address !== null));
  // Months before the first that can be opened would only push the others out of sight.
  const shown = labels.slice(Math.max(-yearMonths, labels.findIndex(isTold) - labels.length));
  const reports = years
    .flatMap(({ title, months }) => months.map((month) => ({ ...month, contract: title })))
    .filter(({ address, verdict }) => address !== null && verdict !== "open")
    .sort((a, b) => (a.label < b.label ? 1 : -1));
  return {
    running,
    cycles: shown.map((label) => heads.get(label)!),
    years: years.map(({ title, address, months }) => ({
      title,
      address,
      months: new Map(months.map((month) => [month.label, month])),
    })),
    reports: reports.slice(0, reportsShown),
  };
}

/**
 * The same for a reader of their page.
 *
 * @param rooms address of the portal's server, "" where the page lies beside it
 * @param code of the language of the page
 * @throws NotFound nothing_here where there is no such customer any more
 */
export async function readOwnFigures(
  source: ReportSource & { timeZone: string },
  { customer, rooms, code }: { customer: string; rooms: string; code: string },
  now: Instant,
): Promise<OwnFigures> {
  const own = await readOwn(source.db, customer);
  const language = portalLanguages.get(code) ?? portalLanguages.get("en")!;
  const words = customerLanguages.find((one): one is CustomerLanguage => one === language.code) ?? "en";
  const context: PortalContext = {
    ...{ language, words: reportLanguage(words), base: portalRoom.path },
    ...{ timeZone: source.timeZone, now, customer: own.customer },
  };
  const { running, cycles, years, reports } = await ownMonths(own, context, source);
  const away = (address: string) => `${rooms}${address}`;
  const awayMonth = <Month extends MonthRow>(month: Month): Month => ({
    ...month,
    address: month.address === null ? null : away(month.address),
  });
  return {
    ...{ say: language.say, customer: own.customer.name, portal: away(portalRoom.path), cycles },
    running: running.map((month) => ({
      ...month,
      address: away(month.address),
      monthAddress: away(month.monthAddress),
    })),
    years: years.map(({ title, address, months }) => ({
      ...{ title, address: away(address) },
      months: new Map([...months].map(([label, month]) => [label, awayMonth(month)])),
    })),
    reports: reports.map(awayMonth),
  };
}
