import { describe, expect, it } from "vitest";
import type { PlatformDefinition } from "../../../src/domain/status/platform.ts";
import {
  checksByKey,
  planInWords,
  planPlatform,
  type StandingPlatform,
  withoutChecks,
  withPosition,
} from "../../../src/domain/status/platform-plan.ts";
import type { Maker, Standing } from "../../../src/domain/status/standing.ts";
import { httpCheck } from "../../support/watched.ts";

const wanted: PlatformDefinition = {
  settings: {
    name: "Acme",
    address: null,
    timeZone: "Europe/Copenhagen",
    languages: ["en"],
    commitment: { targetPercent: "99.99", anchorDay: 1 },
  },
  locations: [{ slug: "lisbon", title: "Lisbon" }],
  groups: [{ slug: "core", title: "Core", description: "" }],
  services: [
    {
      slug: "beacon",
      title: "Beacon",
      description: "",
      group: "core",
      checks: [{ slug: "web", ...httpCheck }],
    },
  ],
};

/** What stands after `definition` was applied. */
function standingOf(definition: PlatformDefinition, managedBy: Maker = "file"): StandingPlatform {
  const standing = <T extends { slug: string }>(things: T[]) =>
    new Map(things.map((thing) => [thing.slug, { wanted: thing, managedBy, archived: false }]));
  return {
    settings: { wanted: definition.settings, managedBy },
    locations: standing(definition.locations),
    groups: standing(definition.groups.map(withPosition)),
    services: standing(definition.services.map(withoutChecks).map(withPosition)),
    checks: new Map(
      [...checksByKey(definition)].map(([key, check]): [string, Standing<typeof check>] => [
        key,
        { wanted: check, managedBy, archived: false },
      ]),
    ),
  };
}

const nothing: StandingPlatform = {
  settings: null,
  locations: new Map(),
  groups: new Map(),
  services: new Map(),
  checks: new Map(),
};

describe("planning a platform", () => {
  it("adds everything to nothing, and changes nothing the second time", () => {
    expect(planPlatform(nothing, wanted).changes.map(({ noun, slug, verb }) => [verb, noun, slug])).toEqual([
      ["add", "platform", ""],
      ["add", "location", "lisbon"],
      ["add", "group", "core"],
      ["add", "service", "beacon"],
      ["add", "check", "beacon/web"],
    ]);
    expect(planPlatform(standingOf(wanted), wanted)).toEqual({ changes: [], unchanged: 5, conflicts: [] });
  });

  it("keeps a service whose title changes, and names what changes from what to what", () => {
    const renamed = { ...wanted, services: [{ ...wanted.services[0]!, title: "Lighthouse" }] };
    expect(planPlatform(standingOf(wanted), renamed).changes).toEqual([
      {
        noun: "service",
        slug: "beacon",
        verb: "change",
        fields: [{ name: "title", from: "Beacon", to: "Lighthouse" }],
      },
    ]);
  });

  it("names a changed option inside a check's target by its path", () => {
    const moved = structuredClone(wanted);
    Object.assign(moved.services[0]!.checks[0]!.target, { url: "http://127.0.0.1:10/" });
    expect(planPlatform(standingOf(wanted), moved).changes[0]?.fields).toEqual([
      { name: "target.url", from: "http://127.0.0.1:9/", to: "http://127.0.0.1:10/" },
    ]);
  });

  it("archives what the file no longer names, and takes it up again under the same slug", () => {
    const without = { ...wanted, services: [] };
    expect(planPlatform(standingOf(wanted), without).changes.map(({ verb, slug }) => [verb, slug])).toEqual([
      ["archive", "beacon"],
      ["archive", "beacon/web"],
    ]);
    const archived = standingOf(wanted);
    archived.services.get("beacon")!.archived = true;
    expect(planPlatform(archived, wanted).changes).toMatchObject([{ verb: "revive", slug: "beacon" }]);
    expect(planPlatform(archived, without).changes).toMatchObject([{ verb: "archive", slug: "beacon/web" }]);
  });

  it("leaves what people made alone: neither changed nor archived, and its slug cannot be taken", () => {
    const byPeople = { ...standingOf(wanted), services: standingOf(wanted, "people").services };
    expect(planPlatform(byPeople, { ...wanted, services: [] }).changes.map(({ noun }) => noun)).toEqual([
      "check",
    ]);
    expect(planPlatform(byPeople, wanted).conflicts).toEqual([{ noun: "service", slug: "beacon" }]);
  });

  it("does not mind in which order a database gives the keys of a definition back", () => {
    const standing = standingOf(wanted);
    const check = standing.checks.get("beacon/web")!;
    check.wanted = Object.fromEntries(
      Object.entries(check.wanted).reverse(),
    ) as unknown as typeof check.wanted;
    expect(planPlatform(standing, wanted).changes).toEqual([]);
  });
});

it("puts a plan into lines that a person can check", () => {
  const changed = structuredClone(wanted);
  changed.services[0]!.checks[0]!.intervalMs = 30_000;
  changed.locations = [];
  expect(planInWords(planPlatform(standingOf(wanted), changed))).toEqual([
    "- location lisbon",
    "~ check beacon/web  intervalMs: 15000 → 30000",
  ]);
});
