/** Turns what a platform file says of routes, escalations and rotas into rules: defaults put in, names that refer to each other resolved. */
import type { AlertRules } from "../domain/alerting/alert-rules.ts";
import type { Escalation, EscalationStep } from "../domain/alerting/escalation.ts";
import { parseTarget } from "../domain/alerting/reach.ts";
import type { HoursSide, Rota, RotaLayer } from "../domain/alerting/rota.ts";
import type { AlertRoute } from "../domain/alerting/route.ts";
import type { SaidFile } from "./said-file.ts";
import type { Note, Path } from "./mistakes.ts";
import { toList } from "./described-calendar.ts";
import { guess } from "./nearest-word.ts";
import { titleFromSlug } from "./words.ts";

type Said<Section extends "routes" | "escalations" | "rotas"> =
  NonNullable<SaidFile[Section]> extends Map<string, infer One> ? One : never;
type SaidTurns = NonNullable<NonNullable<Said<"rotas">>["layers"]>[number];

/** Channels that stand in the environment and not in the file. */
const ofEnvironment = ["mail", "webhook"];
const usualPauseMs = 600_000;
const firstMonday = "2024-01-01";

/** Undefined: the file says nothing of it. */
export function toAlertRules(said: SaidFile, timeZone: string, note: Note): AlertRules | undefined {
  const { routes, escalations, rotas, management } = said;
  if ((routes ?? escalations ?? rotas ?? management) === undefined) {
    return undefined;
  }
  const reader = new Reader(said, note);
  reader.channels(toList(management), ["management"]);
  return {
    routes: [...(routes ?? [])].map(([slug, route]) => reader.route(slug, route)),
    escalations: [...(escalations ?? [])].map(([slug, one]) => reader.escalation(slug, one)),
    rotas: [...(rotas ?? [])].map(([slug, rota]) => reader.rota(slug, rota, timeZone)),
    management: [...new Set(toList(management))],
  };
}

/** Steps begin again as they came: after as long as between the last two that an acknowledgement makes needless. */
function toRepeat(
  said: NonNullable<Said<"escalations">>["repeat"],
  steps: readonly EscalationStep[],
): Escalation["repeat"] | undefined {
  const { times, after } = typeof said === "number" ? { times: said } : (said ?? {});
  if (times === undefined) {
    return undefined;
  }
  const [before, last] = steps.filter(({ unless }) => unless === "acknowledged").slice(-2);
  const betweenMs = last === undefined ? 0 : last.afterMs - before!.afterMs;
  return { times, pauseMs: after ?? (betweenMs === 0 ? usualPauseMs : betweenMs) };
}

class Reader {
  readonly #said: SaidFile;
  readonly #note: Note;

  constructor(said: SaidFile, note: Note) {
    this.#said = said;
    this.#note = note;
  }

  route(slug: string, said: Said<"routes">): AlertRoute {
    const path = ["routes", slug];
    const { services, groups, kinds, severity, waits_for: waitsFor, escalation } = said ?? {};
    this.#known("service", toList(services), this.#said.services, [...path, "services"]);
    this.#known("group", toList(groups), this.#said.groups, [...path, "groups"]);
    this.#known("calendar", toList(waitsFor), this.#said.calendars, [...path, "waits_for"]);
    this.#known("escalation", toList(escalation), this.#said.escalations, [...path, "escalation"]);
    return {
      slug,
      services: toList(services),
      groups: toList(groups),
      kinds: toList(kinds),
      severities: toList(severity),
      hours: this.#hours(said ?? {}, path),
      waitsFor: waitsFor ?? null,
      escalation: escalation ?? "",
    };
  }

  escalation(slug: string, said: Said<"escalations">): Escalation {
    const steps = (said?.steps ?? []).map(({ after, unless, tell } = {}) => ({
      afterMs: after ?? 0,
      unless: unless ?? ("acknowledged" as const),
      tell: [...new Set(toList(tell))],
    }));
    steps.forEach(({ afterMs, tell }, i) => {
      const path = ["escalations", slug, "steps", i];
      if (i > 0 && afterMs < steps[i - 1]!.afterMs) {
        this.#note("must not come before the step above it", [...path, "after"]);
      }
      tell.forEach((target) => this.#target(target, [...path, "tell"]));
    });
    if (steps.length > 0 && steps[0]!.unless === "over") {
      this.#note("the first step is for whoever can acknowledge", [
        "escalations",
        slug,
        "steps",
        0,
        "unless",
      ]);
    }
    const repeat = toRepeat(said?.repeat, steps);
    return {
      ...{ slug, title: said?.title ?? titleFromSlug(slug), steps },
      ...(repeat === undefined ? {} : { repeat }),
    };
  }

  rota(slug: string, said: Said<"rotas">, platformZone: string): Rota {
    const path = ["rotas", slug];
    const { title, time_zone: timeZone, layers, ...turns } = said ?? {};
    if ((turns.members === undefined) === (layers === undefined)) {
      this.#note('needs either "members" or "layers"', path);
    }
    return {
      slug,
      title: title ?? titleFromSlug(slug),
      timeZone: timeZone ?? platformZone,
      layers:
        layers === undefined
          ? [this.#layer(turns, {}, path)]
          : layers.map((layer, i) => this.#layer(layer ?? {}, turns, [...path, "layers", i])),
    };
  }

  /** What a layer does not say, its rota says. */
  #layer(said: NonNullable<SaidTurns>, ofRota: NonNullable<SaidTurns>, path: Path): RotaLayer {
    const members = (said.members ?? []).flatMap((one) => (one === undefined ? [] : [one]));
    return {
      members: members.map((one) => {
        const { person = "", by = [] } = typeof one === "string" ? { person: one } : one;
        this.channels(toList(by), [...path, "members"]);
        return { person, channels: toList(by) };
      }),
      every: said.every ?? ofRota.every ?? { count: 1, unit: "week" },
      starts: said.starts ?? ofRota.starts ?? firstMonday,
      handOver: said.hand_over ?? ofRota.hand_over ?? "09:00",
      hours: this.#hours(said, path),
    };
  }

  #hours({ during, outside }: { during?: string; outside?: string }, path: Path): HoursSide | null {
    if (during !== undefined && outside !== undefined) {
      this.#note('stands beside "during"; only one of them may be given', [...path, "outside"], "key");
    }
    this.#known("calendar", toList(during), this.#said.calendars, [...path, "during"]);
    this.#known("calendar", toList(outside), this.#said.calendars, [...path, "outside"]);
    const calendar = during ?? outside;
    return calendar === undefined ? null : { calendar, side: during === undefined ? "outside" : "inside" };
  }

  #target(text: string, path: Path): void {
    const target = parseTarget(text);
    if (target?.sort === "channel") {
      this.channels([target.name], path);
    } else if (target?.sort === "rota") {
      this.#known("rota", [target.name], this.#said.rotas, path);
    } else if (target?.sort === "management" && this.#said.management === undefined) {
      this.#note('nobody is named under "management"', path);
    }
  }

  channels(slugs: readonly string[], path: Path): void {
    const known = new Map(
      [...(this.#said.channels?.keys() ?? []), ...ofEnvironment].map((one) => [one, null]),
    );
    this.#known("channel", slugs, known, path);
  }

  #known(
    noun: string,
    slugs: readonly string[],
    known: ReadonlyMap<string, unknown> | undefined,
    path: Path,
  ): void {
    for (const slug of slugs.filter((one) => known?.has(one) !== true)) {
      const names = [...(known?.keys() ?? [])];
      const words = guess(slug, names) || (names.length === 0 ? "; there are none" : "");
      this.#note(`there is no ${noun} "${slug}"${words}`, path);
    }
  }
}
