/** A report for people to read: it is sealed with the ids of people, and printed with their names, as long as they are not erased. */
import { reportLanguage } from "../documents/report-language.ts";
import { withNames } from "../domain/people/names.ts";
import type { Report } from "../domain/sla/report/report.ts";
import type { Database } from "../store/database.ts";
import { namesOfPeople } from "../store/people.ts";

/** Names people in reports, by what they are called now. Read once for many reports. */
export async function peopleNamer(db: Database): Promise<(report: Report) => Report> {
  const names = await namesOfPeople(db);
  return (report) => {
    const erased = reportLanguage(report.language).say("person.erased");
    return withNames(report, (id) => names.get(id) ?? erased);
  };
}
