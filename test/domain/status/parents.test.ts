import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReadingState } from "../../../src/domain/monitoring/timeline.ts";
import { readingStates } from "../../../src/domain/monitoring/timeline.ts";
import { checkBehind, type Family, kinOf, servicesBehind } from "../../../src/domain/status/parents.ts";

/** Services written as `beacon/web < gateway/front`: a reading for each check. */
function families(checks: Record<string, ReadingState>): Family[] {
  const byService = Map.groupBy(
    Object.entries(checks).map(([written, reading]) => {
      const [key = "", parent = null] = written.split(" < ");
      const [service = "", named = ""] = key.split("/");
      const slug = named.replace("?", "");
      return { service, slug, reading, parent, counts: !named.endsWith("?") };
    }),
    ({ service }) => service,
  );
  return [...byService].map(([slug, its]) => ({
    slug,
    checks: its.map(({ service: _, ...check }) => check),
  }));
}

function behind(checks: Record<string, ReadingState>): Record<string, string[]> {
  return Object.fromEntries(servicesBehind(families(checks)));
}

describe("what is behind a service being down", () => {
  it("is the service of the parent that is down too", () => {
    expect(behind({ "beacon/web < gateway/front": "down", "gateway/front": "down" })).toEqual({
      beacon: ["gateway"],
    });
  });

  it.each(["up", "degraded", "unknown"] as const)("is nothing while the parent is %s", (reading) => {
    expect(behind({ "beacon/web < gateway/front": "down", "gateway/front": reading })).toEqual({});
  });

  it("is nothing when the parent is not asked any more", () => {
    expect(behind({ "beacon/web < gateway/front": "down" })).toEqual({});
  });

  it.each(["up", "degraded", "unknown"] as const)(
    "is nothing to ask for while the service is %s",
    (reading) => {
      expect(behind({ "beacon/web < gateway/front": reading, "gateway/front": "down" })).toEqual({});
    },
  );

  it("is the last of a chain, not the link between", () => {
    const chain = { "beacon/web < mail/smtp": "down", "mail/smtp < gateway/front": "down" } as const;
    expect(behind({ ...chain, "gateway/front": "down" })).toEqual({ beacon: ["gateway"], mail: ["gateway"] });
    expect(behind({ ...chain, "gateway/front": "up" })).toEqual({ beacon: ["mail"] });
  });

  it("is not looked for behind a link that is not down", () => {
    expect(
      behind({
        "beacon/web < mail/smtp": "down",
        "mail/smtp < gateway/front": "up",
        "gateway/front": "down",
      }),
    ).toEqual({});
  });

  it("is the service itself when one of its counting checks fails by itself", () => {
    expect(
      behind({ "beacon/web < gateway/front": "down", "beacon/jobs": "down", "gateway/front": "down" }),
    ).toEqual({});
    expect(
      behind({ "beacon/web < gateway/front": "down", "beacon/jobs": "up", "gateway/front": "down" }),
    ).toEqual({ beacon: ["gateway"] });
    expect(
      behind({ "beacon/web < gateway/front": "down", "beacon/jobs?": "down", "gateway/front": "down" }),
    ).toEqual({ beacon: ["gateway"] });
  });

  it("is all services that explain its checks, each once", () => {
    expect(
      behind({
        "beacon/web < gateway/front": "down",
        "beacon/api < gateway/front": "down",
        "beacon/jobs < database/sql": "down",
        "gateway/front": "down",
        "database/sql": "down",
      }),
    ).toEqual({ beacon: ["database", "gateway"] });
  });

  it("is its own trouble when the parent is a check of its own", () => {
    expect(behind({ "beacon/web < beacon/database": "down", "beacon/database": "down" })).toEqual({});
    expect(behind({ "beacon/web < beacon/database?": "down", "beacon/database?": "down" })).toEqual({});
  });

  it("ends also where parents stand in a circle", () => {
    const circle = { "a/x < b/x": "down", "b/x < c/x": "down", "c/x < a/x": "down" } as const;
    const kin = kinOf(families(circle));
    expect(checkBehind(kin.get("a/x")!, kin)).toBeDefined();
  });

  const check = fc.record({
    parent: fc.option(fc.nat(7)),
    reading: fc.constantFrom<ReadingState>(...readingStates, "down", "down"),
  });

  it("is always down itself, and has nothing behind it (any family without circles)", () => {
    fc.assert(
      fc.property(fc.array(check, { maxLength: 8 }), (checks) => {
        const all = checks.map(({ parent, reading }, i): Family => ({
          slug: `s${i}`,
          checks: [
            // Parents stand later in the list: no circles.
            { slug: "x", counts: true, reading, parent: parent === null ? null : `s${i + 1 + parent}/x` },
          ],
        }));
        const found = servicesBehind(all);
        for (const [child, parents] of found) {
          expect(all.find(({ slug }) => slug === child)!.checks[0]!.reading).toBe("down");
          for (const parent of parents) {
            expect(all.find(({ slug }) => slug === parent)!.checks[0]!.reading).toBe("down");
            expect(found.has(parent)).toBe(false);
          }
        }
      }),
    );
  });
});
