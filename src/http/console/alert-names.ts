/** What services, calendars, channels, rotas, contracts and locations are called where pages of alerts name them. Read once for a page. */
import { namedFacts } from "../../domain/alerting/named-facts.ts";
import type { AlertFacts } from "../../domain/alerting/alert.ts";
import { readCalendars } from "../../store/agreements.ts";
import { readNamesOfThings } from "../../store/alert-names.ts";
import { readAlertRules } from "../../store/alert-rules.ts";
import type { ConsoleDeps } from "./deps.ts";

/** Each by its slug; what has gone keeps it. */
export interface AlertNames {
  /** "service_down gateway" → "The gateway"; "check_failing gateway/api" → "The gateway, api". */
  ofSubject(key: string): string;
  ofCalendar(slug: string): string;
  ofChannel(name: string): string;
  ofRota(slug: string): string;
  inFacts(facts: AlertFacts): AlertFacts;
}

export async function alertNames({ db, board, channels }: ConsoleDeps): Promise<AlertNames> {
  const services = new Map(board().services.map(({ slug, title }) => [slug, title]));
  const things = await readNamesOfThings(db);
  const calendars = await readCalendars(db);
  const rotas = new Map((await readAlertRules(db)).rotas.map(({ slug, title }) => [slug, title]));
  const titles = new Map(channels.list().map(({ name, title }) => [name, title]));
  return {
    ofSubject(key) {
      const subject = key.slice(key.indexOf(" ") + 1);
      const [service = "", check] = subject.split("/");
      const title = services.get(service) ?? things.contracts.get(service) ?? things.locations.get(service);
      return title === undefined ? subject : [title, check ?? []].flat().join(", ");
    },
    ofCalendar: (slug) => calendars.get(slug)?.wanted.title ?? slug,
    ofChannel: (name) => titles.get(name) ?? name,
    ofRota: (slug) => rotas.get(slug) ?? slug,
    inFacts: (facts) => namedFacts(facts, things),
  };
}
