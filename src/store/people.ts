/** People: the only rows with names and addresses. A person is never deleted: what is known of them is erased, and the id stays. */
import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { Conflict, NotFound } from "../domain/errors.ts";
import type { Person } from "../domain/people/person.ts";
import { findCustomerId } from "./agreements.ts";
import type { Database } from "./database.ts";
import { customers } from "./tables/agreements.ts";
import { people } from "./tables/people.ts";

/** @throws NotFound customer_not_found; Conflict mail_taken */
export async function insertPerson(db: Database, person: Person, author: string): Promise<void> {
  const { customer, erasedAt: _, ...row } = person;
  await refuseTakenMail(db, person.mail, person.id);
  await db.insert(people).values({ ...row, author, customerId: await customerIdOf(db, customer) });
}

/**
 * The person of this id, whom nobody else changes until the transaction is over.
 *
 * @throws NotFound person_not_found
 */
export async function lockPerson(tx: Database, id: string): Promise<Person> {
  await tx.select({ id: people.id }).from(people).where(eq(people.id, id)).for("update");
  return getPerson(tx, id);
}

export async function findPerson(db: Database, id: string): Promise<Person | undefined> {
  const [row] = await select(db).where(eq(people.id, id));
  return row;
}

/** @throws NotFound person_not_found */
export async function getPerson(db: Database, id: string): Promise<Person> {
  const row = await findPerson(db, id);
  if (row === undefined) {
    throw new NotFound("person_not_found", "There is no such person.");
  }
  return row;
}

export async function findPersonByMail(db: Database, mail: string): Promise<Person | undefined> {
  const [row] = await select(db).where(eq(people.mail, mail));
  return row;
}

/** Everybody there ever was, in the order they were invited. */
export async function listPeople(db: Database): Promise<Person[]> {
  return select(db).orderBy(asc(people.createdAt), asc(people.id));
}

export async function hasPeople(db: Database): Promise<boolean> {
  const rows = await db
    .select({ one: sql`1` })
    .from(people)
    .limit(1);
  return rows.length > 0;
}

/** Ids of the admins who may come in. Two who change them at once follow each other. */
export async function lockAdmins(tx: Database): Promise<string[]> {
  const rows = await tx
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.role, "admin"), isNotNull(people.joinedAt), isNull(people.deactivatedAt)))
    .orderBy(asc(people.id))
    .for("update");
  return rows.map(({ id }) => id);
}

/** Stores what a person has become. @throws NotFound customer_not_found; Conflict mail_taken */
export async function savePerson(tx: Database, person: Person): Promise<void> {
  const { id, customer, ...row } = person;
  await refuseTakenMail(tx, person.mail, id);
  await tx
    .update(people)
    .set({ ...row, customerId: await customerIdOf(tx, customer) })
    .where(eq(people.id, id));
}

/** What people are called, by id; null: they were erased, or have not said yet. */
export async function namesOfPeople(db: Database): Promise<ReadonlyMap<string, string | null>> {
  const rows = await db.select({ id: people.id, name: people.name, mail: people.mail }).from(people);
  return new Map(rows.map(({ id, name, mail }) => [id, name ?? mail]));
}

async function refuseTakenMail(db: Database, mail: string | null, id: string): Promise<void> {
  const other = mail === null ? undefined : await findPersonByMail(db, mail);
  if (other !== undefined && other.id !== id) {
    throw new Conflict("mail_taken", "Somebody with this address is here already.", [
      { pointer: "/mail", detail: "This address belongs to somebody else here." },
    ]);
  }
}

async function customerIdOf(db: Database, slug: string | null): Promise<number | null> {
  if (slug === null) {
    return null;
  }
  const id = await findCustomerId(db, slug);
  if (id === undefined) {
    throw new NotFound("customer_not_found", `There is no customer "${slug}".`, [
      { pointer: "/customer", detail: `There is no customer "${slug}".` },
    ]);
  }
  return id;
}

function select(db: Database) {
  return db
    .select({
      id: people.id,
      role: people.role,
      customer: customers.slug,
      name: people.name,
      mail: people.mail,
      language: people.language,
      createdAt: people.createdAt,
      joinedAt: people.joinedAt,
      deactivatedAt: people.deactivatedAt,
      erasedAt: people.erasedAt,
    })
    .from(people)
    .leftJoin(customers, eq(customers.id, people.customerId))
    .$dynamic();
}
