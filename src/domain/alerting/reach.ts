/**
 * Whom a target of an escalation step leads to at an instant: a channel, whoever is on duty, a person, management.
 */
import type { Instant } from "../time/interval.ts";
import type { AlertRules } from "./alert-rules.ts";
import type { Reached } from "./escalation.ts";
import { dutyAt, type OpenTimeOf, type RotaOverride } from "./rota.ts";

/** A target in its two halves: `rota:platform`. */
export interface Target {
  sort: "channel" | "rota" | "person" | "management";
  /** Slug, id or mail address; "": management has none. */
  name: string;
}

const written = /^(channel|rota|person):(\S+)$/;

/** Null: it is none. */
export function parseTarget(text: string): Target | null {
  const [, sort, name] = written.exec(text) ?? [];
  if (sort !== undefined && name !== undefined) {
    return { sort: sort as Target["sort"], name };
  }
  return text === "management" ? { sort: "management", name: "" } : null;
}

/** What has to be known to reach people. */
export interface Reachability {
  rules: AlertRules;
  overrides: readonly RotaOverride[];
  openTimeOf: OpenTimeOf;
  /** Id of a person who can be called, by id or mail address; undefined: nobody is known so, or they have left. */
  personOf(name: string): string | undefined;
}

/** Whom a target leads to at an instant; none: nobody is on duty, or nobody is known so. */
export function reach(text: string, known: Reachability, at: Instant): Reached[] {
  const target = parseTarget(text);
  switch (target?.sort) {
    case undefined:
      return [];
    case "channel":
      return [{ channel: target.name, target: null, person: null }];
    case "management":
      return known.rules.management.map((channel) => ({ channel, target: text, person: null }));
    case "person":
      return reachPerson(target.name, [], null, known);
    case "rota": {
      const rota = known.rules.rotas.find(({ slug }) => slug === target.name);
      const duty = rota === undefined ? null : dutyAt(rota, known.overrides, at, known.openTimeOf);
      return duty === null ? [] : reachPerson(duty.person, duty.channels, text, known);
    }
  }
}

function reachPerson(
  name: string,
  channels: readonly string[],
  target: string | null,
  { personOf }: Reachability,
): Reached[] {
  const person = personOf(name);
  if (person === undefined) {
    return [];
  }
  const ways = channels.length === 0 ? [`person:${person}`] : channels;
  return ways.map((channel) => ({ channel, target, person }));
}
