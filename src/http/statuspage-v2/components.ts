/** Services and their groups as components of the Statuspage API. */
import { type ServiceState, type ShownState, shownStates } from "../../domain/status/service.ts";
import type { MeasuredService, ServiceCondition } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoDay, isoInstant } from "../../domain/time/written-instant.ts";
import type { StatuspageIds } from "./statuspage-id.ts";

export interface Component {
  id: string;
  name: string;
  status: ServiceState;
  created_at: string;
  updated_at: string;
  position: number;
  description: string | null;
  showcase: boolean;
  start_date: string | null;
  group_id: string | null;
  page_id: string;
  group: boolean;
  only_show_if_degraded: boolean;
  /** Of a group: ids of its services. */
  components?: string[];
}

/** Every group, then every service, as the original orders them: by position, groups holding theirs by id. */
export function componentsOf(
  board: StatusBoard,
  conditions: ReadonlyMap<string, ServiceCondition>,
  ids: StatuspageIds,
): Component[] {
  const services = board.services.map((service, i) =>
    serviceComponent(service, conditions.get(service.slug)!, i + 1, ids),
  );
  const groups = board.groups.flatMap((group, i): Component[] => {
    const inside = board.services.filter(({ groupSlug }) => groupSlug === group.slug);
    if (inside.length === 0) {
      return [];
    }
    const id = ids.of("group", group.slug);
    const own = services.filter(({ group_id }) => group_id === id);
    return [
      {
        id,
        name: group.title,
        status: worst(own.map(({ status }) => status)),
        created_at: isoInstant(Math.min(...inside.map(({ createdAt }) => createdAt))),
        updated_at: own
          .map(({ updated_at }) => updated_at)
          .sort()
          .at(-1)!,
        position: i + 1,
        description: group.description === "" ? null : group.description,
        showcase: false,
        start_date: null,
        group_id: null,
        page_id: ids.page,
        group: true,
        only_show_if_degraded: false,
        components: own.map((component) => component.id),
      },
    ];
  });
  return [...groups, ...services];
}

function serviceComponent(
  { slug, title, description, createdAt, groupSlug, observedFrom }: MeasuredService,
  { state, since }: ServiceCondition,
  position: number,
  ids: StatuspageIds,
): Component {
  return {
    id: ids.of("component", slug),
    name: title,
    status: statusOf(state),
    created_at: isoInstant(createdAt),
    updated_at: isoInstant(Math.max(createdAt, since ?? createdAt)),
    position,
    description: description === "" ? null : description,
    showcase: true,
    start_date: observedFrom === null ? null : isoDay(observedFrom),
    group_id: groupSlug === null ? null : ids.of("group", groupSlug),
    page_id: ids.page,
    group: false,
    only_show_if_degraded: false,
  };
}

/**
 * A state in the five words that clients know. They have none for "nobody can tell": it is told as degraded, because what is not seen must
 * not read as running.
 */
export function statusOf(state: ShownState): ServiceState {
  return state === "unknown" ? "degraded_performance" : state;
}

function worst(states: readonly ServiceState[]): ServiceState {
  return states.reduce((a, b) => (shownStates.indexOf(b) > shownStates.indexOf(a) ? b : a), "operational");
}

/** When anything of a component was last said or measured to have changed. */
export function latestOf(instants: readonly (Instant | null)[]): Instant {
  return Math.max(0, ...instants.filter((at) => at !== null));
}
