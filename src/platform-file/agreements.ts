/** Turns what was read of customers, contracts and calendars into what is agreed, and notes what does not fit together. */
import type { Agreements, NamedCalendar } from "../domain/sla/promise/agreement-plan.ts";
import type {
  ContractDefinition,
  ContractParticulars,
  VersionDefinition,
} from "../domain/sla/promise/contract-versions.ts";
import { startOfDate, versionFaults } from "../domain/sla/promise/contract-versions.ts";
import {
  customerLanguages,
  type CustomerDefinition,
  type NamedContact,
} from "../domain/sla/promise/customer.ts";
import type { SendRule } from "../domain/sla/promise/send-rule.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type AgreementContext, overlay, type SaidClauses, toClauses, unknownWords } from "./clauses.ts";
import { type SaidCalendar, toCalendar, toList } from "./described-calendar.ts";
import type { contract, customer } from "./described-contract.ts";
import type { Path } from "./mistakes.ts";
import { findPolicy, policyNames } from "./policies.ts";
import type { ValueOf } from "./shapes.ts";
import { titleFromSlug } from "./words.ts";

export type SaidCustomer = ValueOf<typeof customer>;
export type SaidContract = ValueOf<typeof contract>;

/** The sections of a file that say what is agreed. */
export interface SaidAgreements {
  calendars?: Map<string, SaidCalendar | undefined>;
  customers?: Map<string, SaidCustomer | undefined>;
  contracts?: Map<string, SaidContract | undefined>;
}

/** Everything a file agrees on. */
export function toAgreements(
  said: SaidAgreements,
  languages: readonly string[],
  context: AgreementContext,
): Agreements {
  const calendars = [...(said.calendars ?? [])].flatMap(([slug, one]) =>
    one === undefined ? [] : [toNamedCalendar(slug, one, ["calendars", slug], context)],
  );
  const among = { ...context, calendars: [...(said.calendars ?? [])].map(([slug]) => slug) };
  const customers = [...(said.customers ?? [])].map(([slug, one]) => toCustomer(slug, one, languages));
  const known = { ...among, customers: customers.map(({ slug }) => slug) };
  const contracts = [...(said.contracts ?? [])].flatMap(([slug, one]) =>
    one === undefined ? [] : [toContract(slug, one, ["contracts", slug], known)],
  );
  return { calendars, customers, contracts };
}

export function toNamedCalendar(
  slug: string,
  said: SaidCalendar,
  path: Path,
  { platform, note }: AgreementContext,
): NamedCalendar {
  if (slug === "always") {
    note('"always" is no name for a calendar: it stands for all hours', path, "key");
  }
  return {
    slug,
    ...toCalendar(said, { title: titleFromSlug(slug), timeZone: platform.timeZone }, path, note),
  };
}

/** `languages`: those of the platform, of which the first that reports know is the default. */
export function toCustomer(
  slug: string,
  said: SaidCustomer | undefined,
  languages: readonly string[],
): CustomerDefinition {
  const { name, language, recipients, contacts, notes } =
    typeof said === "string" ? { name: said } : (said ?? {});
  return {
    slug,
    name: name ?? titleFromSlug(slug),
    language: language ?? customerLanguages.find((one) => one === languages[0]) ?? "en",
    recipients: [...new Set(toList(recipients))],
    contacts: (contacts ?? []).map(toContact),
    notes: notes ?? "",
  };
}

/** The contract with all its versions; to be used only when no mistake was noted. */
export function toContract(
  slug: string,
  said: SaidContract,
  path: Path,
  context: AgreementContext,
): ContractDefinition {
  const { note, customers } = context;
  const {
    title,
    customer: name,
    policy,
    starts,
    ends,
    language,
    recipients,
    escalation_contact: person,
    send,
  } = said;
  const { sources, versions: later = [], ...own } = said;
  if (name !== undefined && !customers.includes(name)) {
    note(`there is no customer "${name}"${unknownWords(name, customers)}`, [...path, "customer"]);
  }
  let words = clausesOf(own);
  if (policy !== undefined) {
    const found = findPolicy(policy);
    if (found === undefined) {
      note(`there is no ready-made policy "${policy}"${unknownWords(policy, policyNames())}`, [
        ...path,
        "policy",
      ]);
    } else {
      words = overlay(found.clauses, words);
    }
  }
  const told = new Set<string>();
  /** What a later version takes over unchanged is not told again. */
  const clausesAt = (place: Path) =>
    toClauses(words, place, {
      ...context,
      note(rule, at, where) {
        const key = JSON.stringify([at.slice(place.length), rule]);
        if (!told.has(key)) {
          told.add(key);
          note(rule, at, where);
        }
      },
    });
  const first = clausesAt(path);
  const versions: VersionDefinition[] = [
    { effectiveAt: dayOr(starts, first.timeZone), midCycle: false, reason: "", clauses: first },
  ];
  const places: Path[] = [[...path, "starts"]];
  later.forEach((one, i) => {
    words = overlay(words, clausesOf(one));
    const clauses = clausesAt([...path, "versions", i]);
    const effectiveAt = dayOr(one.effective, clauses.timeZone);
    versions.push({ effectiveAt, midCycle: one.mid_cycle === "split", reason: one.reason ?? "", clauses });
    places.push([...path, "versions", i, "effective"]);
  });
  const endsAt = ends === undefined ? null : dayOr(ends, first.timeZone);
  const areRead = [starts, ...later.map(({ effective }) => effective)].every((one) => one !== undefined);
  for (const fault of areRead ? versionFaults(versions, endsAt) : []) {
    note(fault.rule, places[fault.version]!);
  }
  const particulars: ContractParticulars = {
    title: title ?? titleFromSlug(slug),
    customer: name ?? "",
    policy: policy ?? null,
    endsAt,
    language: language ?? null,
    recipients: [...new Set(toList(recipients))],
    send: toSendRule(send, [...path, "send"], context),
    escalationContact: person === undefined ? null : toContact(person),
    sources: (sources ?? []).map(({ document, clause, url }) => ({
      document: document ?? "",
      clause: clause ?? null,
      url: url ?? null,
    })),
  };
  return { slug, particulars, versions };
}

/** What is said of clauses alone: the keys of a contract and of a version without those that are none. */
export function clausesOf(said: SaidClauses & Record<string, unknown>): SaidClauses {
  const {
    title: _title,
    customer: _customer,
    policy: _policy,
    starts: _starts,
    ends: _ends,
    language: _language,
    recipients: _recipients,
    send: _send,
    escalation_contact: _contact,
    effective: _effective,
    mid_cycle: _midCycle,
    reason: _reason,
    ...clauses
  } = said;
  return clauses;
}

/** On issue where nothing is said. */
function toSendRule(said: SaidContract["send"], path: Path, { calendars, note }: AgreementContext): SendRule {
  if (said === undefined || typeof said === "string") {
    return { kind: said ?? "on_issue" };
  }
  const { day = null, at, calendar = null } = said;
  if (day === null && at !== undefined) {
    note("is a time of a day: name the day, too", [...path, "at"]);
  }
  // A day or a calendar that could not be read is noted already.
  if (Object.keys(said).length === 0) {
    note('must name a day or a calendar, or be "on_issue" or "never"', path);
  }
  if (calendar !== null && !calendars.includes(calendar)) {
    note(`there is no calendar "${calendar}"${unknownWords(calendar, calendars)}`, [...path, "calendar"]);
  }
  return { kind: "later", day, at: at ?? "00:00", calendar };
}

type SaidContact = NonNullable<SaidContract["escalation_contact"]>;

function toContact({ name, role, email, phone }: SaidContact): NamedContact {
  return { name: name ?? "", role: role ?? null, email: email ?? null, phone: phone ?? null };
}

/** A date that could not be read is noted already: any instant stands in. */
function dayOr(date: string | undefined, timeZone: string): Instant {
  return (date === undefined ? null : startOfDate(date, timeZone)) ?? 0;
}
