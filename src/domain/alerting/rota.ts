/**
 * Who is on duty: people who take turns by days or weeks, with a hand-over at a local time of day; several layers where the hours of a
 * calendar belong to others; and whoever takes a turn over. Pure: overrides and hours of calendars are handed in.
 */
import { type Rotation, turnsIn } from "../time/rotation.ts";
import type { Instant, Interval } from "../time/interval.ts";
import { intersect, subtract } from "../time/interval.ts";

/** Somebody who takes turns. */
export interface RotaMember {
  /** A person: their id, or the mail address they sign in with. */
  person: string;
  /** Channels that reach them; none: their own mail. */
  channels: string[];
}

/** People who take turns, in hours of a calendar or outside them, or always. */
export interface RotaLayer extends Pick<Rotation, "every" | "starts" | "handOver"> {
  /** At least one, in the order of their turns. */
  members: RotaMember[];
  hours: HoursSide | null;
}

/** Inside or outside the hours of a calendar. */
export interface HoursSide {
  /** Slug of the calendar. */
  calendar: string;
  side: "inside" | "outside";
}

export interface Rota {
  slug: string;
  title: string;
  /** IANA name. */
  timeZone: string;
  /** The first that has somebody on duty decides. */
  layers: RotaLayer[];
}

/** Somebody takes the duty of a rota, in the place of whoever its layers name. */
export interface RotaOverride extends Interval {
  id: number;
  /** Slug of the rota. */
  rota: string;
  /** Id of the person. */
  person: string;
}

/** Somebody is on duty. */
export interface Duty {
  person: string;
  /** Channels that reach them; none: their own mail. */
  channels: string[];
  /** The override by which they are; null: it is their turn. */
  override: number | null;
}

/** A stretch with one answer; null: nobody is on duty, and calls go on to the next step. */
export interface DutyStretch extends Interval {
  duty: Duty | null;
}

/** When a calendar is open within an interval, by its slug. */
export type OpenTimeOf = (calendar: string, within: Interval) => Interval[];

/** Who is on duty throughout an interval: stretches that tile it, neighbours differing. */
export function dutyPlan(
  rota: Rota,
  overrides: readonly RotaOverride[],
  within: Interval,
  openTimeOf: OpenTimeOf,
): DutyStretch[] {
  const ofRota = overrides.filter((one) => one.rota === rota.slug);
  const claims: DutyStretch[] = [
    // The one made later holds.
    ...ofRota
      .toSorted((a, b) => b.id - a.id)
      .flatMap(({ id, person, ...at }) =>
        intersect([{ start: at.start, end: at.end }], [within]).map((stretch) => ({
          ...stretch,
          duty: { person, channels: channelsOf(rota, person), override: id },
        })),
      ),
    ...rota.layers.flatMap((layer) => turnsOf(layer, rota.timeZone, within, openTimeOf)),
  ];
  let free: Interval[] = within.start < within.end ? [within] : [];
  const stretches: DutyStretch[] = [];
  for (const { duty, ...claim } of claims) {
    const got = intersect(free, [claim]);
    stretches.push(...got.map((stretch) => ({ ...stretch, duty })));
    free = got.length === 0 ? free : subtract(free, got);
  }
  return joined([...stretches, ...free.map((gap) => ({ ...gap, duty: null }))]);
}

/** Who is on duty at an instant; null: nobody. */
export function dutyAt(
  rota: Rota,
  overrides: readonly RotaOverride[],
  at: Instant,
  openTimeOf: OpenTimeOf,
): Duty | null {
  return dutyPlan(rota, overrides, { start: at, end: at + 1 }, openTimeOf)[0]?.duty ?? null;
}

function turnsOf(
  layer: RotaLayer,
  timeZone: string,
  within: Interval,
  openTimeOf: OpenTimeOf,
): DutyStretch[] {
  const hours = hoursOf(layer.hours, within, openTimeOf);
  return turnsIn({ ...layer, timeZone }, within).flatMap(({ number, start, end }) => {
    const { person, channels } = layer.members[number % layer.members.length]!;
    return intersect(hours, [{ start, end }]).map((stretch) => ({
      ...stretch,
      duty: { person, channels, override: null },
    }));
  });
}

/** The part of an interval that lies on one side of a calendar's hours. */
export function hoursOf(hours: HoursSide | null, within: Interval, openTimeOf: OpenTimeOf): Interval[] {
  if (hours === null) {
    return [within];
  }
  const open = openTimeOf(hours.calendar, within);
  return hours.side === "inside" ? open : subtract([within], open);
}

/** Somebody who takes over is reached as in their own turns. */
function channelsOf({ layers }: Rota, person: string): string[] {
  return layers.flatMap(({ members }) => members).find((one) => one.person === person)?.channels ?? [];
}

function joined(stretches: DutyStretch[]): DutyStretch[] {
  const all: DutyStretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last !== undefined && last.end === stretch.start && isSame(last.duty, stretch.duty)) {
      last.end = stretch.end;
    } else {
      all.push({ ...stretch });
    }
  }
  return all;
}

function isSame(a: Duty | null, b: Duty | null): boolean {
  return a === null || b === null ? a === b : a.person === b.person && a.override === b.override;
}
