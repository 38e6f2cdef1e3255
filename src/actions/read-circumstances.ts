/**
 * What decides about alerts beside the alerts themselves, as it stands at an instant: rules, silences, who took over, who can be called,
 * hours of calendars, what was done before. For actions/follow-alerts.ts, and for pages that say what comes next.
 */
import { expandCalendar } from "../calendars/holidays.ts";
import type { Circumstances } from "../domain/alerting/attention.ts";
import { flapWithinMs } from "../domain/alerting/flapping.ts";
import type { QuietWindow } from "../domain/alerting/mute.ts";
import type { StandingAlert } from "../domain/alerting/standing-alert.ts";
import type { WatchedService } from "../domain/alerting/troubles.ts";
import type { Trouble } from "../domain/alerting/alert.ts";
import { alertKey } from "../domain/alerting/alert.ts";
import { withKnownPeople } from "../domain/alerting/known-people.ts";
import { openTime } from "../domain/time/business-calendar.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { readCalendars } from "../store/agreements.ts";
import { listTakenSteps } from "../store/alert-events.ts";
import { readAlertRules } from "../store/alert-rules.ts";
import { listComingSilences } from "../store/alert-silences.ts";
import type { Database } from "../store/database.ts";
import { listPeople } from "../store/people.ts";
import { listOverridesIn } from "../store/rota-overrides.ts";
import { listOpenings } from "../store/standing-alerts.ts";

/** What the caller knows. */
export interface KnownNow {
  services: readonly Pick<WatchedService, "slug" | "groupSlug">[];
  windows: readonly QuietWindow[];
  troubles: readonly Trouble[];
  /** Channels of the configuration. */
  fallback: readonly string[];
}

/** Everything that `attend` asks for these alerts. */
export async function readCircumstances(
  db: Database,
  alerts: readonly StandingAlert[],
  { services, windows, troubles, fallback }: KnownNow,
  now: Instant,
): Promise<Circumstances> {
  const keys = [...new Set(alerts.map(({ key }) => key))];
  const ids = alerts.map(({ id }) => id);
  const openings = await listOpenings(db, keys, now - flapWithinMs);
  const taken = await listTakenSteps(db, ids);
  const causes = new Map(troubles.map((trouble) => [alertKey(trouble), trouble.causes ?? []]));
  return {
    ...(await readDutyGround(db, { start: now, end: now + 1 })),
    silences: await listComingSilences(db, now),
    windows,
    groupOf: new Map(services.map(({ slug, groupSlug }) => [slug, groupSlug ?? null])),
    causesOf: (key) => causes.get(key) ?? [],
    openingsOf: (key) => openings.get(key) ?? [],
    takenOf: (id) => taken.get(id) ?? [],
    fallback,
  };
}

/** What says who is on duty and who can be called within an interval. */
export async function readDutyGround(db: Database, within: Interval) {
  const people = await listPeople(db);
  const calendars = await readCalendars(db);
  const openTimeOf = (slug: string, span: Interval): Interval[] => {
    const named = calendars.get(slug);
    return named === undefined ? [] : openTime(calendarOf(named.wanted), span);
  };
  return {
    ...withKnownPeople(await readAlertRules(db), people),
    overrides: await listOverridesIn(db, within),
    openTimeOf,
    isOpen: (calendar: string, at: Instant) => openTimeOf(calendar, { start: at, end: at + 1 }).length > 0,
  };
}

/** Expanded once for a definition, however often a look asks. */
const expanded = new Map<string, ReturnType<typeof expandCalendar>>();
const calendarsKept = 100;

function calendarOf(definition: Parameters<typeof expandCalendar>[0]) {
  const key = JSON.stringify(definition);
  let calendar = expanded.get(key);
  if (calendar === undefined) {
    calendar = expandCalendar(definition);
    if (expanded.size >= calendarsKept) {
      expanded.clear();
    }
    expanded.set(key, calendar);
  }
  return calendar;
}
