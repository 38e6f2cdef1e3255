/**
 * Puts a service as a person: adds it, or changes what a person made. What a file made belongs to the file. Two who change the same one at
 * once are told: the second has to look again.
 */
import { changeOfFields } from "../domain/audit/recorded-change.ts";
import { Conflict } from "../domain/errors.ts";
import type { ServiceDefinition } from "../domain/status/platform.ts";
import type { CheckDefinition } from "../domain/monitoring/check-definition.ts";
import {
  bySlug,
  comparePlanned,
  type ListedDefinition,
  type PlatformPlan,
  withoutChecks,
} from "../domain/status/platform-plan.ts";
import type { Standing } from "../domain/status/standing.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  archive,
  findStandingService,
  nextServicePosition,
  putChecks,
  putServices,
  readServiceSurroundings,
  type StandingService,
} from "../store/platforms.ts";
import { anyEdition, refuseLate } from "./edition.ts";

/**
 * Puts it, with all its checks: those that are left out are archived.
 *
 * @param edition of what was changed; null: it is to be new; `anyEdition`: either
 * @returns what changed
 * @throws Conflict service_exists, made_by_file, version_changed, service_gone
 */
export function putService(
  db: Database,
  wanted: ServiceDefinition,
  edition: string | null,
  author: string,
  now: Instant,
): Promise<PlatformPlan> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "platform");
    const known = await findStandingService(tx, wanted.slug);
    await refuseUnlessMeant(known, edition, wanted.slug);
    const position = known?.position ?? (await nextServicePosition(tx));
    const plan = planService(known, wanted, position);
    const isPut = (noun: "service" | "check", slug: string) =>
      plan.changes.some(
        (change) => change.noun === noun && change.slug === slug && change.verb !== "archive",
      );
    if (isPut("service", wanted.slug)) {
      await putServices(tx, [{ ...withoutChecks(wanted), position }], "people", now);
    }
    const put = [...checksOf(wanted)].filter(([key]) => isPut("check", key));
    await putChecks(tx, new Map(put), "people", now);
    const gone = plan.changes
      .filter(({ noun, verb }) => noun === "check" && verb === "archive")
      .map(({ slug }) => slug);
    await refuseParents(tx, gone);
    await archive(tx, "check", gone, now);
    if (plan.changes.length > 0) {
      await appendAudit(tx, {
        ...{ kind: "service", subject: wanted.slug, event: known === undefined ? "added" : "changed" },
        ...{ author, recordedAt: now },
        ...changeOfFields(
          plan.changes.flatMap(({ noun, slug, verb, fields }) => {
            const name = noun === "service" ? "" : `${slug} `;
            return verb === "change"
              ? fields.map((field) => ({ ...field, name: `${name}${field.name}` }))
              : [{ name: `${name}${verb}`, from: null, to: slug }];
          }),
        ),
      });
    }
    return plan;
  });
}

async function refuseUnlessMeant(
  known: StandingService | undefined,
  edition: string | null,
  slug: string,
): Promise<void> {
  if (edition === null) {
    if (known !== undefined) {
      const detail =
        known.archivedAt === null
          ? "is the name of a service already; choose another one"
          : "is the name of a service that was archived: restore it, or choose another one";
      throw new Conflict("service_exists", `There is a service "${slug}" already.`, [
        { pointer: "/slug", detail },
      ]);
    }
    return;
  }
  if (known === undefined && edition === anyEdition) {
    return;
  }
  if (known === undefined || known.archivedAt !== null) {
    throw new Conflict("service_gone", `The service "${slug}" has been archived: restore it first.`);
  }
  refuseOfFile(known, slug);
  await refuseLate(
    edition,
    known.definition,
    "Somebody else has changed this service meanwhile. What you typed is still here: compare it with how the service stands now, then save again.",
  );
}

/**
 * Refuses to archive checks that others depend on: those would depend on nothing.
 *
 * @param keys of checks that are to go, as `service/check`
 * @throws Conflict in_use
 */
export async function refuseParents(tx: Database, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) {
    return;
  }
  const { parents } = await readServiceSurroundings(tx);
  const children = [...parents].flatMap(([service, checks]) =>
    [...checks].flatMap(([check, parent]) => {
      const child = `${service}/${check}`;
      return parent !== undefined && keys.includes(parent) && !keys.includes(child) ? [child] : [];
    }),
  );
  if (children.length > 0) {
    throw new Conflict("in_use", `Other checks depend on it: ${children.join(", ")}. Change them first.`);
  }
}

/** @throws Conflict made_by_file */
export function refuseOfFile({ managedBy }: StandingService, slug: string): void {
  if (managedBy !== "people") {
    throw new Conflict("made_by_file", `The service "${slug}" stands in the platform file: change it there.`);
  }
}

function planService(
  known: StandingService | undefined,
  wanted: ServiceDefinition,
  position: number,
): PlatformPlan {
  const plan: PlatformPlan = { changes: [], unchanged: 0, conflicts: [] };
  const services = new Map<string, Standing<ListedDefinition>>();
  const checks = new Map<string, Standing<CheckDefinition>>();
  if (known !== undefined) {
    const stands = { managedBy: "file" as const, archived: false };
    services.set(wanted.slug, { wanted: { ...withoutChecks(known.definition), position }, ...stands });
    for (const [key, check] of checksOf(known.definition)) {
      checks.set(key, { wanted: check, ...stands });
    }
    for (const { slug, ...check } of known.archivedChecks) {
      checks.set(`${wanted.slug}/${slug}`, { wanted: check, ...stands, archived: true });
    }
  }
  comparePlanned(plan, "service", services, bySlug([{ ...withoutChecks(wanted), position }]));
  comparePlanned(plan, "check", checks, checksOf(wanted));
  return plan;
}

function checksOf({ slug: service, checks }: ServiceDefinition): Map<string, CheckDefinition> {
  return new Map(checks.map(({ slug, ...check }) => [`${service}/${slug}`, check]));
}
