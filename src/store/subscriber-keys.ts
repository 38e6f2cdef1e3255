/** What the ways rest on by which subscribers came in: links and passwords of pages, and who may still sign in. */
import { and, eq, gt, inArray, isNull } from "drizzle-orm";
import type { SubscriberWay } from "../domain/status/subscription.ts";
import { type KnownKeys, signInKey } from "../domain/status/subscriber-access.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { owners, tokenStands } from "./holders.ts";
import { listPagePasswords } from "./page-keys.ts";
import { customers } from "./tables/agreements.ts";
import { accessLinks, pageLinks, people, tokens } from "./tables/people.ts";

/** Reads what these ways rest on, and asks for nothing where they rest on nothing. */
export async function readSubscriberKeys(
  db: Database,
  ways: readonly SubscriberWay[],
  now: Instant,
): Promise<KnownKeys> {
  const links = await readLinks(
    db,
    ways.flatMap((way) => (way.kind === "link" ? way.id : [])),
  );
  const passwords = ways.some(({ kind }) => kind === "password") ? await listPagePasswords(db) : [];
  return {
    readAt: now,
    links: new Map(links.map((link) => [link.id, link])),
    passwords: new Map(passwords.map(({ page, setAt }) => [page, setAt])),
    signIns: new Map([
      ...(await readPeople(
        db,
        ways.flatMap((way) => (way.kind === "person" ? way.id : [])),
      )),
      ...(await readTokens(
        db,
        ways.flatMap((way) => (way.kind === "token" ? way.id : [])),
        now,
      )),
      ...(await readPortalLinks(
        db,
        ways.flatMap((way) => (way.kind === "portal_link" ? way.id : [])),
        now,
      )),
    ]),
  };
}

async function readLinks(db: Database, ids: string[]) {
  return ids.length === 0 ? [] : db.select().from(pageLinks).where(inArray(pageLinks.id, ids));
}

type SignIn = [key: string, customer: string | null];

/** Those who were not let go, nor their customer archived. */
async function readPeople(db: Database, ids: string[]): Promise<SignIn[]> {
  if (ids.length === 0) {
    return [];
  }
  const rows = await db
    .select({ id: people.id, customer: customers.slug })
    .from(people)
    .leftJoin(customers, eq(customers.id, people.customerId))
    .where(and(inArray(people.id, ids), isNull(people.deactivatedAt), isNull(customers.archivedAt)));
  return rows.map(({ id, customer }) => [signInKey({ kind: "person", id }), customer]);
}

async function readTokens(db: Database, ids: number[], now: Instant): Promise<SignIn[]> {
  if (ids.length === 0) {
    return [];
  }
  const rows = await db
    .select({ id: tokens.id })
    .from(tokens)
    .leftJoin(owners, eq(owners.id, tokens.personId))
    .where(and(inArray(tokens.id, ids), tokenStands(now)));
  return rows.map(({ id }) => [signInKey({ kind: "token", id }), null]);
}

async function readPortalLinks(db: Database, ids: string[], now: Instant): Promise<SignIn[]> {
  if (ids.length === 0) {
    return [];
  }
  const rows = await db
    .select({ id: accessLinks.id, customer: customers.slug })
    .from(accessLinks)
    .innerJoin(customers, eq(customers.id, accessLinks.customerId))
    .where(
      and(
        inArray(accessLinks.id, ids),
        isNull(accessLinks.revokedAt),
        gt(accessLinks.expiresAt, now),
        isNull(customers.archivedAt),
      ),
    );
  return rows.map(({ id, customer }) => [signInKey({ kind: "portal_link", id }), customer]);
}
