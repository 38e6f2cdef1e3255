/** Whom a link or a session lets in: a token, a customer by link, a person. Read with one join, so that whoever lost their right is out at once. */
import { and, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import { alias, type AnyPgColumn } from "drizzle-orm/pg-core";
import type { Person } from "../domain/people/person.ts";
import type { Role, Scope } from "../domain/people/rights.ts";
import type { Instant } from "../domain/time/interval.ts";
import { customers } from "./tables/agreements.ts";
import { people, tokens } from "./tables/people.ts";

export type Holder =
  | TokenHolder
  /** `person`: who of the customer; null: whoever has the link. */
  | { kind: "customer"; id: number; slug: string; person: PersonNamed | null }
  | { kind: "person"; id: string; name: string; role: Role };

export interface TokenHolder {
  kind: "token";
  id: number;
  name: string;
  /** Null: everything. */
  scopes: Scope[] | null;
  /** Whose it is; null: a machine's. */
  owner: { id: string; role: Role } | null;
}

export interface PersonNamed {
  id: string;
  name: string;
}

/** Who a token belongs to. */
export const owners = alias(people, "owners");

/** What is read of a holder beside the row that names it. */
export const holderColumns = {
  token: { id: tokens.id, name: tokens.name, scopes: tokens.scopes },
  owner: { id: owners.id, role: owners.role },
  customer: { id: customers.id, slug: customers.slug },
  person: { id: people.id, name: people.name, mail: people.mail, role: people.role },
};

/** Columns of a row that names its holder; one of them is set. */
interface NamingColumns {
  tokenId: AnyPgColumn;
  customerId: AnyPgColumn;
  personId: AnyPgColumn;
}

/** How the tables of holders are joined to such a row: in this order. */
export function holderJoins(row: NamingColumns) {
  return {
    token: eq(tokens.id, row.tokenId),
    owner: eq(owners.id, tokens.personId),
    person: eq(people.id, row.personId),
    customer: or(eq(customers.id, row.customerId), eq(customers.id, people.customerId)),
  };
}

/** A token that still holds. */
export function tokenStands(now: Instant): SQL {
  return and(
    isNull(tokens.revokedAt),
    or(isNull(tokens.expiresAt), gt(tokens.expiresAt, now)),
    isNull(owners.deactivatedAt),
  )!;
}

/** Neither the token was revoked, nor the customer archived, nor the person let go. */
export function holderStands(now: Instant): SQL {
  return and(
    sql`(${tokens.id} is null or ${tokenStands(now)})`,
    isNull(customers.archivedAt),
    isNull(people.deactivatedAt),
  )!;
}

interface HolderRow {
  token: { id: number; name: string; scopes: Scope[] | null } | null;
  owner: { id: string; role: Role } | null;
  customer: { id: number; slug: string } | null;
  person: { id: string; name: string | null; mail: string | null; role: Role } | null;
}

export function toHolder({ token, owner, customer, person }: HolderRow): Holder {
  if (token !== null) {
    return { kind: "token", ...token, owner };
  }
  const named = person && { id: person.id, name: person.name ?? person.mail ?? person.id };
  return customer === null
    ? { kind: "person", ...named!, role: person!.role }
    : { kind: "customer", ...customer, person: named };
}

/** A person as the holder of what is being made for them; a customer is read with it. */
export function personHolder({
  id,
  name,
  mail,
  role,
}: Pick<Person, "id" | "name" | "mail" | "role">): Holder {
  return { kind: "person", id, name: name ?? mail ?? id, role };
}

/** The columns that name a holder. Somebody of a customer is named as the person they are. */
export function toHolderColumns(holder: Holder): {
  tokenId: number | null;
  customerId: number | null;
  personId: string | null;
} {
  const none = { tokenId: null, customerId: null, personId: null };
  switch (holder.kind) {
    case "token":
      return { ...none, tokenId: holder.id };
    case "person":
      return { ...none, personId: holder.id };
    case "customer":
      return holder.person === null
        ? { ...none, customerId: holder.id }
        : { ...none, personId: holder.person.id };
  }
}

/**
 * Under what the words of a holder are recorded: the id of a person, so that all their tokens and sessions are one; else the name of the
 * token, or of the customer whose link it is.
 */
export function authorOfHolder(holder: Holder): string {
  switch (holder.kind) {
    case "token":
      return holder.owner?.id ?? holder.name;
    case "person":
      return holder.id;
    case "customer":
      return holder.person?.id ?? `customer ${holder.slug}`;
  }
}
