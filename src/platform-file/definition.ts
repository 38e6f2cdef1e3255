/**
 * Turns what was read of a platform file into a PlatformDefinition: defaults put in, names that refer to each other resolved, and the
 * rules checked that need more than one value.
 */
import type { SaidFile, SaidService } from "./said-file.ts";
import type { Note, Path } from "./mistakes.ts";
import { type CheckKind, checkKinds } from "../../probes/protocol.ts";
import type {
  EvidenceKeepers,
  LocationDefinition,
  OperationsReportRule,
  PlatformDefinition,
  PlatformSettings,
  SecurityContact,
  ServiceDefinition,
} from "../domain/status/platform.ts";
import type { Agreements } from "../domain/sla/promise/agreement-plan.ts";
import { toAgreements } from "./agreements.ts";
import { toAlertRules } from "./alerting.ts";
import { toChannels } from "./channels.ts";
import { toBrand } from "./brand.ts";
import { type CheckContext, noteWrongLocations, toCheck } from "./checks.ts";
import { toIncidentRules } from "./incidents.ts";
import { guess } from "./nearest-word.ts";
import { resolveParents } from "./parents.ts";
import { toPageAccess, toPages } from "./pages.ts";
import type { Surroundings } from "./surroundings.ts";
import { titleFromSlug } from "./words.ts";

/** The platform, and what is agreed with its customers; absent where the file has no such section. */
export interface FileDefinition extends PlatformDefinition {
  agreements?: Agreements;
}

/** What was said, as a definition. It is only to be used when no mistake was noted. */
export function toDefinition(said: SaidFile, surroundings: Surroundings, note: Note): FileDefinition {
  const settings = toSettings(said, surroundings, note);
  const { languages } = settings;
  const saidBrand = said.platform?.brand;
  const branded = saidBrand && toBrand(saidBrand, { languages, note, readFile: surroundings.readFile });
  const locations = toLocations(said);
  const context: CheckContext = {
    surroundings,
    note,
    locations: locations.map(({ slug }) => slug),
    defaults: said.defaults ?? {},
    timeZone: settings.timeZone,
  };
  noteWrongLocations(said.defaults?.locations, ["defaults", "locations"], context.locations, note);
  const services = [...(said.services ?? [])].map(([slug, service]) =>
    toService(
      slug,
      service,
      { groups: [...(said.groups ?? new Map()).keys()], path: ["services", slug] },
      context,
    ),
  );
  const named = [...(said.services ?? [])].map(([slug, service]) => {
    const parents = [...(service?.checks ?? [])].map(([name, check]) => [name, check?.parent] as const);
    return [slug, new Map(parents)] as const;
  });
  resolveParents(services, new Map(named), note);
  const rules =
    said.incidents === undefined
      ? {}
      : {
          incidents: toIncidentRules(said.incidents, {
            ...{ note, languages: settings.languages },
            services: [...(said.services ?? new Map<string, unknown>()).keys()],
          }),
        };
  const agrees = said.calendars ?? said.customers ?? said.contracts;
  const slugsOf = (things: ReadonlyMap<string, unknown> | undefined) => [
    ...(things ?? new Map<string, unknown>()).keys(),
  ];
  const among = {
    ...{ note, services: slugsOf(said.services), groups: slugsOf(said.groups) },
    ...{ customers: slugsOf(said.customers), address: settings.address },
  };
  const pages = {
    ...(said.page === undefined ? {} : { pageAccess: toPageAccess(said.page, ["page"], among) }),
    ...(said.pages === undefined ? {} : { pages: toPages(said.pages, among) }),
  };
  const { targetPercent, anchorDay } = settings.commitment;
  const agreements = toAgreements(said, settings.languages, {
    note,
    platform: { targetPercent, timeZone: settings.timeZone, anchorDay },
    services: [...(said.services ?? new Map()).keys()],
    groups: [...(said.groups ?? new Map()).keys()],
    calendars: [],
    customers: [],
  });
  return {
    ...(agrees === undefined ? {} : { agreements }),
    settings: { ...settings, ...rules, ...pages, ...(branded === undefined ? {} : { brand: branded.brand }) },
    ...(branded === undefined ? {} : { brandFiles: branded.files }),
    locations,
    groups: [...(said.groups ?? [])].map(([slug, group]) => ({
      slug,
      ...titleOf(slug, group),
      ...(typeof group === "object" && group.private === true ? { isPrivate: true } : {}),
    })),
    services,
  };
}

function toSettings(said: SaidFile, surroundings: Surroundings, note: Note): PlatformSettings {
  const { platform = {}, channels } = said;
  const { commitment = {} } = platform;
  const alertRules = toAlertRules(said, platform.time_zone ?? "UTC", note);
  const languages = [...new Set(platform.languages ?? ["en"])];
  return {
    name: platform.name ?? "",
    address: platform.address ?? null,
    timeZone: platform.time_zone ?? "UTC",
    languages,
    ...(platform.self_check === undefined ? {} : { selfCheck: platform.self_check }),
    ...(platform.evidence === undefined ? {} : { evidence: toKeepers(platform.evidence) }),
    ...(platform.account_managers === undefined
      ? {}
      : { accountManagers: [...new Set(platform.account_managers)] }),
    ...(platform.operations_report === undefined
      ? {}
      : { operationsReport: toReportRule(platform.operations_report, languages[0]!) }),
    ...(platform.security === undefined ? {} : { security: toSecurityContact(platform.security) }),
    ...(alertRules === undefined ? {} : { alertRules }),
    ...(channels === undefined ? {} : { channels: toChannels(channels, languages[0]!, surroundings, note) }),
    commitment: {
      targetPercent: commitment.target === undefined ? "99.99" : commitment.target,
      anchorDay: commitment.anchor_day ?? 1,
    },
  };
}

type SaidPlatform = NonNullable<SaidFile["platform"]>;

function toKeepers(said: NonNullable<SaidPlatform["evidence"]>): EvidenceKeepers {
  const { recipients = [], webhook, timestamp = null } = said;
  return {
    recipients: [...new Set(recipients)],
    webhook: webhook === undefined ? null : { url: webhook.url ?? "", secret: webhook.secret ?? "" },
    timestamp,
  };
}

function toSecurityContact(said: NonNullable<SaidPlatform["security"]>): SecurityContact {
  const { contact = [], policy = null, acknowledgments = null } = said;
  return { contacts: [...new Set([contact].flat())], policy, acknowledgments };
}

function toReportRule(
  said: NonNullable<SaidPlatform["operations_report"]>,
  firstLanguage: string,
): OperationsReportRule {
  const { to = [], day = "mon", at = "07:00", language = firstLanguage } = said;
  return { to: [...new Set(to)], day, at, language };
}

/** One, "local", where the file names none. */
function toLocations({ locations }: SaidFile): LocationDefinition[] {
  return locations === undefined
    ? [{ slug: "local", title: "Local" }]
    : [...locations].map(([slug, location]) => ({
        slug,
        title: titleOf(slug, location).title,
        ...(typeof location === "object" && location.self_check !== undefined
          ? { selfCheck: location.self_check }
          : {}),
      }));
}

/**
 * A service of what was said of it. The parents of its checks stand in it as they were written.
 *
 * @param within slugs of the groups there are, and where in what is read the service stands
 */
export function toService(
  slug: string,
  service: SaidService | undefined,
  { groups, path }: { groups: readonly string[]; path: Path },
  context: CheckContext,
): ServiceDefinition {
  const group = service?.group ?? null;
  if (group !== null && !groups.includes(group)) {
    const words = guess(group, groups) || (groups.length === 0 ? "; there are none" : "");
    context.note(`there is no group "${group}"${words}`, [...path, "group"]);
  }
  return {
    slug,
    ...titleOf(slug, service),
    group,
    ...(service?.private === true ? { isPrivate: true } : {}),
    checks: [...(service?.checks ?? [])].flatMap(([checkSlug, check]) => {
      const kind = kindOf(check);
      const where = [...path, "checks", checkSlug];
      const made = check === undefined || kind === null ? null : toCheck(check, kind, where, context);
      return made === null ? [] : [{ slug: checkSlug, ...made }];
    }),
  };
}

/** The kind a check names first; null when it names none, which is noted already. */
function kindOf(check: object | undefined): CheckKind | null {
  return checkKinds.find((kind) => check !== undefined && Object.hasOwn(check, kind)) ?? null;
}

function titleOf(
  slug: string,
  said: string | { title?: string; description?: string } | undefined,
): { title: string; description: string } {
  const { title, description = "" }: { title?: string; description?: string } =
    typeof said === "string" ? { title: said } : (said ?? {});
  return { title: title ?? titleFromSlug(slug), description };
}
