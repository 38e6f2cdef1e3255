/**
 * What contracts promise for one incident, as its page in the console tells it: each clock with its priority and the contracts that have it
 * due at the same time, the strictest first. Many contracts of one policy are one line.
 */
import { clocksOfIncident } from "../../actions/running-clocks.ts";
import type { Incident } from "../../domain/status/incident.ts";
import type { ConsoleDeps } from "./deps.ts";
import type { ConsoleContext } from "./room.ts";
import { type ShownClock, shownClock } from "./shown-clock.ts";

/** More contracts than these stand behind a fold. */
const namedAtOnce = 5;

export interface IncidentClock {
  clock: ShownClock;
  /** As the contracts call it; "": none is given. */
  priority: string;
  /** Slugs of the contracts that promise it. */
  contracts: string[];
  /** The further ones, and how many contracts they all are, in words; null: there are no further ones. */
  further: { words: string; contracts: string[] } | null;
}

/** None for whoever may not read what is promised. */
export async function incidentClocks(
  incident: Incident,
  { db }: ConsoleDeps,
  context: ConsoleContext,
): Promise<IncidentClock[]> {
  if (!context.scopes.has("read:requests")) {
    return [];
  }
  const { say } = context.language;
  const clocks = await clocksOfIncident(db, incident, context.now);
  return clocks.flatMap(({ kind, reading, contracts, priorityTitle, priority }) => {
    const clock = shownClock(kind, reading, context);
    const further = contracts.slice(namedAtOnce);
    return clock === null
      ? []
      : [
          {
            ...{
              clock,
              priority: priorityTitle ?? priority ?? "",
              contracts: contracts.slice(0, namedAtOnce),
            },
            further:
              further.length === 0
                ? null
                : {
                    words: say("console.incident.furtherContracts", { n: further.length }),
                    contracts: further,
                  },
          },
        ];
  });
}
