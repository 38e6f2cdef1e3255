/** What contracts, locations and people are called, for whoever tells people of alerts about them. */
import type { NamesOfThings } from "../domain/alerting/named-facts.ts";
import { listContractTitles } from "./covered-services.ts";
import type { Database } from "./database.ts";
import { namesOfPeople } from "./people.ts";
import { locations } from "./tables/watched.ts";

export async function readNamesOfThings(db: Database): Promise<NamesOfThings> {
  const places = await db.select({ slug: locations.slug, title: locations.title }).from(locations);
  return {
    contracts: new Map((await listContractTitles(db)).map(({ slug, title }) => [slug, title])),
    locations: new Map(places.map(({ slug, title }) => [slug, title])),
    people: await namesOfPeople(db),
  };
}
