import { describe, expect, it } from "vitest";
import { evidenceCheckOf, rulesText } from "../../../src/domain/monitoring/evidence-rules.ts";
import { httpCheck } from "../../support/watched.ts";

const web = {
  id: 1,
  serviceSlug: "beacon",
  slug: "web",
  createdAt: 100,
  archivedAt: null,
  revisions: [
    { effectiveAt: 100, definition: httpCheck },
    { effectiveAt: 900, definition: { ...httpCheck, confirmDown: 5 } },
  ],
};

describe("the rules of a service, as evidence tells them", () => {
  it("say how samples are judged, and nothing of what is asked", () => {
    const told = evidenceCheckOf(web);
    expect(told.revisions[1]).toEqual({
      ...{ effectiveAt: 900, kind: "http", intervalMs: 15_000, locations: ["lisbon"], quorumFail: null },
      ...{ confirmDown: 5, confirmUp: 1, counts: true },
    });
    expect(JSON.stringify(told)).not.toContain("127.0.0.1");
  });

  it("have one text for a day, whatever is added or archived later", () => {
    const before = [evidenceCheckOf({ ...web, revisions: web.revisions.slice(0, 1) })];
    const later = [
      evidenceCheckOf({ ...web, id: 2, slug: "mail", createdAt: 700 }),
      evidenceCheckOf({ ...web, archivedAt: 5_000 }),
    ];
    expect(rulesText("beacon", later, 500)).toBe(rulesText("beacon", before, 500));
    expect(rulesText("beacon", later, 1_000)).not.toBe(rulesText("beacon", before, 1_000));
  });
});
