import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  followOutages,
  type IncidentDraft,
  joinsWithinMs,
  offeredForMs,
  type OutageSituation,
} from "../../../src/domain/status/incident-draft.ts";
import { anIncident } from "../../support/incidents.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;
const nothing: OutageSituation = {
  ...{ waiting: [], down: [], upSince: new Map(), incidents: [] },
  ...{ underMaintenance: new Set(), settledAt: new Map(), publishAfterMs: null },
};
const down = (...slugs: string[]) => slugs.map((serviceSlug) => ({ serviceSlug, since: now - minute }));
const draft = (given: Partial<IncidentDraft>): IncidentDraft => ({
  ...{ id: 1, draftedAt: now - 2 * minute, overAt: null },
  services: [{ serviceSlug: "beacon", start: now - 2 * minute, end: null }],
  ...given,
});
const spoken = (serviceSlug: string) =>
  anIncident({
    startedAt: now - minute,
    impacts: [{ serviceSlug, impact: "operational", start: now - minute, end: null }],
  });

describe("an outage", () => {
  it("that nobody has spoken of is drafted, everything that is down in one", () => {
    expect(followOutages({ ...nothing, down: down("beacon", "lamp") }, now)).toEqual({
      ...{ draft: down("beacon", "lamp"), join: [], end: [], spoken: [], publish: [], lapse: [] },
    });
  });

  it("is drafted once", () => {
    const steps = followOutages({ ...nothing, waiting: [draft({})], down: down("beacon") }, now);
    expect(steps).toMatchObject({ draft: [], join: [] });
  });

  it("soon after another becomes part of its draft, later has one of its own", () => {
    const at = (draftedAt: number) =>
      followOutages({ ...nothing, waiting: [draft({ draftedAt })], down: down("beacon", "lamp") }, now);
    expect(at(now - joinsWithinMs + 1).join).toEqual([{ id: 1, services: down("lamp") }]);
    expect(at(now - joinsWithinMs)).toMatchObject({ join: [], draft: down("lamp") });
  });

  it.each<[string, Partial<OutageSituation>]>([
    ["that an open incident names", { incidents: [spoken("beacon")] }],
    ["during planned work", { underMaintenance: new Set(["beacon"]) }],
    ["that somebody has dismissed", { settledAt: new Map([["beacon", now]]) }],
  ])("%s is not drafted", (_, known) => {
    expect(followOutages({ ...nothing, down: down("beacon"), ...known }, now).draft).toEqual([]);
  });

  it("after one that was dismissed is another one", () => {
    const settledAt = new Map([["beacon", now - 2 * minute]]);
    expect(followOutages({ ...nothing, down: down("beacon"), settledAt }, now).draft).toEqual(down("beacon"));
  });
});

describe("a draft", () => {
  it("ends with the measurement, service by service, and is offered for a day", () => {
    const waiting = [draft({})];
    const upSince = new Map([["beacon", now - 10]]);
    expect(followOutages({ ...nothing, waiting, upSince }, now).end).toEqual([
      { id: 1, serviceSlug: "beacon", start: now - 2 * minute, end: now - 10 },
    ]);
    const over = (overAt: number) =>
      followOutages(
        {
          ...nothing,
          waiting: [draft({ overAt, services: [{ serviceSlug: "beacon", start: 1, end: overAt }] })],
        },
        now,
      );
    expect(over(now - offeredForMs + 1).lapse).toEqual([]);
    expect(over(now - offeredForMs).lapse).toEqual([1]);
  });

  it("does not end because nothing is known", () => {
    expect(followOutages({ ...nothing, waiting: [draft({})] }, now).end).toEqual([]);
  });

  it("whose services are all spoken of has nothing to add", () => {
    const steps = followOutages(
      { ...nothing, waiting: [draft({})], down: down("beacon"), incidents: [spoken("beacon")] },
      now,
    );
    expect(steps).toMatchObject({ spoken: [{ id: 1, reference: "INC-2026-0001" }], draft: [], publish: [] });
  });

  it("publishes itself after so long, where the platform wants that, and while it is down", () => {
    const follow = (publishAfterMs: number | null, what: Partial<OutageSituation> = {}) =>
      followOutages({ ...nothing, waiting: [draft({})], down: down("beacon"), publishAfterMs, ...what }, now)
        .publish;
    expect(follow(null)).toEqual([]);
    expect(follow(2 * minute + 1)).toEqual([]);
    expect(follow(2 * minute)).toEqual([1]);
    expect(follow(0, { down: [], upSince: new Map([["beacon", now - 1]]) })).toEqual([]);
  });
});

it("whatever is down waits in exactly one draft, or was looked at, or is spoken of", () => {
  const slugs = ["a", "b", "c", "d"];
  const some = fc.subarray(slugs);
  fc.assert(
    fc.property(
      some,
      some,
      some,
      some,
      fc.integer({ min: 0, max: 20 }),
      (isDown, said, planned, drafted, ago) => {
        const waiting =
          drafted.length === 0
            ? []
            : [
                draft({
                  draftedAt: now - ago * minute,
                  services: drafted.map((serviceSlug) => ({ serviceSlug, start: 1, end: null })),
                }),
              ];
        const steps = followOutages(
          {
            ...nothing,
            ...{ waiting, down: down(...isDown), incidents: said.map(spoken) },
            underMaintenance: new Set(planned),
          },
          now,
        );
        const places = (slug: string) =>
          [...steps.draft, ...steps.join.flatMap(({ services }) => services)].filter(
            ({ serviceSlug }) => serviceSlug === slug,
          ).length + (drafted.includes(slug) ? 1 : 0);
        for (const slug of isDown) {
          const isQuiet = said.includes(slug) || planned.includes(slug);
          expect(places(slug)).toBe(drafted.includes(slug) || !isQuiet ? 1 : 0);
        }
      },
    ),
  );
});
