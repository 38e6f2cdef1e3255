import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attend,
  type Attention,
  type Call,
  type Circumstances,
  escalationOf,
  toldWithinMs,
} from "../../../src/domain/alerting/attention.ts";
import type { AlertRules } from "../../../src/domain/alerting/alert-rules.ts";
import type { TakenStep } from "../../../src/domain/alerting/escalation.ts";
import { settledAfterMs } from "../../../src/domain/alerting/flapping.ts";
import type { AlertSilence } from "../../../src/domain/alerting/silence.ts";
import type { StandingAlert } from "../../../src/domain/alerting/standing-alert.ts";
import { circumstances, minute, openedAt, route, standing, step } from "../../support/standing-alerts.ts";

const rules: AlertRules = {
  routes: [route("duty")],
  escalations: [
    {
      slug: "duty",
      title: "Duty",
      steps: [step(0, ["channel:first"]), step(10, ["channel:second"]), step(60, ["management"], "over")],
    },
  ],
  rotas: [],
  management: ["board"],
};

function silence(services: string[], from: number, to: number): AlertSilence {
  return {
    ...{ id: 12, services, groups: [], kinds: [], start: openedAt + from, end: openedAt + to },
    ...{ reason: "Load test", author: "p_1", createdAt: openedAt, liftedBy: null, liftedAt: null },
  };
}

/** Alerts over time, as the store keeps them from one look to the next. */
function world(first: StandingAlert[], known: Partial<Circumstances> = {}) {
  let alerts = first;
  const taken = new Map<number, TakenStep[]>();
  const calls: (Call & { at: number })[] = [];
  const over = new Map<number, number>();
  const happened: string[] = [];
  return {
    calls,
    over,
    happened,
    told: () =>
      calls.map(
        ({ alert, channel, round, at }) => `${(at - openedAt) / minute}: ${alert} ${channel} ${round}`,
      ),
    one: (id: number) => alerts.find((alert) => alert.id === id)!,
    add: (alert: StandingAlert) => (alerts = [...alerts, alert]),
    change(id: number, to: Partial<StandingAlert>) {
      alerts = alerts.map((alert) => (alert.id === id ? { ...alert, ...to } : alert));
    },
    look(now: number): Attention {
      const attention = attend(
        alerts,
        circumstances({ rules, takenOf: (id) => taken.get(id) ?? [], ...known }),
        now,
      );
      const changed = new Map(attention.changed.map((alert) => [alert.id, alert]));
      alerts = alerts
        .map((alert) => changed.get(alert.id) ?? alert)
        .filter(({ id }) => !attention.over.includes(id));
      calls.push(...attention.calls.map((call) => ({ ...call, at: now })));
      attention.over.forEach((id) => over.set(id, now));
      for (const { alert, event, facts } of attention.happenings) {
        happened.push(`${alert} ${event}`);
        if (event === "called" || event === "nobody_called") {
          const one = {
            unless: facts.unless as "acknowledged" | "over",
            round: Number(facts.round),
            step: Number(facts.step),
            at: now,
            reached: event === "called",
          };
          taken.set(alert, [...(taken.get(alert) ?? []), one]);
        }
      }
      return attention;
    },
  };
}

const at = (minutes: number) => openedAt + minutes * minute;
const quiet: Attention = { changed: [], happenings: [], calls: [], quieted: [], over: [] };

describe("an alert", () => {
  it("takes the route that fits it, calls step after step, and tells nobody anything twice", () => {
    const { look, told, one } = world([standing(1, "beacon")]);
    [0, 0, 5, 10, 30, 60, 90].forEach((m) => look(at(m)));
    expect(told()).toEqual(["0: 1 first 0", "10: 1 second 0", "60: 1 board 0"]);
    expect(one(1)).toMatchObject({ callingSince: openedAt, route: "duty", round: 0 });
    expect(look(at(90))).toEqual(quiet);
  });

  it("without a route goes to the channels of the configuration at once, and nothing follows (policy rule 64)", () => {
    const none = { ...rules, routes: [] };
    const { look, told } = world([standing(1, "beacon")], { rules: none, fallback: ["mail", "webhook"] });
    [0, 10, 500].forEach((m) => look(at(m)));
    expect(told()).toEqual(["0: 1 mail 0", "0: 1 webhook 0"]);
    expect(escalationOf({ route: null }, { rules: none, fallback: [] })).toBeNull();
  });

  it("is not told to a channel that is configured long after", () => {
    const known = { rules: { ...rules, routes: [] }, fallback: [] as string[] };
    const { look, told } = world([standing(1, "beacon")], known);
    look(openedAt);
    known.fallback = ["mail"];
    look(openedAt + toldWithinMs);
    expect(told()).toEqual([]);
  });

  describe("that calls when the hours change (policy rule 90)", () => {
    const office = { calendar: "office", side: "inside" as const };
    const byHours: AlertRules = {
      ...rules,
      routes: [
        route("at-work", { hours: office, escalation: "team" }),
        route("at-night", { hours: { ...office, side: "outside" }, escalation: "duty" }),
      ],
      escalations: [
        ...rules.escalations,
        { slug: "team", title: "Team", steps: [step(0, ["channel:team"]), step(15, ["channel:lead"])] },
      ],
    };
    /** Open from the opening until this many minutes after it. */
    const until = (minutes: number) => ({
      rules: byHours,
      isOpen: (_: string, now: number) => now < at(minutes),
    });

    it("goes to those of the new hours at once, from their first step, once", () => {
      const { look, told, happened, one } = world([standing(1, "beacon")], until(10));
      [0, 5, 9, 10, 12, 20, 30].forEach((m) => look(at(m)));
      expect(told()).toEqual(["0: 1 team 0", "10: 1 first 1", "20: 1 second 1"]);
      expect(happened.filter((what) => what === "1 rerouted")).toHaveLength(1);
      expect(one(1)).toMatchObject({ route: "at-night", round: 1, callingSince: at(10) });
      expect(look(at(31))).toEqual(quiet);
    });

    it("tells management once, counted from its first call, whichever way it went", () => {
      const { look, told } = world([standing(1, "beacon")], until(10));
      [0, 10, 20, 59, 60, 70, 90].forEach((m) => look(at(m)));
      expect(told().filter((call) => call.includes("board"))).toEqual(["60: 1 board 1"]);
    });

    it("stays with whoever took it", () => {
      const { look, told, change } = world([standing(1, "beacon")], until(10));
      look(at(0));
      change(1, { acknowledgedAt: at(5), acknowledgedBy: "p_1" });
      [5, 10, 20].forEach((m) => look(at(m)));
      expect(told()).toEqual(["0: 1 team 0"]);
    });

    it("stays on its way where none fits the new hours, or that one would put it off", () => {
      const only = { ...byHours, routes: [byHours.routes[0]!] };
      const { look, told } = world([standing(1, "beacon")], { ...until(10), rules: only });
      [0, 10, 15].forEach((m) => look(at(m)));
      expect(told()).toEqual(["0: 1 team 0", "15: 1 lead 0"]);
      const waiting = {
        ...byHours,
        routes: [byHours.routes[0]!, { ...byHours.routes[1]!, waitsFor: "office" }],
      };
      const other = world([standing(1, "beacon")], { ...until(10), rules: waiting });
      [0, 10, 15].forEach((m) => other.look(at(m)));
      expect(other.told()).toEqual(["0: 1 team 0", "15: 1 lead 0"]);
    });

    it("stays where it is when rules change for other reasons than hours", () => {
      const known = { rules };
      const { look, told } = world([standing(1, "beacon")], known);
      look(at(0));
      known.rules = {
        ...rules,
        routes: [route("other", { escalation: "team" })],
        escalations: byHours.escalations,
      };
      look(at(5));
      expect(told()).toEqual(["0: 1 first 0"]);
    });
  });

  it("that is held back calls nobody, and calls once it is released", () => {
    const { look, told, change } = world([standing(1, "beacon", { heldBackBy: "service_down gateway" })]);
    look(at(0));
    expect(told()).toEqual([]);
    change(1, { heldBackBy: null });
    look(at(3));
    expect(told()).toEqual(["3: 1 first 0"]);
  });

  it("is over when its trouble has ended", () => {
    const { look, over, change } = world([standing(1, "beacon")]);
    look(at(0));
    change(1, { closedAt: at(4) });
    look(at(4));
    expect(over.get(1)).toBe(at(4));
  });
});

describe("an acknowledged alert", () => {
  const acknowledged = { acknowledgedBy: "p_anna", acknowledgedAt: at(2) };

  it("calls nobody but those who are for what is not over", () => {
    const { look, told, change } = world([standing(1, "beacon")]);
    look(at(0));
    change(1, acknowledged);
    [10, 60].forEach((m) => look(at(m)));
    expect(told()).toEqual(["0: 1 first 0", "60: 1 board 0"]);
  });

  it("calls anew, from the first step on, when the time is up for which it was", () => {
    const { look, told, change, one } = world([standing(1, "beacon")]);
    look(at(0));
    change(1, { ...acknowledged, acknowledgedUntil: at(30) });
    [29, 30, 40].forEach((m) => look(at(m)));
    expect(told()).toEqual(["0: 1 first 0", "30: 1 first 1", "40: 1 second 1"]);
    expect(one(1)).toMatchObject({ acknowledgedAt: null, acknowledgedBy: null, round: 1 });
  });
});

describe("a silence", () => {
  it("mutes, and the alert calls as soon as it is over", () => {
    const { look, told, happened } = world([standing(1, "beacon")], {
      silences: [silence(["beacon"], -minute, 20 * minute)],
    });
    [0, 19, 20, 30].forEach((m) => look(at(m)));
    expect(told()).toEqual(["20: 1 first 0", "30: 1 second 0"]);
    expect(happened.slice(0, 2)).toEqual(["1 muted", "1 unmuted"]);
  });

  it("that comes later stops an escalation, takes back what was not told, and lets it begin anew afterwards", () => {
    const { look, told } = world([standing(1, "beacon")], {
      silences: [silence(["beacon"], 5 * minute, 20 * minute)],
    });
    look(at(0));
    expect(look(at(5)).quieted).toEqual([1]);
    [12, 20].forEach((m) => look(at(m)));
    expect(told()).toEqual(["0: 1 first 0", "20: 1 first 1"]);
  });

  it("of one alert leaves those for which it spoke to speak for themselves", () => {
    const causesOf = () => ["check gateway/web"];
    const { look, told, one } = world([standing(1, "beacon"), standing(2, "portal")], {
      causesOf,
      silences: [silence(["beacon"], 5 * minute, 20 * minute)],
    });
    look(at(0));
    expect(one(2).memberOf).toBe(1);
    look(at(5));
    expect(told()).toEqual(["0: 1 first 0", "5: 2 first 0"]);
  });
});

describe("alerts of one cause", () => {
  const causesOf = () => ["location osaka"];
  const many = Array.from({ length: 40 }, (_, i) => standing(i + 1, `service-${i}`));

  it("are one alert, which is over when the last of them has ended", () => {
    const { look, told, over, change } = world(many, { causesOf });
    look(at(0));
    expect(told()).toEqual(["0: 1 first 0"]);
    many.slice(0, -1).forEach(({ id }) => change(id, { closedAt: at(3) }));
    look(at(3));
    expect(over.size).toBe(0);
    look(at(10));
    expect(told()).toHaveLength(2);
    change(40, { closedAt: at(12) });
    look(at(12));
    expect(over.size).toBe(40);
  });

  it("stay apart where they take different ways: whom the other is for would not hear of it", () => {
    const apart = {
      ...rules,
      routes: [route("product", { services: ["beacon"] }), route("rest")],
    };
    const { look, told } = world([standing(1, "beacon"), standing(2, "portal")], { causesOf, rules: apart });
    look(at(0));
    expect(told()).toHaveLength(2);
  });

  it("that end and begin again belong to the one that spoke for them", () => {
    const { look, add, change, one, told } = world(many.slice(0, 2), { causesOf });
    look(at(0));
    change(2, { closedAt: at(5) });
    look(at(5));
    add({ ...many[1]!, id: 3, openedAt: at(9) });
    look(at(9));
    expect(one(3).memberOf).toBe(1);
    expect(told()).toHaveLength(1);
  });
});

describe("a trouble that comes and goes", () => {
  it("is one alert from its third opening on, until it has been gone for ten minutes", () => {
    const openings = [at(-20), at(-10), openedAt];
    const { look, told, over, change, add, one } = world([standing(1, "beacon")], {
      openingsOf: () => openings,
    });
    look(at(0));
    expect(one(1).flappingSince).toBe(at(-20));
    change(1, { closedAt: at(2) });
    look(at(2));
    add(standing(2, "beacon", { openedAt: at(5) }));
    look(at(5));
    expect(one(2).memberOf).toBe(1);
    change(2, { closedAt: at(6) });
    look(at(6));
    look(at(10));
    look(at(6) + settledAfterMs - 1);
    expect(over.size).toBe(0);
    look(at(6) + settledAfterMs);
    expect([...over.keys()]).toEqual([1, 2]);
    expect(told()).toEqual(["0: 1 first 0", "10: 1 second 0"]);
  });
});

/** What may happen in any order, each at a minute. */
const events = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 120 }),
    what: fc.constantFrom("look", "acknowledge", "give back", "end", "look"),
    alert: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 40 },
);
const silences = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 60 })),
  { maxLength: 4 },
);

describe("whatever happens, and whenever it is looked at", () => {
  const names = ["", "beacon", "portal", "mail", "gateway"];
  const start = () => [1, 2, 3, 4].map((id) => standing(id, names[id]!));
  const causesOf = (key: string) => (/beacon|portal/.test(key) ? ["location osaka"] : []);

  function live(story: { minute: number; what: string; alert: number }[], muted: [number, number, number][]) {
    const lived = world(start(), {
      causesOf,
      silences: muted.map(([id, from, length], i) => ({
        ...silence([names[id]!], from * minute, (from + length) * minute),
        id: i,
      })),
    });
    lived.look(openedAt);
    for (const { minute: m, what, alert } of story.toSorted((a, b) => a.minute - b.minute)) {
      const standsYet = !lived.over.has(alert) && lived.one(alert).closedAt === null;
      if (what === "acknowledge" && standsYet && lived.one(alert).memberOf === null) {
        lived.change(alert, { acknowledgedBy: "p_anna", acknowledgedAt: at(m) });
      } else if (what === "give back" && standsYet && lived.one(alert).acknowledgedAt !== null) {
        lived.change(alert, { acknowledgedBy: null, acknowledgedAt: null, callingSince: null, route: null });
      } else if (what === "end" && standsYet) {
        lived.change(alert, { closedAt: at(m) });
      }
      lived.look(at(m));
    }
    return lived;
  }

  it("nobody is told twice of one event, and a second look at the same instant asks for nothing", () => {
    fc.assert(
      fc.property(events, silences, (story, muted) => {
        const lived = live(story, muted);
        const names = lived.calls.map(
          ({ alert, channel, round, step: number }) => `${alert} ${channel} ${round} ${number}`,
        );
        expect(new Set(names).size).toBe(names.length);
        const end = at(121);
        lived.look(end);
        expect(lived.look(end)).toEqual(quiet);
      }),
      { numRuns: 200 },
    );
  });

  it("what stands in the end and nobody acknowledged has reached the last step, by itself or by the one that speaks for it", () => {
    fc.assert(
      fc.property(events, silences, (story, muted) => {
        const lived = live(story, muted);
        // All silences are over by now; each round takes an hour at most.
        [200, 210, 270, 280, 340].forEach((m) => lived.look(at(m)));
        for (const id of [1, 2, 3, 4].filter((one) => !lived.over.has(one))) {
          const speaker = lived.one(id).memberOf ?? id;
          if (lived.one(speaker).acknowledgedAt === null) {
            const { round } = lived.one(speaker);
            const ofRound = lived.calls.filter((call) => call.alert === speaker && call.round === round);
            expect(ofRound.map(({ channel }) => channel)).toEqual(
              expect.arrayContaining(["first", "second"]),
            );
            expect(lived.calls.some((call) => call.alert === speaker && call.channel === "board")).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("a silence loses nothing: every alert is over, or calls, or says what keeps it quiet", () => {
    fc.assert(
      fc.property(events, silences, (story, muted) => {
        const lived = live(story, muted);
        for (const id of [1, 2, 3, 4].filter((one) => !lived.over.has(one))) {
          const { mutedBy, memberOf, callingSince } = lived.one(id);
          expect([mutedBy !== null, memberOf !== null, callingSince !== null].filter(Boolean)).toHaveLength(
            1,
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});
