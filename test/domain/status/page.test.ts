import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { boardOf, placesOf, showsService, sightOf } from "../../../src/domain/status/page.ts";
import type { PageScope, ShownPlace } from "../../../src/domain/status/page-scope.ts";
import {
  endOfPart,
  type MaintenanceSeries,
  windowsIn,
} from "../../../src/domain/status/maintenance-series.ts";
import { plannedIn, stretchesOf } from "../../../src/domain/status/series-stretch.ts";
import { boards, incident, maintenance, measured } from "../../support/boards.ts";

const sundays = { rule: "FREQ=WEEKLY", start: "2026-12-06T22:00", timeZone: "UTC", lengthMs: 1_800_000 };
const beacon = { slug: "beacon", groupSlug: "front", isPrivate: false };
const vault = { slug: "vault", groupSlug: "front", isPrivate: true };
const crypt = { slug: "crypt", groupSlug: "cellar", isPrivate: true };

describe("what a page shows", () => {
  const rows: [PageScope, string[]][] = [
    ["public", ["beacon"]],
    ["all", ["beacon", "vault", "crypt"]],
    [{ services: ["vault"], groups: [] }, ["vault"]],
    [{ services: [], groups: ["front"] }, ["beacon", "vault"]],
    [{ services: ["beacon"], groups: ["cellar"] }, ["beacon", "crypt"]],
    [{ services: ["gone"], groups: [] }, []],
  ];
  it.each(rows)("%j shows %j", (scope, shown) => {
    expect([beacon, vault, crypt].filter((one) => showsService(scope, one)).map(({ slug }) => slug)).toEqual(
      shown,
    );
  });

  it("of words that concern several is what concerns those that are shown; words about none are told on all", () => {
    const sight = sightOf({ services: ["beacon"], groups: [] }, [beacon, vault]);
    const mixed = { ...incident("INC-1", "Slow", ["beacon", "vault"], 1_000, null) };
    expect(sight.incident(mixed)!.impacts.map(({ serviceSlug }) => serviceSlug)).toEqual(["beacon"]);
    expect(sight.incident(incident("INC-2", "Dark", ["vault"], 1_000, null))).toBeNull();
    const general = incident("INC-3", "News", [], 1_000, null);
    expect(sight.incident(general)).toBe(general);
    expect(sight.window(maintenance("MNT-1", "Work", ["vault"], 1_000, 1_000))).toBeNull();
    expect(sight.incident(incident("INC-4", "Unknown", ["forgotten"], 1_000, null))).toBeNull();
  });

  it("of a series is its parts with what is shown, and that it is over where only others follow", () => {
    const part = (from: number, serviceSlugs: string[]) => ({ ...series.parts[0]!, from, serviceSlugs });
    const series: MaintenanceSeries = {
      ...{ reference: "SER-1", endsAt: null, reason: null, author: "ann", createdAt: 0, version: 1 },
      parts: [{ from: 0, title: "Work", message: "Work.", serviceSlugs: ["beacon"], recurrence: sundays }],
    };
    const shown = (parts: MaintenanceSeries["parts"], endsAt: number | null = null) => {
      const seen = sightOf("public", [beacon, vault]).series({ ...series, parts, endsAt });
      return (
        seen && [
          seen.parts.map(({ from, serviceSlugs }) => [from, ...serviceSlugs]),
          ...[seen.endsAt, seen.parts.map((_, i) => endOfPart(seen, i))],
        ]
      );
    };
    expect(shown([part(1, ["vault"])])).toBeNull();
    expect(shown([part(1, ["beacon", "vault"])])).toEqual([[[1, "beacon"]], null, [null]]);
    expect(shown([part(1, ["beacon"]), part(5, ["vault"])])).toEqual([[[1, "beacon"]], 5, [5]]);
    expect(shown([part(1, ["beacon"]), part(5, ["vault"])], 3)).toEqual([[[1, "beacon"]], 3, [3]]);
    expect(shown([part(1, ["vault"]), part(5, ["beacon"])], 9)).toEqual([[[5, "beacon"]], 9, [9]]);
    const paused = [part(1, ["beacon"]), part(5, ["vault"]), part(7, ["vault"]), part(9, ["beacon"])];
    expect(shown(paused)).toEqual([
      [
        [1, "beacon"],
        [9, "beacon"],
      ],
      null,
      [5, null],
    ]);
  });

  it("tells every pause of a series as calendars do, whatever stands in it", () => {
    const week = 7 * 86_400_000;
    const first = Date.parse("2026-12-06T00:00:00Z");
    const part = fc.record({
      weeks: fc.integer({ min: 1, max: 4 }),
      serviceSlugs: fc.subarray(["beacon", "vault"], { minLength: 1 }),
    });
    const sight = sightOf("public", [beacon, vault]);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (given) => {
        let from = first;
        const series: MaintenanceSeries = {
          ...{ reference: "SER-1", endsAt: null, reason: null, author: "ann", createdAt: 0, version: 1 },
          parts: given.map(({ weeks, serviceSlugs }) => {
            const begun = { from, title: "Work", message: "Work.", serviceSlugs, recurrence: sundays };
            from += weeks * week;
            return begun;
          }),
        };
        const seen = sight.series(series);
        const within = { start: first, end: first + 30 * week };
        const told = seen === null ? [] : windowsIn(seen, within).map(({ start }) => start);
        const stretches = stretchesOf(series).flatMap((stretch) => sight.stretch(stretch) ?? []);
        expect(told).toEqual(stretches.flatMap((one) => plannedIn(one, within)).map(({ start }) => start));
      }),
    );
  });

  it("is the board itself where nothing is private", () => {
    const board = boards.outage();
    expect(boardOf(board, "public")).toBe(board);
    expect(boardOf(board, "all")).toBe(board);
  });

  it("holds neither empty groups nor the parents of checks that are not shown", () => {
    const board = boards.calm();
    const service = measured("beacon", "Beacon", "front");
    board.groups = [
      { slug: "front", title: "Front", description: "" },
      { slug: "cellar", title: "Cellar", description: "", isPrivate: true },
    ];
    board.services = [
      { ...service, checks: service.checks.map((check) => ({ ...check, parent: "crypt/web" })) },
      measured("crypt", "Crypt", "cellar"),
    ];
    const shown = boardOf(board, "public");
    expect(shown.groups.map(({ slug }) => slug)).toEqual(["front"]);
    expect(shown.services.map(({ slug }) => slug)).toEqual(["beacon"]);
    expect(shown.services[0]!.checks[0]!.parent).toBeNull();
    expect(placesOf(board)[1]).toEqual({ slug: "crypt", groupSlug: "cellar", isPrivate: true });
  });

  it("stays private when it is gone: archived services are told of no more than before", () => {
    const board = boards.calm();
    board.pastServices = [{ slug: "vault", groupSlug: null, isPrivate: true }];
    board.incidents = [incident("INC-9", "Dark", ["vault"], 5_000, 1_000)];
    expect(boardOf(board, "public").incidents).toEqual([]);
    expect(boardOf(board, "public").services).toEqual(board.services);
  });

  it("law: no word of a service that is not shown is left anywhere on the board", () => {
    const slugs = ["aaa", "bbb", "ccc", "ddd"];
    const places = fc.tuple(
      ...slugs.map((slug) =>
        fc.record({
          slug: fc.constant(slug),
          groupSlug: fc.constantFrom(null, "g-1", "g-2"),
          isPrivate: fc.boolean(),
        }),
      ),
    );
    const scope = fc.oneof(
      fc.constant<PageScope>("public"),
      fc.record({ services: fc.subarray(slugs), groups: fc.subarray(["g-1", "g-2"]) }),
    );
    fc.assert(
      fc.property(
        places,
        scope,
        fc.array(fc.subarray(slugs), { maxLength: 4 }),
        (all: ShownPlace[], of, said) => {
          const board = boards.calm();
          board.groups = [];
          board.services = all.map(({ slug, groupSlug, isPrivate }) => ({
            ...measured(slug, slug, groupSlug),
            isPrivate: isPrivate!,
          }));
          board.incidents = said.map((about, i) => incident(`INC-${i}`, "x", about, 1_000, null));
          board.windows = said.map((about, i) => maintenance(`MNT-${i}`, "x", about, 1_000, 1_000));
          const text = JSON.stringify({ ...boardOf(board, of), settings: null });
          for (const place of all) {
            expect(text.includes(`"${place.slug}"`)).toBe(showsService(of, place));
          }
        },
      ),
    );
  });
});
