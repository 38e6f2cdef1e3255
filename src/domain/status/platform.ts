/**
 * What is watched, as configuration says it: the platform, its locations, groups, services and checks. Slugs are the identity:
 * titles may change, a slug that disappears is archived and keeps its history.
 */
import type { Target } from "../../../probes/protocol.ts";
import type { AlertRules } from "../alerting/alert-rules.ts";
import type { ChannelDefinition } from "../alerting/channel-definition.ts";
import type { CheckDefinition } from "../monitoring/check-definition.ts";
import type { Weekday } from "../time/business-calendar.ts";
import type { Brand, BrandFile } from "./brand.ts";
import type { IncidentRules } from "./incident-rules.ts";
import type { PageAccess, PageDefinition } from "./page-definition.ts";

/** What customers are promised where no contract says otherwise (sla-semantics 14). */
export interface DefaultCommitment {
  /** Decimal string, "99.99"; null = measured, nothing promised. */
  targetPercent: string | null;
  /** Day of the month on which a billing cycle starts, 1–31. */
  anchorDay: number;
}

export interface PlatformSettings {
  name: string;
  /** Public address of the page, without a slash at the end; null = as BASE_URL says. */
  address: string | null;
  /** IANA name: billing cycles, days and quarters are cut in it. */
  timeZone: string;
  /** Languages of the page, the first is the default. */
  languages: string[];
  commitment: DefaultCommitment;
  /** Mail addresses of those who answer for contracts: told of every month, and answered to; absent = nobody. */
  accountManagers?: string[];
  /** Who is told of every week; absent = nobody. */
  operationsReport?: OperationsReportRule;
  /** Reference targets by which a probe finds out that its own network is lost; absent = none, it does not look. */
  selfCheck?: Target[];
  /** How incidents are declared here; absent = as usual (incident-rules.ts). */
  incidents?: Partial<IncidentRules>;
  /** Who keeps the roots of the days; absent = nobody is sent them. */
  evidence?: EvidenceKeepers;
  /** Who may see the page at the root; absent = everybody. */
  pageAccess?: PageAccess;
  /** Pages for audiences of their own, beside the public one; absent = none. */
  pages?: PageDefinition[];
  /** Ways to tell people what needs them; absent = those of the environment alone. */
  channels?: ChannelDefinition[];
  /** Who is called for which alert; absent = nothing was said (alert-rules.ts). */
  alertRules?: AlertRules;
  /** Whom to tell of a weakness; absent = nobody is named. */
  security?: SecurityContact;
  /** What it looks like to customers; absent = as Fournines does. */
  brand?: Brand;
}

/** The report on each week of operations: to whom, when in the week after, and in which language. */
export interface OperationsReportRule {
  /** Mail addresses, at least one. */
  to: string[];
  day: Weekday;
  /** Wall time on that day, "07:00". */
  at: string;
  language: string;
}

/** Those who keep the roots of the days, so that nobody can rewrite evidence unnoticed (domain/monitoring/evidence-root.ts). */
export interface EvidenceKeepers {
  /** Mail addresses. */
  recipients: string[];
  /** Its secret stands here as a reference only. */
  webhook: { url: string; secret: string } | null;
  /** Address of a time-stamp authority (RFC 3161). */
  timestamp: string | null;
}

/** What security.txt says (RFC 9116): https: or mailto: addresses. */
export interface SecurityContact {
  /** At least one, the one that is preferred first. */
  contacts: string[];
  policy: string | null;
  acknowledgments: string | null;
}

export interface LocationDefinition {
  slug: string;
  title: string;
  /** Reference targets of its own, in the place of the platform's; absent = those. */
  selfCheck?: Target[];
}

export interface ServiceGroupDefinition {
  slug: string;
  title: string;
  description: string;
  /** Whether its services are shown only on pages that name them; absent = they are not. */
  isPrivate?: boolean;
}

export interface ServiceCheckDefinition extends CheckDefinition {
  slug: string;
}

export interface ServiceDefinition {
  slug: string;
  title: string;
  description: string;
  /** Slug of its group; null = stands alone. */
  group: string | null;
  /** Whether it is shown only on pages that name it, never on the public one; absent = as its group. */
  isPrivate?: boolean;
  checks: ServiceCheckDefinition[];
}

export interface PlatformDefinition {
  settings: PlatformSettings;
  /** Files of its brand, by which the settings go; absent = it has none. */
  brandFiles?: BrandFile[];
  locations: LocationDefinition[];
  groups: ServiceGroupDefinition[];
  services: ServiceDefinition[];
}
