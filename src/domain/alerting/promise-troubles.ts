/**
 * What of a promise nobody would notice: a service that a contract promises and no check decides, and one whose alerts lead to nobody
 * (policy rule 12). Pure, from what is agreed, watched and routed. Beside troubles.ts.
 */
import type { AlertRules } from "./alert-rules.ts";
import type { Trouble } from "./alert.ts";
import { isFor } from "./route.ts";

/** A service as far as it is looked at here. */
export interface PromisedService {
  slug: string;
  title: string;
  groupSlug: string | null;
  /** Whether a check decides its state. */
  isWatched: boolean;
  /** The first contract that covers it now, by slug; null: none does. */
  contract: string | null;
}

/**
 * @param fallback channels to which whatever fits no route goes
 */
export function promiseTroubles(
  services: readonly PromisedService[],
  { routes }: Pick<AlertRules, "routes">,
  fallback: readonly string[],
): Trouble[] {
  return services.flatMap(({ slug, title, groupSlug, isWatched, contract }) => {
    const facts = { service: slug, title };
    if (!isWatched) {
      return contract === null ? [] : [trouble("promise_unmonitored", slug, { ...facts, contract })];
    }
    // Where nobody was ever to be told, that is no gap of this service.
    const subject = { kind: "service_down", severity: "critical", service: slug, group: groupSlug } as const;
    const isLed = fallback.length > 0 || isAlwaysLed(routes.filter((route) => isFor(route, subject)));
    return isLed || routes.length === 0 ? [] : [trouble("service_unrouted", slug, facts)];
  });
}

/** Whether some route holds at every hour: one without hours, or two on both sides of one calendar. */
function isAlwaysLed(routes: AlertRules["routes"]): boolean {
  const sides = routes.flatMap(({ hours }) => hours ?? []);
  return (
    routes.some(({ hours }) => hours === null) ||
    sides.some(({ calendar, side }) =>
      sides.some((other) => other.calendar === calendar && other.side !== side),
    )
  );
}

function trouble(kind: Trouble["kind"], subject: string, facts: Trouble["facts"]): Trouble {
  return { kind, subject, facts, certain: true, behind: [], parents: [] };
}
