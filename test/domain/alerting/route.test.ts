import { describe, expect, it } from "vitest";
import { isFor, isNamed, routeFor } from "../../../src/domain/alerting/route.ts";
import type { AlertSubject } from "../../../src/domain/alerting/standing-alert.ts";
import { openedAt, route } from "../../support/standing-alerts.ts";

const down: AlertSubject = {
  kind: "service_down",
  severity: "critical",
  service: "beacon",
  group: "product",
};
const atWork = () => true;

describe("a route", () => {
  it.each([
    [{}, true],
    [{ services: ["beacon"] }, true],
    [{ services: ["gateway"] }, false],
    [{ groups: ["product"], severities: ["critical" as const] }, true],
    [{ groups: ["product"], severities: ["warning" as const] }, false],
    [{ kinds: ["service_down" as const, "check_failing" as const] }, true],
    [{ kinds: ["probe_silent" as const] }, false],
  ])("with %j fits a service that is down: %s", (more, fits) => {
    expect(isFor(route("one", more), down)).toBe(fits);
  });

  it("that names services or groups fits nothing that is about none", () => {
    const probe: AlertSubject = { kind: "probe_silent", severity: "warning", service: null, group: null };
    expect(isFor(route("one", { groups: ["product"] }), probe)).toBe(false);
    expect(isFor(route("one"), probe)).toBe(true);
    expect(isNamed([], null)).toBe(true);
  });

  it("goes to the team in working hours and to whoever is on duty outside them (policy rule 90)", () => {
    const routes = [
      route("team", { hours: { calendar: "office", side: "inside" } }),
      route("duty", { hours: { calendar: "office", side: "outside" } }),
    ];
    expect(routeFor(routes, down, atWork, openedAt)?.slug).toBe("team");
    expect(routeFor(routes, down, () => false, openedAt)?.slug).toBe("duty");
  });

  it("is the first that fits; none, where none does", () => {
    const routes = [route("gateway", { services: ["gateway"] }), route("first"), route("second")];
    expect(routeFor(routes, down, atWork, openedAt)?.slug).toBe("first");
    expect(routeFor(routes.slice(0, 1), down, atWork, openedAt)).toBeUndefined();
  });
});
