/** Reads what people said longer ago than a board remembers (domain/status/older-words.ts): a few queries, however much there is. */
import { min } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import { noOlderWords, type OlderAsked, type OlderWords } from "../domain/status/older-words.ts";
import type { Incident } from "../domain/status/incident.ts";
import type { Database } from "./database.ts";
import { getIncident, listIncidentsIn } from "./incidents.ts";
import { getWindow, listWindowsIn } from "./maintenance-windows.ts";
import { incidents, maintenanceWindows } from "./tables/words.ts";

/** The words; none where there are none. */
export async function readOlderWords(db: Database, asked: OlderAsked): Promise<OlderWords> {
  switch (asked.kind) {
    case "incident":
      return { ...noOlderWords, incidents: await foundOrNone(() => readWhole(db, asked.reference)) };
    case "window":
      return { ...noOlderWords, windows: await foundOrNone(() => getWindow(db, asked.reference)) };
    case "stretch": {
      const [firstIncident] = await db.select({ at: min(incidents.startedAt) }).from(incidents);
      const [firstWindow] = await db
        .select({ at: min(maintenanceWindows.plannedStart) })
        .from(maintenanceWindows);
      const first = [firstIncident, firstWindow].flatMap((row) => row?.at ?? []);
      return {
        incidents: await listIncidentsIn(db, asked.stretch),
        windows: await listWindowsIn(db, asked.stretch),
        firstAt: first.length === 0 ? null : Math.min(...first),
      };
    }
  }
}

/** The incident, or the one that it became part of. */
async function readWhole(db: Database, reference: string): Promise<Incident> {
  const incident = await getIncident(db, reference);
  return incident.mergedInto === null ? incident : getIncident(db, incident.mergedInto);
}

async function foundOrNone<T>(read: () => Promise<T>): Promise<T[]> {
  try {
    return [await read()];
  } catch (error) {
    if (error instanceof NotFound) {
      return [];
    }
    throw error;
  }
}
