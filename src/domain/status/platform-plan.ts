/**
 * What applying a definition would change: pure comparison of what stands with what is wanted. Slugs are the identity; what is no
 * longer wanted is archived and keeps its history, what comes back under its old slug takes it up again.
 */
import type {
  LocationDefinition,
  PlatformDefinition,
  PlatformSettings,
  ServiceDefinition,
  ServiceGroupDefinition,
} from "./platform.ts";
import type { CheckDefinition } from "../monitoring/check-definition.ts";
import type { Maker, Standing } from "./standing.ts";

/** Everything that stands, by slug; checks by `service/check`. */
export interface StandingPlatform {
  settings: { wanted: PlatformSettings; managedBy: Maker } | null;
  locations: Map<string, Standing<LocationDefinition>>;
  groups: Map<string, Standing<ServiceGroupDefinition & { position: number }>>;
  services: Map<string, Standing<ListedDefinition>>;
  checks: Map<string, Standing<CheckDefinition>>;
}

/** A service without its checks, with its place on the page. */
export type ListedDefinition = Omit<ServiceDefinition, "checks"> & { position: number };

export const plannedNouns = [
  "platform",
  "location",
  "group",
  "service",
  "check",
  "calendar",
  "customer",
  "contract",
] as const;
export type PlannedNoun = (typeof plannedNouns)[number];

/** One thing that would change. */
export interface PlannedChange {
  noun: PlannedNoun;
  /** Slug; `service/check` for a check, "" for the platform. */
  slug: string;
  verb: "add" | "change" | "revive" | "archive";
  /** What changes in it: dotted names with their values before and after. */
  fields: { name: string; from: unknown; to: unknown }[];
}

/** A slug that is wanted but belongs to what people made; or, with a rule, something that may not change so. */
export interface PlanConflict {
  noun: PlannedNoun;
  slug: string;
  rule?: string;
}

export interface PlatformPlan {
  changes: PlannedChange[];
  unchanged: number;
  conflicts: PlanConflict[];
  /** What is doubtful about contracts as they are wanted, in words; absent: nobody looked. */
  warnings?: string[];
}

/** Compares. Things made by people are never changed or archived; wanting one of their slugs is a conflict. */
export function planPlatform(standing: StandingPlatform, wanted: PlatformDefinition): PlatformPlan {
  const plan: PlatformPlan = { changes: [], unchanged: 0, conflicts: [] };
  if (standing.settings === null) {
    plan.changes.push({ noun: "platform", slug: "", verb: "add", fields: [] });
  } else {
    noteChange(plan, "platform", "", standing.settings.wanted, wanted.settings);
  }
  comparePlanned(plan, "location", standing.locations, bySlug(wanted.locations));
  comparePlanned(plan, "group", standing.groups, bySlug(wanted.groups.map(withPosition)));
  comparePlanned(
    plan,
    "service",
    standing.services,
    bySlug(wanted.services.map(withoutChecks).map(withPosition)),
  );
  comparePlanned(plan, "check", standing.checks, checksByKey(wanted));
  return plan;
}

/** The checks of a definition by `service/check`. */
export function checksByKey(definition: PlatformDefinition): Map<string, CheckDefinition> {
  return new Map(
    definition.services.flatMap((service) =>
      service.checks.map(({ slug, ...check }): [string, CheckDefinition] => [
        `${service.slug}/${slug}`,
        check,
      ]),
    ),
  );
}

/** A service as it is listed: its checks are things of their own. */
export function withoutChecks({
  checks: _,
  ...service
}: ServiceDefinition): Omit<ServiceDefinition, "checks"> {
  return service;
}

/** A place on the page: the order of the file. */
export function withPosition<T>(thing: T, position: number): T & { position: number } {
  return { ...thing, position };
}

/** The plan as lines for a person: `+ service api`, `~ check api/web  intervalMs: 15000 → 30000`. */
export function planInWords({ changes }: PlatformPlan): string[] {
  const signs = { add: "+", change: "~", revive: "↑", archive: "-" };
  return changes.map(({ noun, slug, verb, fields }) => {
    const head = `${signs[verb]} ${noun} ${slug}`.trimEnd();
    const list = fields.map(({ name, from, to }) => `${name}: ${inWords(from)} → ${inWords(to)}`).join(", ");
    return list === "" ? head : `${head}  ${list}`;
  });
}

function inWords(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** Adds to the plan what becomes of the things of one kind. */
export function comparePlanned<T extends object>(
  plan: PlatformPlan,
  noun: PlannedNoun,
  standing: ReadonlyMap<string, Standing<T>>,
  wanted: ReadonlyMap<string, T>,
): void {
  for (const [slug, thing] of wanted) {
    const known = standing.get(slug);
    if (known === undefined) {
      plan.changes.push({ noun, slug, verb: "add", fields: [] });
    } else if (known.managedBy === "people") {
      plan.conflicts.push({ noun, slug });
    } else if (known.archived) {
      plan.changes.push({ noun, slug, verb: "revive", fields: differences(known.wanted, thing) });
    } else {
      noteChange(plan, noun, slug, known.wanted, thing);
    }
  }
  for (const [slug, known] of standing) {
    if (!wanted.has(slug) && !known.archived && known.managedBy !== "people") {
      plan.changes.push({ noun, slug, verb: "archive", fields: [] });
    }
  }
}

function noteChange(plan: PlatformPlan, noun: PlannedNoun, slug: string, from: object, to: object): void {
  const fields = differences(from, to);
  if (fields.length === 0) {
    plan.unchanged++;
  } else {
    plan.changes.push({ noun, slug, verb: "change", fields });
  }
}

/** Dotted names of all values that differ. Lists are compared whole. */
function differences(from: unknown, to: unknown, name = ""): PlannedChange["fields"] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => differences(from[key], to[key], name === "" ? key : `${name}.${key}`));
  }
  return canonical(from) === canonical(to) ? [] : [{ name, from, to }];
}

/** JSON with keys in order, so that what a database gave back compares equal. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isRecord(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "undefined"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Things by their slugs, in their order. */
export function bySlug<T extends { slug: string }>(things: readonly T[]): Map<string, T> {
  return new Map(things.map((thing) => [thing.slug, thing]));
}
