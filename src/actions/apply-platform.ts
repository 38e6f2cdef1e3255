/**
 * Brings the platform to a definition, in one transaction; two at once wait for each other. Only what `fournines apply` made itself is
 * touched: what people make elsewhere stays.
 */
import { Conflict } from "../domain/errors.ts";
import type { PlatformDefinition } from "../domain/status/platform.ts";
import {
  bySlug,
  checksByKey,
  type Maker,
  type PlannedChange,
  type PlannedNoun,
  type PlatformPlan,
  planPlatform,
  withoutChecks,
  withPosition,
} from "../domain/status/platform-plan.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  archive,
  putChecks,
  putLocation,
  putServices,
  putServiceGroup,
  putSettings,
  readPlatform,
} from "../store/platforms.ts";

/** What applying would change, without changing it. */
export async function previewPlatform(db: Database, wanted: PlatformDefinition): Promise<PlatformPlan> {
  return planPlatform(await readPlatform(db), wanted);
}

/**
 * Applies a definition; applied again, it changes nothing.
 *
 * @param maker `starter` for the built-in platform, which a file replaces
 * @throws Conflict made_by_people when the definition wants a slug that people gave to something of theirs
 */
export function applyPlatform(
  db: Database,
  wanted: PlatformDefinition,
  now: Instant,
  maker: Exclude<Maker, "people"> = "file",
): Promise<PlatformPlan> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "platform");
    const plan = planPlatform(await readPlatform(tx), wanted);
    refuseConflicts(plan);
    await carryOut(tx, plan.changes, wanted, now, maker);
    return plan;
  });
}

/**
 * Refuses a plan that would take something from people.
 *
 * @throws Conflict made_by_people, naming every slug
 */
export function refuseConflicts({ conflicts }: PlatformPlan): void {
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
