import { describe, expect, it } from "vitest";
import type { PromisedService } from "../../../src/domain/alerting/promise-troubles.ts";
import { promiseTroubles } from "../../../src/domain/alerting/promise-troubles.ts";
import type { AlertRoute } from "../../../src/domain/alerting/route.ts";

const service = (more: Partial<PromisedService> = {}): PromisedService => ({
  ...{ slug: "beacon", title: "Beacon", groupSlug: "product", isWatched: true, contract: null },
  ...more,
});
const route = (more: Partial<AlertRoute> = {}): AlertRoute => ({
  ...{ slug: "all", services: [], groups: [], kinds: [], severities: [], hours: null },
  ...{ waitsFor: null, escalation: "ops" },
  ...more,
});
const told = (one: PromisedService, routes: AlertRoute[], fallback: string[] = []) =>
  promiseTroubles([one], { routes }, fallback).map(({ kind, subject }) => `${kind} ${subject}`);
const inside = { calendar: "office", side: "inside" } as const;
const outside = { calendar: "office", side: "outside" } as const;

describe("a promised service", () => {
  it("that no check decides is told, with the contract; one that nobody promises is not", () => {
    expect(told(service({ isWatched: false, contract: "acme-gold" }), [], ["mail"])).toEqual([
      "promise_unmonitored beacon",
    ]);
    expect(told(service({ isWatched: false }), [], ["mail"])).toEqual([]);
    expect(told(service({ contract: "acme-gold" }), [], ["mail"])).toEqual([]);
  });

  it.each([
    ["a channel of the configuration", [route({ services: ["lamp"] })], ["mail"], true],
    ["a route for everything", [route()], [], true],
    ["a route for its group", [route({ groups: ["product"] })], [], true],
    ["a route for another service", [route({ services: ["lamp"] })], [], false],
    ["a route for other kinds of alert", [route({ kinds: ["probe_silent"] })], [], false],
    ["a route in working hours alone", [route({ hours: inside })], [], false],
    ["routes on both sides of the hours", [route({ hours: inside }), route({ hours: outside })], [], true],
    [
      "routes on sides of different hours",
      [route({ hours: inside }), route({ hours: { ...outside, calendar: "night" } })],
      [],
      false,
    ],
  ])("whose alerts lead by %s", (_, routes, fallback, isLed) => {
    expect(told(service(), routes, fallback)).toEqual(isLed ? [] : ["service_unrouted beacon"]);
  });

  it("is not told where nobody was ever to be told of anything", () => {
    expect(told(service(), [])).toEqual([]);
  });
});
