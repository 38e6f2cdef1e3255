/** Those who are called in the demo: they were invited and came in before its history begins, and tonight somebody stands in for another. */
import { pathOfAccessLink } from "../../actions/access-link.ts";
import { invitePerson } from "../../actions/invite-person.ts";
import { join } from "../../actions/join.ts";
import { takeDuty } from "../../actions/take-duty.ts";
import type { Role } from "../../domain/people/rights.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Database } from "../../store/database.ts";
import { findPersonByMail } from "../../store/people.ts";
import { type Origin, spanOf } from "../history/span.ts";
import { amir, ida, jonas, lars, mette, sara } from "./people.ts";

const staff: readonly { name: string; role: Role }[] = [
  { name: ida, role: "admin" },
  { name: jonas, role: "ops" },
  { name: sara, role: "ops" },
  { name: amir, role: "ops" },
  { name: mette, role: "account-manager" },
  { name: lars, role: "account-manager" },
];
const hourMs = 3_600_000;

/** Everybody follows an invitation and chooses a password, which nobody knows. Done again, it changes nothing. */
export async function fillOffice(db: Database, secretKey: string, origin: Origin): Promise<void> {
  const at = spanOf(origin).start;
  for (const { name, role } of staff) {
    const mail = mailOf(name);
    if ((await findPersonByMail(db, mail)) === undefined) {
      await db.transaction(async (tx) => {
        const { link } = await invitePerson(tx, { role, customer: null, name, mail }, "demo", at);
        const sealed = pathOfAccessLink(secretKey, link).split("/").at(-1)!;
        await join(tx, secretKey, sealed, { name, mail, password: crypto.randomUUID() }, at);
      });
    }
  }
}

/** Sara takes the evening of tomorrow from whose week it is. */
export async function standIn(db: Database, now: Instant): Promise<void> {
  const person = (await findPersonByMail(db, mailOf(sara)))!.id;
  const start = Math.ceil(now / hourMs) * hourMs + 20 * hourMs;
  const note = "Parents’ evening at the school";
  await takeDuty(db, { rota: "operations", person, note, start, end: start + 5 * hourMs }, person, now);
}

function mailOf(name: string): string {
  return `${name.toLowerCase().replace(" ", ".")}@skarv.example`;
}
