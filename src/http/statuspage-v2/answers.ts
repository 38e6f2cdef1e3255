/**
 * The public part of the Statuspage API, version 2, at the addresses of the original, so that clients written for it work unchanged:
 * the same names, words and kinds of value. Told from the board like the page itself.
 */
import { isUnderWay, maintenanceStateAt } from "../../domain/status/maintenance-window.ts";
import { type ShownState, worstState } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { conditionsOf } from "../pages/conditions.ts";
import { componentsOf, latestOf } from "./components.ts";
import { isOver, toStatuspageIncident, toStatuspageMaintenance, type Telling } from "./incidents.ts";
import { statuspageIds } from "./statuspage-id.ts";

/** The original tells the latest fifty of each. */
const told = 50;

/** What stands after `/api/v2/` → what it answers. */
const answers = {
  "summary.json": (facts: Facts) => ({
    page: facts.page,
    components: facts.components,
    incidents: facts.incidents().filter((incident) => !isOver(incident)),
    scheduled_maintenances: facts.maintenances(({ under, coming }) => under || coming),
    status: facts.status,
  }),
  "status.json": ({ page, status }: Facts) => ({ page, status }),
  "components.json": ({ page, components }: Facts) => ({ page, components }),
  "incidents.json": ({ page, incidents }: Facts) => ({ page, incidents: incidents().slice(0, told) }),
  "incidents/unresolved.json": ({ page, incidents }: Facts) => ({
    page,
    incidents: incidents().filter((incident) => !isOver(incident)),
  }),
  "scheduled-maintenances.json": ({ page, maintenances }: Facts) => ({
    page,
    scheduled_maintenances: maintenances(() => true).slice(0, told),
  }),
  "scheduled-maintenances/upcoming.json": ({ page, maintenances }: Facts) => ({
    page,
    scheduled_maintenances: maintenances(({ coming }) => coming),
  }),
  "scheduled-maintenances/active.json": ({ page, maintenances }: Facts) => ({
    page,
    scheduled_maintenances: maintenances(({ under }) => under),
  }),
} satisfies Record<string, (facts: Facts) => object>;

export const statuspagePaths: readonly string[] = Object.keys(answers).map((name) => `/api/v2/${name}`);

/**
 * The answer at a path, as JSON text.
 *
 * @param path one of `statuspagePaths`
 * @param address address of the page, without a slash at the end
 */
export function statuspageAnswer(path: string, board: StatusBoard, address: string, now: Instant): string {
  const name = path.slice("/api/v2/".length) as keyof typeof answers;
  return JSON.stringify(answers[name](factsOf(board, address, now)));
}

type Facts = ReturnType<typeof factsOf>;

function factsOf(board: StatusBoard, address: string, now: Instant) {
  const { settings, incidents, windows } = board;
  const conditions = conditionsOf(board, now);
  const ids = statuspageIds(board.platformSince ?? 0);
  const components = componentsOf(board, conditions, ids);
  const byId = new Map(components.map((component) => [component.id, component]));
  const telling: Telling = {
    ...{ ids, address, now },
    components: new Map(board.services.map(({ slug }) => [slug, byId.get(ids.of("component", slug))!])),
  };
  const changedAt = latestOf([
    ...[...conditions.values()].map(({ since }) => since),
    ...incidents.map(({ updates }) => updates.at(-1)!.at),
    ...windows.map(({ updates, announcedAt }) => updates.at(-1)?.at ?? announcedAt),
  ]);
  const announced = windows.filter(({ state }) => state !== "cancelled");
  return {
    page: {
      id: ids.page,
      name: settings.name,
      url: address,
      time_zone: settings.timeZone,
      updated_at: isoInstant(changedAt === 0 ? board.at : changedAt),
    },
    status: indicators[worstState([...conditions.values()].map(({ state }) => state))],
    components,
    incidents: () => incidents.map((incident) => toStatuspageIncident(incident, telling)),
    maintenances: (wanted: (at: { under: boolean; coming: boolean }) => boolean) =>
      announced
        .filter((window) =>
          wanted({
            under: isUnderWay(window, now),
            coming: maintenanceStateAt(window, now) === "scheduled",
          }),
        )
        .map((window) => toStatuspageMaintenance(window, telling))
        // Newest first, as incidents are.
        .reverse(),
  };
}

/** The whole page in one word of the original's, and its usual sentence. */
const indicators: Record<ShownState, { indicator: string; description: string }> = {
  operational: { indicator: "none", description: "All Systems Operational" },
  unknown: { indicator: "minor", description: "Partially Degraded Service" },
  under_maintenance: { indicator: "maintenance", description: "Service Under Maintenance" },
  degraded_performance: { indicator: "minor", description: "Partially Degraded Service" },
  partial_outage: { indicator: "major", description: "Partial System Outage" },
  major_outage: { indicator: "critical", description: "Major Service Outage" },
};
