/** Signs a person in with what they know: their address and their password. What fails is in the audit, under the person if there is one. */
import { Unauthenticated } from "../domain/errors.ts";
import { type Person, personState, tidyMail } from "../domain/people/person.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { findPasswordHash } from "../store/passwords.ts";
import { findPersonByMail } from "../store/people.ts";
import type { ShownAtDoor } from "./open-session.ts";
import { isPassword } from "./password-hash.ts";

/**
 * The person whose password this is.
 *
 * @throws Unauthenticated sign_in_refused: it does not say which of the two is wrong
 */
export async function checkPassword(
  db: Database,
  { mail, password }: { mail: string; password: string },
  now: Instant,
): Promise<Person> {
  const person = await findPersonByMail(db, tidyMail(mail));
  const hash = person && (await findPasswordHash(db, person.id));
  if (!(await isPassword(password, hash)) || person === undefined || personState(person) !== "active") {
    await noteRefusal(db, person?.id ?? null, "password", now);
    throw new Unauthenticated("sign_in_refused", "Address and password do not belong together.", [
      { pointer: "/password", detail: "Check the address and the password." },
    ]);
  }
  return person;
}

/**
 * Records that somebody was not let in.
 *
 * @param person as whom they came; null: as nobody who is known here
 */
export function noteRefusal(
  db: Database,
  person: string | null,
  by: ShownAtDoor | "code",
  now: Instant,
): Promise<void> {
  return db.transaction((tx) =>
    appendAudit(tx, {
      ...{ kind: "sign-in", subject: person ?? "unknown", event: "refused", author: person ?? "unknown" },
      ...{ recordedAt: now, before: null, after: { by } },
    }),
  );
}
