/**
 * The page of a contract: who it is with, what it promises in words, version by version, what stands doubtful on it, its months against the
 * target, and the ledger of its credits.
 */
import type { ToldClause } from "../../documents/told-clause.ts";
import type { ReportLanguage, ReportWord } from "../../documents/report-language.ts";
import { type ClauseSection, clauseSections, toldSection } from "../../documents/told-clauses.ts";
import { NotFound } from "../../domain/errors.ts";
import type { CreditState } from "../../domain/sla/close/credit-ledger.ts";
import { type ContractClauses, coveredServices } from "../../domain/sla/promise/clauses.ts";
import { jointCoverage } from "../../domain/sla/promise/coverage.ts";
import { localDate, type RecordedVersion, versionAt } from "../../domain/sla/promise/contract-versions.ts";
import type { NamedContact } from "../../domain/sla/promise/customer.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { readContracts, readCustomers } from "../../store/agreements.ts";
import { type CoverableService, listCoverableServices } from "../../store/covered-services.ts";
import { listCredits, type StoredCreditLine } from "../../store/credits.ts";
import { type ContractSurroundings, readSurroundings, stateOf, warningsOf } from "../api/contract-answer.ts";
import type { ConsoleWordKey } from "../language.ts";
import { contractMonths, type ContractMonths } from "./contract-months.ts";
import { monthOf } from "./cycle-page.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { KeptContracts } from "./month-standing.ts";
import { languageName, reportWords } from "./report-words.ts";
import type { ConsoleContext } from "./room.ts";

interface VersionView {
  /** "Version 2". */
  name: string;
  effective: string;
  isInForce: boolean;
  isComing: boolean;
  reason: string;
  recorded: string;
  /** What decides the figure, what is paid for it, what is promised beside it. */
  sections: ToldClause[][];
}

/** A line of the ledger. */
export interface LedgerLine {
  month: string;
  address: string;
  revision: string;
  amount: string;
  state: CreditState;
  stateWord: string;
  claimUntil: string;
  /** What happened to it, oldest first. */
  steps: { state: string; at: string; author: string; reason: string }[];
}

export interface ContractPage {
  slug: string;
  title: string;
  customer: { name: string; address: string };
  state: string;
  stateWord: string;
  starts: string;
  ends: string;
  policy: string;
  language: string;
  recipients: string[];
  contact: string;
  sources: { text: string; url: string | null }[];
  services: { title: string; address: string }[];
  warnings: { code: string; detail: string }[];
  months: ContractMonths;
  /** The latest first. */
  versions: VersionView[];
  ledger: LedgerLine[];
  words(word: ReportWord): string;
}

const stateWords = {
  coming: "console.contract.coming",
  in_force: "console.contract.inForce",
  ended: "console.contract.ended",
  archived: "console.contract.archived",
} as const satisfies Record<ReturnType<typeof stateOf>, ConsoleWordKey>;

const creditWords = {
  eligible: "console.credit.eligible",
  claimed: "console.credit.claimed",
  approved: "console.credit.approved",
  rejected: "console.credit.rejected",
  issued: "console.credit.issued",
  void: "console.credit.void",
} as const satisfies Record<CreditState, ConsoleWordKey>;

/**
 * @throws NotFound contract_not_found
 */
export async function contractPage(
  slug: string,
  deps: ConsoleDeps,
  kept: KeptContracts,
  context: ConsoleContext,
): Promise<ContractPage> {
  const { db } = deps;
  const contract = (await readContracts(db, { slugs: [slug] })).get(slug);
  if (contract === undefined) {
    throw new NotFound("contract_not_found", `There is no contract "${slug}".`);
  }
  const { particulars, versions } = contract;
  const customer = (await readCustomers(db, [particulars.customer])).get(particulars.customer)!.wanted;
  const words = reportWords(context);
  const covers = jointCoverage(versions.map(({ clauses }) => clauses.covers));
  const services = await listCoverableServices(db, covers);
  const surroundings = await readSurroundings(deps, contract);
  const { calendars } = surroundings;
  const inForce = versionAt(versions, context.now) ?? versions[0]!;
  const zone = inForce.clauses.timeZone;
  const state = stateOf(contract, context.now);
  const day = (at: number) => words.date(isoInstant(at), zone);
  return {
    slug,
    title: particulars.title,
    customer: {
      name: customer.name,
      address: `${context.base}/customers/${encodeURIComponent(customer.slug)}`,
    },
    state,
    stateWord: context.language.say(stateWords[state]),
    starts: day(versions[0]!.effectiveAt),
    ends: particulars.endsAt === null ? "" : day(particulars.endsAt),
    policy: particulars.policy ?? "",
    language: languageName(particulars.language ?? customer.language),
    recipients: particulars.recipients.length > 0 ? particulars.recipients : customer.recipients,
    contact: contactInWords(particulars.escalationContact),
    sources: particulars.sources.map(({ document, clause, url }) => ({
      text: clause === null ? document : `${document}, ${clause}`,
      url: url !== null && /^https?:/.test(url) ? url : null,
    })),
    services: coveredIn(inForce.clauses, services).map((one) => ({
      title: one.title,
      address: `/services/${encodeURIComponent(one.slug)}`,
    })),
    warnings: warningsOf(contract, surroundings, context.now),
    months: await contractMonths(slug, contract, kept, context),
    versions: versions
      .map((version, i) =>
        versionView(version, i + 1, version === inForce, { services, calendars }, words, context),
      )
      .reverse(),
    ledger: (await listCredits(db, { contract: slug })).map((line) => ledgerLine(line, words, zone, context)),
    words: (word) => words.say(word),
  };
}

/** A person by everything that is known of them. */
export function contactInWords(contact: NamedContact | null): string {
  return contact === null
    ? ""
    : [contact.name, contact.role, contact.email, contact.phone].filter((one) => one !== null).join(", ");
}

function coveredIn({ covers }: ContractClauses, services: readonly CoverableService[]): CoverableService[] {
  return coveredServices(
    covers,
    services.filter(({ archivedAt }) => archivedAt === null),
  );
}

/** What the clauses name. */
interface VersionSurroundings {
  services: readonly CoverableService[];
  calendars: ContractSurroundings["calendars"];
}

function versionView(
  version: RecordedVersion,
  number: number,
  isInForce: boolean,
  { services, calendars }: VersionSurroundings,
  words: ReportLanguage,
  context: ConsoleContext,
): VersionView {
  const { clauses, effectiveAt, reason, author, recordedAt } = version;
  const { say } = context.language;
  const covered = coveredIn(clauses, services).map(({ title }) => title);
  const titles = new Map(services.map(({ slug, title }) => [slug, title]));
  const among = {
    titleOf: (slug: string) => titles.get(slug) ?? slug,
    calendarNamed: (slug: string) => calendars.get(slug),
  };
  const recorded = words.date(isoInstant(recordedAt), clauses.timeZone);
  return {
    name: words.say("part", { n: number }),
    effective: words.date(`${localDate(effectiveAt, clauses.timeZone)}T00:00:00.000Z`, "UTC"),
    isInForce: isInForce && effectiveAt <= context.now,
    isComing: effectiveAt > context.now,
    reason,
    recorded: say("console.contract.recorded", { author, day: recorded }),
    sections: (Object.keys(clauseSections) as ClauseSection[])
      .map((section) => toldSection(section, clauses, { ...among, covered }, words))
      .filter((told) => told.length > 0),
  };
}

/** A line of the ledger in words. */
export function ledgerLine(
  line: StoredCreditLine,
  words: ReportLanguage,
  zone: string,
  context: ConsoleContext,
): LedgerLine {
  const { say } = context.language;
  const stateWord = (state: StoredCreditLine["state"]) => say(creditWords[state]);
  return {
    month: monthOf(line.label, context),
    address: `${context.base}/contracts/${encodeURIComponent(line.contract)}/${line.label}?revision=${line.revision}`,
    revision: String(line.revision),
    amount: words.money(line.amountMinor, line.currency),
    state: line.state,
    stateWord: stateWord(line.state),
    claimUntil:
      line.claimUntil === null || line.mode === "automatic"
        ? ""
        : words.date(isoInstant(line.claimUntil), zone),
    steps: line.entries.map(({ state, recordedAt, author, reason }) => ({
      state: stateWord(state),
      at: words.date(isoInstant(recordedAt), zone),
      author,
      reason,
    })),
  };
}
