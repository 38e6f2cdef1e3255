/** What a reader is told of a clause: its name, and what it says. From the files that put clauses into words to whoever prints them. */

/** A clause by its name and what it says. */
export interface ToldClause {
  name: string;
  text: string;
}
