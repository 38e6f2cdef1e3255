/**
 * Brings the platform to a definition, in one transaction; two at once wait for each other. Only what `fournines apply` made itself is
 * touched: what people make elsewhere stays.
 */
import { calendarsOf, holidayEdition } from "../calendars/holidays.ts";
import { changeOfFields } from "../domain/audit/recorded-change.ts";
import { Conflict } from "../domain/errors.ts";
import { type Agreements, noAgreements, planAgreements } from "../domain/sla/promise/agreement-plan.ts";
import { contractWarnings } from "../domain/sla/promise/contract-warnings.ts";
import type { PlatformDefinition } from "../domain/status/platform.ts";
import { carryOutAgreements } from "./record-agreements.ts";
import {
  bySlug,
  checksByKey,
  type PlannedChange,
  type PlannedNoun,
  type PlatformPlan,
  planPlatform,
  withoutChecks,
  withPosition,
} from "../domain/status/platform-plan.ts";
import type { Maker } from "../domain/status/standing.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { putBrandFiles } from "../store/brand-files.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { readAgreements } from "../store/agreements.ts";
import {
  archive,
  putChecks,
  putLocation,
  putServices,
  putServiceGroup,
  putSettings,
  readPlatform,
} from "../store/platforms.ts";

/** The author of what a platform file says. */
const fileAuthor = "platform file";

/** The platform, and what is agreed with its customers; absent: nothing is. */
export interface WantedPlatform extends PlatformDefinition {
  agreements?: Agreements;
}

/** What applying would change, without changing it. */
export async function previewPlatform(
  db: Database,
  wanted: WantedPlatform,
  now: Instant,
): Promise<PlatformPlan> {
  const { agreed: _, ...plan } = await planAll(db, wanted, now);
  return plan;
}

/** The doubts about each contract in its last version, on the platform as it is wanted. */
function warningsIn({ services, agreements = noAgreements }: WantedPlatform, now: Instant): string[] {
  const watched = services.map(({ slug, group, checks }) => ({
    slug,
    groupSlug: group,
    archived: false,
    checks: checks.map(({ slug: check, counts, intervalMs, locations }) => ({
      slug: check,
      counts,
      intervalMs,
      locations,
    })),
  }));
  const calendarOf = calendarsOf(bySlug(agreements.calendars));
  return agreements.contracts.flatMap(({ slug, versions }) =>
    contractWarnings(versions.at(-1)!.clauses, watched, now, calendarOf).map(
      ({ detail }) => `contract ${slug}: ${detail}`,
    ),
  );
}

async function planAll(db: Database, wanted: WantedPlatform, now: Instant) {
  const platform = planPlatform(await readPlatform(db), wanted);
  const agreed = planAgreements(await readAgreements(db), wanted.agreements ?? noAgreements, now);
  return {
    changes: [...platform.changes, ...agreed.changes],
    unchanged: platform.unchanged + agreed.unchanged,
    conflicts: [...platform.conflicts, ...agreed.conflicts],
    warnings: warningsIn(wanted, now),
    agreed,
  };
}

/**
 * Applies a definition; applied again, it changes nothing.
 *
 * @param author who handed the file over
 * @param maker `starter` for the built-in platform, which a file replaces
 * @throws Conflict made_by_people when the definition wants a slug that people gave to something of theirs, promises_kept when it
 *   would rewrite what has been promised
 */
export function applyPlatform(
  db: Database,
  wanted: WantedPlatform,
  now: Instant,
  maker: Exclude<Maker, "people"> = "file",
  author = fileAuthor,
): Promise<PlatformPlan> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "platform");
    const { agreed, ...plan } = await planAll(tx, wanted, now);
    refuseConflicts(plan);
    await carryOut(tx, plan.changes, wanted, now, maker);
    const recording = { managedBy: maker, author: fileAuthor, holidayEdition, now };
    await carryOutAgreements(tx, agreed, wanted.agreements ?? noAgreements, recording);
    if (plan.changes.length > 0) {
      await appendAudit(tx, {
        ...{ kind: "platform", subject: "platform", event: "applied", author, recordedAt: now },
        ...{ before: null, after: plan.changes.map(recordedPlan) },
      });
    }
    return plan;
  });
}

/** What is new or gone is named, and stands in its own table for ever; of what changed, both sides are kept. */
function recordedPlan({ noun, slug, verb, fields }: PlannedChange): object {
  return verb === "change" ? { noun, slug, verb, ...changeOfFields(fields) } : { noun, slug, verb };
}

/**
 * Refuses a plan that would take something from people.
 *
 * @throws Conflict promises_kept or made_by_people, naming every slug
 */
export function refuseConflicts({ conflicts: all }: Pick<PlatformPlan, "conflicts">): void {
  const promises = all.flatMap(({ noun, slug, rule }) => (rule === undefined ? [] : [{ noun, slug, rule }]));
  if (promises.length > 0) {
    throw new Conflict(
      "promises_kept",
      promises.map(({ noun, slug, rule }) => `${noun} ${slug}: ${rule}`).join("; "),
      promises.map(({ noun, slug, rule }) => ({ pointer: `/${noun}s/${slug}`, detail: rule })),
    );
  }
  const conflicts = all;
  if (conflicts.length > 0) {
    const list = conflicts.map(({ noun, slug }) => `${noun} ${slug}`).join(", ");
    throw new Conflict(
      "made_by_people",
      `made by people, not by a file: ${list}`,
      conflicts.map(({ noun, slug }) => ({
        pointer: `/${noun}s/${slug}`,
        detail: "is the slug of something that people made; choose another one",
      })),
    );
  }
}

/** Things come before what refers to them. */
async function carryOut(
  tx: Database,
  changes: readonly PlannedChange[],
  wanted: PlatformDefinition,
  now: Instant,
  maker: Exclude<Maker, "people">,
): Promise<void> {
  const slugsOf = (noun: PlannedNoun, isArchived: boolean) =>
    changes
      .filter((change) => change.noun === noun && (change.verb === "archive") === isArchived)
      .map(({ slug }) => slug);
  /** Those of the things that are put, in their order. */
  const put = <T>(noun: PlannedNoun, things: ReadonlyMap<string, T>): Map<string, T> => {
    const slugs = new Set(slugsOf(noun, false));
    return new Map([...things].filter(([slug]) => slugs.has(slug)));
  };
  if (slugsOf("platform", false).length > 0) {
    await putSettings(tx, wanted.settings, maker, now);
    await putBrandFiles(tx, wanted.brandFiles ?? []);
  }
  for (const location of put("location", bySlug(wanted.locations)).values()) {
    await putLocation(tx, location, maker, now);
  }
  for (const group of put("group", bySlug(wanted.groups.map(withPosition))).values()) {
    await putServiceGroup(tx, group, maker, now);
  }
  const services = bySlug(wanted.services.map(withoutChecks).map(withPosition));
  await putServices(tx, [...put("service", services).values()], maker, now);
  await putChecks(tx, put("check", checksByKey(wanted)), maker, now);
  for (const noun of ["location", "group", "service", "check"] as const) {
    await archive(tx, noun, slugsOf(noun, true), now);
  }
}
