/**
 * What has to happen to the alerts that are not over, at an instant: which are muted, which speak for others, which flap, which are over,
 * and whom the rest call. From stored facts alone: run again at the same instant it asks for nothing more, however often and by whichever
 * server it was run before.
 */
import type { Instant } from "../time/interval.ts";
import type { AlertFacts } from "./alert.ts";
import type { AlertHappening } from "./alert-history.ts";
import type { Escalation, Reached, TakenStep } from "./escalation.ts";
import { stepsToTake, withRepeats } from "./escalation.ts";
import { hasSettled, isFlapping } from "./flapping.ts";
import { type CausesOf, speakerFor } from "./grouping.ts";
import { muteCause, type QuietReasons } from "./mute.ts";
import { reach, type Reachability } from "./reach.ts";
import { routeFor } from "./route.ts";
import { isAcknowledged, speaksForItself, type StandingAlert, subjectOf } from "./standing-alert.ts";

/** What is known beside the alerts themselves. */
export interface Circumstances extends QuietReasons, Reachability {
  causesOf: CausesOf;
  /** When alerts of a key opened lately (flapWithinMs), open ones too. */
  openingsOf(key: string): readonly Instant[];
  /** Steps that were taken of an alert. */
  takenOf(id: number): readonly TakenStep[];
  /** Channels of the configuration: what no route fits goes there. */
  fallback: readonly string[];
}

/** Something that happened to an alert, to be put down. */
export interface Happening {
  alert: number;
  event: AlertHappening;
  facts: AlertFacts;
}

/** A call to put down: told as soon as a channel takes it. */
export interface Call extends Reached {
  alert: number;
  round: number;
  step: number;
  event: "opened" | "escalated";
}

export interface Attention {
  /** Alerts that are other than before. */
  changed: StandingAlert[];
  happenings: Happening[];
  calls: Call[];
  /** Alerts that fell quiet: what of their calls has not been told yet is not worth telling now. */
  quieted: number[];
  /** Alerts that are over: whoever was called is told so. */
  over: number[];
}

/** @param alerts all that are not over, as they stand after following their troubles (alert.ts), in order of opening */
export function attend(
  alerts: readonly StandingAlert[],
  circumstances: Circumstances,
  now: Instant,
): Attention {
  const work = new Work(alerts, circumstances, now);
  work.lapse();
  work.flap();
  work.mute();
  work.reroute();
  work.group();
  work.begin();
  work.end();
  work.call();
  return work.result();
}

/** The fate of every alert, step by step; each step reads what the ones before it left. */
class Work {
  readonly #before: ReadonlyMap<number, StandingAlert>;
  readonly #alerts: Map<number, StandingAlert>;
  readonly #known: Circumstances;
  readonly #now: Instant;
  readonly #result: Omit<Attention, "changed"> = { happenings: [], calls: [], quieted: [], over: [] };

  constructor(alerts: readonly StandingAlert[], circumstances: Circumstances, now: Instant) {
    this.#before = new Map(alerts.map((alert) => [alert.id, alert]));
    this.#alerts = new Map(this.#before);
    this.#known = circumstances;
    this.#now = now;
  }

  /** An acknowledgement whose time is up is none: it calls anew. */
  lapse(): void {
    for (const alert of this.#alerts.values()) {
      const { acknowledgedUntil: until, acknowledgedBy } = alert;
      if (isAcknowledged(alert) && until !== null && until <= this.#now && alert.closedAt === null) {
        this.#change(alert, { ...unacknowledged, ...notCalling });
        this.#note(alert.id, "lapsed", { by: acknowledgedBy });
      }
    }
  }

  flap(): void {
    for (const alert of this.#alerts.values()) {
      if (alert.flappingSince === null && alert.closedAt === null && speaksForItself(alert)) {
        const openings = this.#known.openingsOf(alert.key);
        if (isFlapping(openings, alert.openedAt)) {
          this.#change(alert, { flappingSince: Math.min(...openings) });
          this.#note(alert.id, "flapping", { openings: openings.length });
        }
      }
    }
  }

  mute(): void {
    for (const alert of this.#alerts.values()) {
      if (!speaksForItself(alert)) {
        continue;
      }
      const mutedBy = alert.closedAt === null ? muteCause(alert, this.#known, this.#now) : alert.mutedBy;
      if (mutedBy === alert.mutedBy) {
        continue;
      }
      this.#change(alert, { mutedBy, ...notCalling });
      if (mutedBy === null) {
        this.#note(alert.id, "unmuted", { was: alert.mutedBy });
      } else {
        this.#note(alert.id, "muted", { by: mutedBy });
        this.#result.quieted.push(alert.id);
        this.#leave(alert.id);
      }
    }
  }

  /**
   * What calls, and nobody has answered, takes the route that fits it now: when the hours change, those who have gone home are called no
   * more, and those who have come are (policy rule 90). Where none fits it stays on its way. Members for whom another way is right leave.
   */
  reroute(): void {
    for (const alert of this.#alerts.values()) {
      if (alert.callingSince === null || alert.closedAt !== null || isAcknowledged(alert)) {
        continue;
      }
      const { rules, isOpen } = this.#known;
      const [was, to] = [alert.route, this.#routeOf(alert)].map((slug) =>
        rules.routes.find((route) => route.slug === slug),
      );
      // Another way for other reasons than hours is for what begins from now on; one that waits for people would put it off.
      const isOfHours = was?.hours != null || to?.hours != null;
      const waits = to?.waitsFor != null && !isOpen(to.waitsFor, this.#now);
      if (to === undefined || to === was || !isOfHours || waits) {
        continue;
      }
      const isSameWay = to.escalation === was?.escalation;
      this.#change(alert, { route: to.slug, ...(isSameWay ? {} : { callingSince: null }) });
      if (!isSameWay) {
        this.#note(alert.id, "rerouted", { was: alert.route, to: to.slug });
        this.#membersOf(alert.id)
          .filter((member) => this.#routeOf(member) !== to.slug)
          .forEach((member) => this.#free(member));
      }
    }
  }

  /** Only one that takes the same way speaks for another: whom the other one is for would not hear of it. */
  group(): void {
    const speakers = [...this.#alerts.values()].filter(
      (one) =>
        speaksForItself(one) && one.mutedBy === null && (one.callingSince !== null || isAcknowledged(one)),
    );
    const ways = new Map(speakers.map((one) => [one.id, this.#routeOf(one)]));
    const spokenFor = new Map(
      [...this.#alerts.values()].flatMap(({ key, memberOf }) => (memberOf === null ? [] : [[key, memberOf]])),
    );
    for (const alert of this.#alerts.values()) {
      if (!this.#isToBegin(alert)) {
        continue;
      }
      const way = this.#routeOf(alert);
      const others = speakers.filter(({ id }) => ways.get(id) === way);
      const again = spokenFor.get(alert.key);
      const speaker =
        others.find(({ id }) => id === again) ?? speakerFor(alert, others, this.#known.causesOf);
      if (speaker === undefined) {
        speakers.push(alert);
        ways.set(alert.id, way);
      } else {
        this.#leave(alert.id);
        this.#change(alert, { memberOf: speaker.id, ...notCalling });
        this.#note(alert.id, "joined", { speaker: speaker.id });
        this.#note(speaker.id, "joined", { member: alert.id });
      }
    }
  }

  begin(): void {
    for (const alert of this.#alerts.values()) {
      if (this.#isToBegin(alert)) {
        const rounds = this.#known.takenOf(alert.id).map(({ round }) => round + 1);
        this.#change(alert, {
          callingSince: this.#now,
          round: Math.max(alert.round, ...rounds),
          route: this.#routeOf(alert),
        });
      }
    }
  }

  /** What has ended with all of its members is over, once it has settled. */
  end(): void {
    for (const alert of this.#alerts.values()) {
      if (alert.closedAt === null || alert.memberOf !== null) {
        continue;
      }
      const members = this.#membersOf(alert.id);
      const ends = [alert, ...members].map(({ closedAt }) => closedAt ?? Infinity);
      const lastEnd = Math.max(...ends);
      if (lastEnd <= this.#now && hasSettled(alert.flappingSince, lastEnd, this.#now)) {
        for (const { id } of [alert, ...members]) {
          this.#result.over.push(id);
          this.#note(id, "over", {});
        }
      }
    }
  }

  call(): void {
    const over = new Set(this.#result.over);
    for (const alert of this.#alerts.values()) {
      const escalation = escalationOf(alert, this.#known);
      const { id, callingSince, round } = alert;
      if (callingSince === null || over.has(id) || escalation === null) {
        continue;
      }
      if (escalation.slug === "" && this.#now - callingSince >= toldWithinMs) {
        continue;
      }
      const calling = { callingSince, round, isAcknowledged: isAcknowledged(alert) };
      const steps = stepsToTake(
        escalation,
        calling,
        this.#known.takenOf(id),
        (target) => reach(target, this.#known, this.#now),
        this.#known.fallback.map(asReached),
        this.#now,
      );
      for (const { step, reached } of steps) {
        const event = step === 0 ? "opened" : "escalated";
        this.#result.calls.push(
          ...reached.map((one) => ({ ...one, alert: id, round, step, event }) as const),
        );
        this.#note(id, reached.length === 0 ? "nobody_called" : "called", {
          ...{ round, step, route: alert.route },
          unless: escalation.steps[step]!.unless,
        });
      }
    }
  }

  result(): Attention {
    const changed = [...this.#alerts.values()].filter((alert) => alert !== this.#before.get(alert.id));
    return { ...this.#result, changed };
  }

  /** Whether it is to call, and does not yet. */
  #isToBegin(alert: StandingAlert): boolean {
    return (
      speaksForItself(alert) &&
      alert.mutedBy === null &&
      alert.callingSince === null &&
      alert.closedAt === null
    );
  }

  /** Slug of the route it takes now; null: none fits. */
  #routeOf(alert: StandingAlert): string | null {
    const { rules, groupOf, isOpen } = this.#known;
    return routeFor(rules.routes, subjectOf(alert, groupOf), isOpen, this.#now)?.slug ?? null;
  }

  /** Members of an alert that falls quiet speak for themselves. */
  #leave(speaker: number): void {
    this.#membersOf(speaker).forEach((member) => this.#free(member));
  }

  #free(member: StandingAlert): void {
    this.#change(member, { memberOf: null });
    this.#note(member.id, "left", { speaker: member.memberOf });
  }

  #membersOf(speaker: number): StandingAlert[] {
    return [...this.#alerts.values()].filter(({ memberOf }) => memberOf === speaker);
  }

  #change({ id }: StandingAlert, to: Partial<StandingAlert>): void {
    this.#alerts.set(id, { ...this.#alerts.get(id)!, ...to });
  }

  #note(alert: number, event: AlertHappening, facts: AlertFacts): void {
    this.#result.happenings.push({ alert, event, facts });
  }
}

/** Without a route, what began longer ago is not told any more: a channel that is configured later does not hear of the past. */
export const toldWithinMs = 86_400_000;

/** It calls nobody: when it calls again, it does so from the first step on. */
const notCalling = { callingSince: null, route: null } as const;
const unacknowledged = { acknowledgedBy: null, acknowledgedAt: null, acknowledgedUntil: null } as const;

/** The escalation an alert takes, with all its repeats; without a route that holds, one step to the configuration's channels. Null: there are none. */
export function escalationOf(
  { route: slug }: Pick<StandingAlert, "route">,
  { rules, fallback }: Pick<Circumstances, "rules" | "fallback">,
): Escalation | null {
  const route = rules.routes.find((one) => one.slug === slug);
  const escalation = rules.escalations.find((one) => one.slug === route?.escalation);
  if (escalation !== undefined) {
    return withRepeats(escalation);
  }
  const tell = fallback.map((channel) => `channel:${channel}`);
  return tell.length === 0
    ? null
    : { slug: "", title: "", steps: [{ afterMs: 0, unless: "acknowledged", tell }] };
}

function asReached(channel: string): Reached {
  return { channel, target: null, person: null };
}
