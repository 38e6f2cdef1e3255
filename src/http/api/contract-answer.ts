/** A contract as the API tells it: what is agreed in words and in values, its versions, and the doubts that stand on it now. */
import { z } from "@hono/zod-openapi";
import { calendarsOf } from "../../calendars/holidays.ts";
import type { StandingContract } from "../../domain/sla/promise/agreement-plan.ts";
import { clausesInWords } from "../../domain/sla/promise/clause-words.ts";
import type { Coverage } from "../../domain/sla/promise/clauses.ts";
import { jointCoverage } from "../../domain/sla/promise/coverage.ts";
import { localDate, versionAt } from "../../domain/sla/promise/contract-versions.ts";
import {
  type ContractWarning,
  contractWarnings,
  type WatchedService,
} from "../../domain/sla/promise/contract-warnings.ts";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import { sendRuleInWords } from "../../domain/sla/promise/send-rule.ts";
import type { CalendarDefinition } from "../../domain/time/calendar-definition.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { printPointer } from "../../platform-file/mistakes.ts";
import type { WrittenContext } from "../../platform-file/written.ts";
import { listCoverableServices } from "../../store/covered-services.ts";
import { listGroupSlugs, listWatchedServices, readCalendars, readCustomers } from "../../store/agreements.ts";
import { instantOutput } from "./answer.ts";
import { contactOutput, managedByOutput } from "./customers.ts";
import type { ApiDeps } from "./deps.ts";
import { snakeKeys } from "./written-input.ts";

export const versionOutput = z
  .object({
    effective: z
      .string()
      .openapi({ description: "Local date, in the contract's zone.", example: "2026-07-01" }),
    effective_at: instantOutput,
    mid_cycle: z.enum(["split"]).nullable(),
    reason: z.string(),
    author: z.string(),
    recorded_at: instantOutput,
    holiday_edition: z.string(),
    words: z.record(z.string(), z.string()).openapi({ description: "Every clause in plain words." }),
    clauses: z
      .unknown()
      .openapi({ description: "Every clause in values: durations in ms, money in minor units." }),
  })
  .openapi("ContractVersion");

const contractStates = ["coming", "in_force", "ended", "archived"] as const;

export const contractOutput = z
  .object({
    slug: z.string(),
    title: z.string(),
    customer: z.string(),
    policy: z.string().nullable(),
    state: z.enum(contractStates),
    starts: z.string(),
    ends: z.string().nullable(),
    language: z.enum(customerLanguages).nullable(),
    recipients: z.array(z.string()),
    send: z.string().openapi({ description: "When its reports are sent to them, in plain words." }),
    escalation_contact: contactOutput.nullable(),
    sources: z.array(
      z.object({ document: z.string(), clause: z.string().nullable(), url: z.string().nullable() }),
    ),
    versions: z.array(versionOutput).openapi({ description: "In order of effect." }),
    warnings: z
      .array(z.object({ code: z.string(), pointer: z.string(), detail: z.string() }))
      .openapi({ description: "What is doubtful about it on the platform as it is now." }),
    written: z.record(z.string(), z.unknown()).nullable().openapi({
      description: "As people put it, to be put again; null: a file says it.",
    }),
    managed_by: managedByOutput,
  })
  .openapi("Contract");

/** What contracts are told among. */
export interface ContractSurroundings {
  services: WatchedService[];
  calendars: ReadonlyMap<string, CalendarDefinition>;
}

/** Of all contracts, or of one: then only services that it says something of. */
export async function readSurroundings(
  { db }: ApiDeps,
  contract?: StandingContract,
): Promise<ContractSurroundings> {
  const calendars = [...(await readCalendars(db))].map(([slug, { wanted }]) => [slug, wanted] as const);
  const covers = contract === undefined ? "*" : spokenOf(contract);
  return { services: await listWatchedServices(db, covers), calendars: new Map(calendars) };
}

function spokenOf({ versions }: StandingContract): Coverage {
  return versions.some(({ clauses }) => clauses.promises.monitoring === "platform")
    ? "*"
    : jointCoverage(versions.map(({ clauses }) => clauses.covers));
}

/** Everything that stands and that a written thing may name. */
export async function readAgreementContext(deps: ApiDeps): Promise<WrittenContext> {
  const { db } = deps;
  const { commitment, timeZone } = deps.board().settings;
  const standing = <T extends { archived: boolean }>(things: ReadonlyMap<string, T>) =>
    [...things].filter(([, { archived }]) => !archived).map(([slug]) => slug);
  return {
    platform: { ...commitment, timeZone },
    services: (await listCoverableServices(db)).flatMap(({ slug, archivedAt }) =>
      archivedAt === null ? [slug] : [],
    ),
    groups: await listGroupSlugs(db),
    calendars: standing(await readCalendars(db)),
    customers: standing(await readCustomers(db)),
  };
}

export function toContractJson(
  slug: string,
  contract: StandingContract,
  written: Record<string, unknown> | null,
  surroundings: ContractSurroundings,
  now: Instant,
) {
  const { particulars, versions, managedBy } = contract;
  const first = versions[0]!;
  const { timeZone } = first.clauses;
  return {
    slug,
    title: particulars.title,
    customer: particulars.customer,
    policy: particulars.policy,
    state: stateOf(contract, now),
    starts: localDate(first.effectiveAt, timeZone),
    ends: particulars.endsAt === null ? null : localDate(particulars.endsAt, timeZone),
    language: particulars.language,
    recipients: particulars.recipients,
    send: sendRuleInWords(particulars.send),
    escalation_contact: particulars.escalationContact,
    sources: particulars.sources,
    versions: versions.map((version) => ({
      effective: localDate(version.effectiveAt, version.clauses.timeZone),
      effective_at: isoInstant(version.effectiveAt),
      mid_cycle: version.midCycle ? ("split" as const) : null,
      reason: version.reason,
      author: version.author,
      recorded_at: isoInstant(version.recordedAt),
      holiday_edition: version.holidayEdition,
      words: clausesInWords(version.clauses),
      clauses: snakeKeys(version.clauses),
    })),
    warnings: warningsOf(contract, surroundings, now).map(({ code, path, detail }) => ({
      code,
      pointer: printPointer(path),
      detail,
    })),
    written,
    managed_by: managedBy,
  };
}

/** The doubts about the version in force, or about the first where none is yet. */
export function warningsOf(
  { versions }: StandingContract,
  { services, calendars }: ContractSurroundings,
  now: Instant,
): ContractWarning[] {
  const version = versionAt(versions, now) ?? versions[0];
  return version === undefined
    ? []
    : contractWarnings(version.clauses, services, now, calendarsOf(calendars));
}

export function stateOf({ particulars, versions, archived }: StandingContract, now: Instant) {
  if (archived) {
    return "archived" as const;
  }
  if (particulars.endsAt !== null && particulars.endsAt <= now) {
    return "ended" as const;
  }
  return versionAt(versions, now) === undefined ? ("coming" as const) : ("in_force" as const);
}
