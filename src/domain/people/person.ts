/**
 * A person. Everything that is recorded about what they did names them by an id; name and address stand in one row, which can be erased:
 * then the id is all that is left, and every record still holds.
 */
import { Conflict, type Fault, InvalidInput } from "../errors.ts";
import { titleFaults } from "../status/public-words.ts";
import type { Instant } from "../time/interval.ts";
import type { Role } from "./rights.ts";

export interface Person {
  /** `p_` and 16 letters and digits: under which their words are recorded, for ever. */
  id: string;
  role: Role;
  /** Slug of the customer they belong to; null: they work here. */
  customer: string | null;
  /** Null: not said yet, or erased. */
  name: string | null;
  /** Null: not said yet, or erased. In small letters. */
  mail: string | null;
  /** Code of the language they chose; null: as their browser asks. */
  language: string | null;
  createdAt: Instant;
  /** When they followed their invitation; null: not yet. */
  joinedAt: Instant | null;
  /** Since when they may come in no more; null: they may. */
  deactivatedAt: Instant | null;
  erasedAt: Instant | null;
}

const idPattern = /^p_[a-z0-9]{16}$/;

/** Whether an author of something is a person, and not a token or the program. */
export function isPersonId(author: string): boolean {
  return idPattern.test(author);
}

/** How somebody stands here. */
export type PersonState = "invited" | "active" | "deactivated" | "erased";

export function personState({
  joinedAt,
  deactivatedAt,
  erasedAt,
}: Pick<Person, "joinedAt" | "deactivatedAt" | "erasedAt">): PersonState {
  if (erasedAt !== null) {
    return "erased";
  }
  return deactivatedAt !== null ? "deactivated" : joinedAt === null ? "invited" : "active";
}

/** Faults of a name: one line, not empty. */
export function nameFaults(name: string, pointer: string): Fault[] {
  return name.trim() === ""
    ? [{ pointer, detail: "A name is needed." }]
    : [...name].length > 80
      ? [{ pointer, detail: "A name has at most 80 characters." }]
      : titleFaults(name, pointer);
}

/** An address of mail as it is kept and compared. */
export function tidyMail(mail: string): string {
  return mail.trim().toLowerCase();
}

/** Faults of an address: something@somewhere; whether it is read, only a mail to it shows. */
export function mailFaults(mail: string, pointer: string): Fault[] {
  const isOne = /^[^\s@\p{C}<>"(),:;[\]\\]{1,64}@[^\s@\p{C}<>"(),:;[\]\\]{1,190}$/u.test(mail.trim());
  return isOne ? [] : [{ pointer, detail: "An address of mail is written name@example.org." }];
}

/** A role takes a customer exactly when it is that of one. */
export function roleFaults({ role, customer }: Pick<Person, "role" | "customer">): Fault[] {
  if (role === "customer" && customer === null) {
    return [{ pointer: "/customer", detail: "Somebody of a customer needs the customer they belong to." }];
  }
  return role !== "customer" && customer !== null
    ? [{ pointer: "/customer", detail: "Only somebody with the role customer belongs to one." }]
    : [];
}

/**
 * Refuses to leave the platform without anybody who may let others in.
 *
 * @param admins ids of all active admins
 * @throws Conflict last_admin
 */
export function refuseLastAdmin(admins: readonly string[], person: string): void {
  if (admins.length === 1 && admins[0] === person) {
    throw new Conflict("last_admin", "This is the last admin: make somebody else one first.");
  }
}

/** @throws Conflict person_erased */
export function refuseErased(person: Pick<Person, "erasedAt">): void {
  if (person.erasedAt !== null) {
    throw new Conflict("person_erased", "This person was erased; nothing of them can be changed.");
  }
}

const shortest = 12;
const longest = 200;

/**
 * Refuses a password that is easily guessed: length is what counts, and that it is not what everybody knows of the person.
 *
 * @throws InvalidInput weak_password
 */
export function refuseWeakPassword(password: string, person: Pick<Person, "name" | "mail">): void {
  const faults: Fault[] = [];
  const length = [...password].length;
  const plain = password.toLowerCase();
  if (length < shortest || length > longest) {
    faults.push({ pointer: "/password", detail: `A password has ${shortest} to ${longest} characters.` });
  } else if (new Set(plain).size < 5) {
    faults.push({ pointer: "/password", detail: "A password has at least five different characters." });
  } else if ([person.name, person.mail].some((known) => known !== null && known.toLowerCase() === plain)) {
    faults.push({ pointer: "/password", detail: "A password is neither a name nor an address." });
  }
  if (faults.length > 0) {
    throw new InvalidInput("weak_password", "This password cannot be taken.", faults);
  }
}
