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
  type PlatformPlan,
  planPlatform,
  withoutChecks,
  withPosition,
} from "../domain/status/platform-plan.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  archive,
  putCheck,
  putLocation,
  putService,
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

/** Things come before what refers to them, and go after it. */
const order: PlannedChange["noun"][] = ["platform", "location", "group", "service", "check"];

async function carryOut(
  tx: Database,
  changes: readonly PlannedChange[],
  wanted: PlatformDefinition,
  now: Instant,
  maker: Exclude<Maker, "people">,
): Promise<void> {
  const locations = bySlug(wanted.locations);
  const groups = bySlug(wanted.groups.map(withPosition));
  const services = bySlug(wanted.services.map(withoutChecks).map(withPosition));
  const checks = checksByKey(wanted);
  for (const { noun, slug, verb } of changes.toSorted(
    (a, b) => order.indexOf(a.noun) - order.indexOf(b.noun),
  )) {
    if (verb === "archive") {
      await archive(tx, noun as Exclude<typeof noun, "platform">, slug, now);
    } else if (noun === "platform") {
      await putSettings(tx, wanted.settings, maker, now);
    } else if (noun === "location") {
      await putLocation(tx, locations.get(slug)!, maker, now);
    } else if (noun === "group") {
      await putServiceGroup(tx, groups.get(slug)!, maker, now);
    } else if (noun === "service") {
      await putService(tx, services.get(slug)!, maker, now);
    } else {
      await putCheck(tx, slug, checks.get(slug)!, maker, now);
    }
  }
}
