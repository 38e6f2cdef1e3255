/** A person as the pages of the console show one. */
import { type Person, type PersonState, personState } from "../../domain/people/person.ts";
import type { Role } from "../../domain/people/rights.ts";
import { type Markup, shortTimeMarkup } from "../pages/markup.ts";
import type { ConsoleContext } from "./room.ts";

export interface ShownPerson {
  id: string;
  /** Name, else address, else that they have not said, else that they were erased. */
  name: string;
  mail: string | null;
  role: Role;
  customer: string | null;
  state: PersonState;
  since: Markup;
  isSelf: boolean;
}

export function shownPerson(person: Person, context: ConsoleContext): ShownPerson {
  const { id, name, mail, role, customer } = person;
  const state = personState(person);
  const since = person.erasedAt ?? person.deactivatedAt ?? person.joinedAt ?? person.createdAt;
  const nameless = context.language.say(state === "erased" ? "person.erased" : "console.personUnnamed");
  return {
    ...{ id, name: name ?? mail ?? nameless, mail, role, customer, state },
    ...{ since: shortTimeMarkup(since, context), isSelf: id === context.author },
  };
}
