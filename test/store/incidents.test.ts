import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { declareIncident } from "../../src/actions/declare-incident.ts";
import { updateIncident } from "../../src/actions/update-incident.ts";
import { InvalidInput, NotFound } from "../../src/domain/errors.ts";
import type { IncidentDeclaration } from "../../src/domain/status/incident.ts";
import type { IncidentChange } from "../../src/domain/status/incident-update.ts";
import {
  getIncident,
  listIncidentsBefore,
  listIncidentsBegunIn,
  listIncidentsSince,
} from "../../src/store/incidents.ts";
import { services } from "../../src/store/tables/watched.ts";
import { eachDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const hour = 3_600_000;

eachDatabase("incidents", (database) => {
  beforeAll(() => insertServices(database(), ["beacon", "lamp", "horn"]));

  it("are stored as they were declared and changed, and read back the same", async () => {
    const declared = await declareIncident(database(), declaration({}), "Lisbon desk", now);
    expect(declared.reference).toBe("INC-2026-0001");
    expect(await getIncident(database(), "INC-2026-0001")).toEqual(declared);

    const worse = change({
      state: "identified",
      services: [{ serviceSlug: "lamp", impact: "major_outage" }],
    });
    const updated = await updateIncident(database(), "INC-2026-0001", worse, "Osaka desk", now + hour);
    expect(await getIncident(database(), "INC-2026-0001")).toEqual(updated);

    const resolved = await updateIncident(
      database(),
      "INC-2026-0001",
      change({ state: "resolved" }),
      "Osaka desk",
      now + 2 * hour,
    );
    expect(await getIncident(database(), "INC-2026-0001")).toEqual(resolved);
    expect(resolved.impacts).toEqual([
      { serviceSlug: "beacon", impact: "partial_outage", start: now, end: now + 2 * hour },
      { serviceSlug: "lamp", impact: "major_outage", start: now + hour, end: now + 2 * hour },
    ]);
  });

  it("get one reference each, without holes, however many are declared at once", async () => {
    const declared = await Promise.all(
      Array.from({ length: 8 }, () =>
        declareIncident(database(), declaration({}), "Lisbon desk", Date.parse("2027-01-01T00:00:00Z")),
      ),
    );
    expect(declared.map(({ reference }) => reference).toSorted()).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `INC-2027-000${n}`),
    );
  });

  it("draw no number when they are refused", async () => {
    const year = Date.parse("2028-02-01T00:00:00Z");
    await expect(declareIncident(database(), declaration({ title: "" }), "a", year)).rejects.toBeInstanceOf(
      InvalidInput,
    );
    expect((await declareIncident(database(), declaration({}), "a", year)).reference).toBe("INC-2028-0001");
  });

  it("refuse services that do not exist, by their place", async () => {
    const unknown = declaration({
      services: [
        { serviceSlug: "beacon", impact: "operational" },
        { serviceSlug: "bacon", impact: "operational" },
      ],
    });
    await expect(declareIncident(database(), unknown, "a", now)).rejects.toMatchObject({
      code: "unknown_service",
      fields: [{ pointer: "/services/1/service" }],
    });
    await expect(getIncident(database(), "INC-1999-0001")).rejects.toBeInstanceOf(NotFound);
  });

  it("keep every one of several updates at once", async () => {
    const { reference } = await declareIncident(database(), declaration({}), "a", now);
    await Promise.all(
      [1, 2, 3, 4].map((n) =>
        updateIncident(database(), reference, change({ message: `word ${n}` }), "a", now + hour),
      ),
    );
    const { updates } = await getIncident(database(), reference);
    expect(updates.map(({ message }) => message).toSorted()).toEqual([
      "We look.",
      "word 1",
      "word 2",
      "word 3",
      "word 4",
    ]);
    expect(new Set(updates.map(({ at }) => at)).size).toBe(5);
  });

  it("keep naming a service that was archived meanwhile, which new ones cannot name", async () => {
    const horn = [{ serviceSlug: "horn", impact: "major_outage" as const }];
    const { reference } = await declareIncident(database(), declaration({ services: horn }), "a", now);
    await database().update(services).set({ archivedAt: now }).where(eq(services.slug, "horn"));
    const milder = change({ services: [{ serviceSlug: "horn", impact: "operational" }] });
    expect((await updateIncident(database(), reference, milder, "a", now + hour)).impacts).toHaveLength(2);
    await expect(
      declareIncident(database(), declaration({ services: horn }), "a", now),
    ).rejects.toMatchObject({ code: "unknown_service" });
  });

  describe("in lists", () => {
    const past = Date.parse("2025-03-01T00:00:00Z");

    it("are open or past, newest first, from an instant on", async () => {
      const over = await declareIncident(
        database(),
        declaration({ state: "resolved", startedAt: past, resolvedAt: past + hour }),
        "a",
        past + 2 * hour,
      );
      const references = (list: { reference: string }[]) => list.map(({ reference }) => reference);
      expect(references(await listIncidentsSince(database(), past + hour))).toContain(over.reference);
      expect(references(await listIncidentsSince(database(), past + hour + 1))).not.toContain(over.reference);
      const ofLamp = await listIncidentsSince(database(), past, ["lamp"]);
      expect(ofLamp.length).toBeGreaterThan(0);
      for (const { impacts } of ofLamp) {
        expect(impacts.map(({ serviceSlug }) => serviceSlug)).toContain("lamp");
      }
      expect(await listIncidentsSince(database(), past, [])).toEqual([]);
      expect(references(await listIncidentsBegunIn(database(), { start: past, end: past + 1 }))).toEqual([
        over.reference,
      ]);
      expect(await listIncidentsBegunIn(database(), { start: past - 1, end: past })).toEqual([]);
    });

    it("are read a page at a time without missing or repeating one", async () => {
      const all = await listIncidentsBefore(database(), null, 1_000);
      const paged = [];
      for (let page = await listIncidentsBefore(database(), null, 3); page.length > 0;) {
        paged.push(...page);
        page = await listIncidentsBefore(database(), page.at(-1)!, 3);
      }
      expect(paged).toEqual(all);
      expect(all.length).toBeGreaterThan(10);
    });
  });
});

function declaration(given: Partial<IncidentDeclaration>): IncidentDeclaration {
  return {
    title: "Sign-in fails",
    state: "investigating",
    message: "We look.",
    services: [{ serviceSlug: "beacon", impact: "partial_outage" }],
    startedAt: null,
    resolvedAt: null,
    ...given,
  };
}

function change(given: Partial<IncidentChange>): IncidentChange {
  return { title: null, state: null, message: "More words.", services: null, reopen: false, ...given };
}
