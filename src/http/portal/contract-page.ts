/** A contract of the customer: the promise in words, worked through, its versions, and every month with its report. */
import type { Hono } from "hono";
import { calendarsOf } from "../../calendars/holidays.ts";
import type { ReportLanguage } from "../../documents/report-language.ts";
import { type ToldAmong, toldSection } from "../../documents/told-clauses.ts";
import type { ToldClause } from "../../documents/told-clause.ts";
import { workedExample, type WorkedExample } from "../../documents/worked-example.ts";
import { coveredServices } from "../../domain/sla/promise/clauses.ts";
import { jointCoverage } from "../../domain/sla/promise/coverage.ts";
import { type RecordedVersion, versionAt } from "../../domain/sla/promise/contract-versions.ts";
import type { CalendarDefinition } from "../../domain/time/calendar-definition.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { readCalendars } from "../../store/agreements.ts";
import { listCoverableServices } from "../../store/covered-services.ts";
import { monthRows, runningReports } from "./months.ts";
import { contractsInForce, ownContract, type OwnContract } from "./own.ts";
import { portalContext, type PortalContext, type PortalDeps, type PortalEnv } from "./room.ts";
import { answerPortal } from "./shell.ts";

/** What a version of a contract promises, in words. */
export interface ToldPromise {
  /** "From 1 July 2026". */
  from: string;
  /** It holds now; of a contract that is to come or over, the first or the last. */
  isShown: boolean;
  sections: { name: string; clauses: ToldClause[] }[];
  example: WorkedExample | null;
}

/** Adds the page of a contract. */
export function addContractPage(app: Hono<PortalEnv>, deps: PortalDeps): void {
  app.get("/contracts/:slug", async (c) => {
    const own = c.get("own");
    const one = ownContract(own, c.req.param("slug"));
    const context = portalContext(c, deps);
    const inForce = contractsInForce(own, context.now).filter(({ slug }) => slug === one.slug);
    const drafts = await runningReports(inForce, deps, context.now);
    const { title, sources, escalationContact } = one.contract.particulars;
    const model = {
      promises: await toldPromises(one, context, deps),
      months: await monthRows(one, drafts.get(one.slug), context, deps),
      sources: sources.map(({ document, clause }) => (clause === null ? document : `${document}, ${clause}`)),
      contact:
        escalationContact === null
          ? ""
          : [escalationContact.name, escalationContact.role, escalationContact.email, escalationContact.phone]
              .filter((part) => part !== null)
              .join(", "),
    };
    return answerPortal(
      c,
      { template: "contract", model, title, path: `/contracts/${one.slug}` },
      context,
      deps,
    );
  });
}

/** Every version in words, the newest first. */
export async function toldPromises(
  { contract }: OwnContract,
  { words, now, language }: PortalContext,
  { db }: Pick<PortalDeps, "db">,
): Promise<ToldPromise[]> {
  const covers = contract.versions.map(({ clauses }) => clauses.covers);
  const services = await listCoverableServices(db, jointCoverage(covers));
  const calendars = new Map(
    [...(await readCalendars(db))].map(([slug, { wanted }]): [string, CalendarDefinition] => [slug, wanted]),
  );
  const { versions } = contract;
  const shown = versionAt(versions, now) ?? versions[0]!;
  return versions.toReversed().map((version) => {
    const standing = services.filter(
      ({ archivedAt }) => archivedAt === null || archivedAt > version.effectiveAt,
    );
    const covered = coveredServices(version.clauses.covers, standing);
    const among: ToldAmong = {
      covered: covered.map(({ title }) => title),
      titleOf: (slug) => services.find((service) => service.slug === slug)?.title ?? slug,
      calendarNamed: (slug) => calendars.get(slug),
    };
    const at = Math.max(version.effectiveAt, version === shown ? now : 0);
    const slugs = covered.map(({ slug }) => slug);
    return {
      from: language.say("portal.promise.from", {
        day: words.date(isoInstant(version.effectiveAt), version.clauses.timeZone),
      }),
      isShown: version === shown,
      sections: sectionsOf(version, among, words, language),
      example: workedExample(version.clauses, slugs, calendarsOf(calendars), at, words),
    };
  });
}

function sectionsOf(
  { clauses, midCycle }: RecordedVersion,
  among: ToldAmong,
  words: ReportLanguage,
  language: PortalContext["language"],
): ToldPromise["sections"] {
  const split = midCycle ? [{ name: words.say("method.newTerms"), text: words.say("newTerms.split") }] : [];
  return [
    {
      name: language.say("portal.promise.figure"),
      clauses: [...toldSection("figure", clauses, among, words), ...split],
    },
    { name: language.say("portal.promise.money"), clauses: toldSection("money", clauses, among, words) },
    { name: language.say("portal.promise.beside"), clauses: toldSection("beside", clauses, among, words) },
  ];
}
