/** What those who did something are called: people by their names, as long as they are not erased; everybody else by what is recorded. */
import { isPersonId } from "../../domain/people/person.ts";
import type { Database } from "../../store/database.ts";
import { namesOfPeople } from "../../store/people.ts";
import type { Language } from "../language.ts";

export interface AuthorNames {
  /** The name of an author; what names no person, as it is. */
  of(author: string): string;
  /** Everybody who has a name, for a choice. */
  choices: { id: string; name: string }[];
}

/** Read once for a page. */
export async function authorNames(db: Database, language: Pick<Language, "say">): Promise<AuthorNames> {
  const names = await namesOfPeople(db);
  return {
    of: (author) => (isPersonId(author) ? (names.get(author) ?? language.say("person.erased")) : author),
    choices: [...names].flatMap(([id, name]) => (name === null ? [] : [{ id, name }])),
  };
}
