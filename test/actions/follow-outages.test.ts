import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { declareIncident } from "../../src/actions/declare-incident.ts";
import { followOutages } from "../../src/actions/follow-outages.ts";
import { dismissDraft, publishDraft } from "../../src/actions/settle-draft.ts";
import type { IncidentDraft } from "../../src/domain/status/incident-draft.ts";
import type { IncidentRules } from "../../src/domain/status/incident-rules.ts";
import type { IncidentDeclaration } from "../../src/domain/status/incident.ts";
import { listAudit } from "../../src/store/audit.ts";
import { listWaitingDrafts } from "../../src/store/incident-drafts.ts";
import { getIncident, listIncidentsSince } from "../../src/store/incidents.ts";
import { boardAt, measuredService } from "../support/api.ts";
import { eachDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const minute = 60_000;

eachDatabase("drafts that follow outages", (database) => {
  beforeAll(() => insertServices(database(), ["beacon", "lamp"]));
  beforeEach(async () => {
    await database().execute(
      sql`truncate incident_draft_services, incident_drafts, incident_updates, incident_services, incident_postmortems, incidents cascade`,
    );
  });

  const declarationOf = ({ services, draftedAt }: IncidentDraft): IncidentDeclaration => ({
    ...{ title: "Down", message: "We look.", state: "investigating", startedAt: draftedAt, resolvedAt: null },
    services: services.map(({ serviceSlug }) => ({ serviceSlug, impact: "major_outage" })),
  });
  /** Looks once while these services are down, since then. */
  async function look(
    at: number,
    down: Record<string, number>,
    upSince: Record<string, number> = {},
    rules: Partial<IncidentRules> = {},
  ) {
    const board = boardAt(at);
    const services = ["beacon", "lamp"].map((slug) =>
      measuredService(slug, at, {
        ...(slug in down ? { reading: "down" as const, readingSince: down[slug]! } : {}),
        ...(slug in upSince ? { readingSince: upSince[slug]! } : {}),
      }),
    );
    const incidents = await listIncidentsSince(database(), 0);
    const settings = { ...board.settings, incidents: rules };
    return followOutages(database(), { ...board, services, incidents, settings }, declarationOf, at);
  }
  const waiting = () => listWaitingDrafts(database());

  it("wait for a person, and nobody outside sees them", async () => {
    expect((await look(now, { beacon: now - minute })).drafted).toHaveLength(1);
    expect((await look(now + 5_000, { beacon: now - minute })).drafted).toEqual([]);
    expect((await look(now + minute, { beacon: now - minute, lamp: now })).drafted).toEqual([]);
    expect(await waiting()).toMatchObject([
      {
        ...{ draftedAt: now, overAt: null },
        services: [
          { serviceSlug: "beacon", start: now - minute, end: null },
          { serviceSlug: "lamp", start: now, end: null },
        ],
      },
    ]);
    expect(await listIncidentsSince(database(), 0)).toEqual([]);
    await look(now + 2 * minute, { lamp: now }, { beacon: now + minute });
    await look(now + 3 * minute, {}, { beacon: now + minute, lamp: now + 2 * minute });
    expect(await waiting()).toMatchObject([
      { overAt: now + 2 * minute, services: [{ end: now + minute }, { end: now + 2 * minute }] },
    ]);
  });

  it("become an incident once, whoever publishes", async () => {
    await look(now, { beacon: now - minute });
    const [draft] = await waiting();
    const both = await Promise.allSettled([
      publishDraft(database(), draft!.id, declarationOf(draft!), "Ann", now + minute),
      publishDraft(database(), draft!.id, declarationOf(draft!), "Bo", now + minute),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await listIncidentsSince(database(), 0)).toHaveLength(1);
    expect(await waiting()).toEqual([]);
    expect((await look(now + 2 * minute, { beacon: now - minute })).drafted).toEqual([]);
  });

  it("that were dismissed stay so while the outage lasts, and not beyond it", async () => {
    await look(now, { beacon: now - minute });
    const [draft] = await waiting();
    await dismissDraft(database(), draft!.id, "Ann", now + minute);
    await expect(dismissDraft(database(), draft!.id, "Bo", now + minute)).rejects.toMatchObject({
      code: "draft_settled",
    });
    expect((await listAudit(database(), `draft ${draft!.id}`)).map(({ event }) => event)).toEqual([
      "dismissed",
    ]);
    expect((await look(now + 2 * minute, { beacon: now - minute })).drafted).toEqual([]);
    expect((await look(now + 9 * minute, { beacon: now + 8 * minute })).drafted).toHaveLength(1);
  });

  it("have nothing to add to what somebody declares meanwhile", async () => {
    await look(now, { beacon: now - minute });
    const [draft] = await waiting();
    await declareIncident(database(), declarationOf(draft!), "Ann", now + minute);
    await look(now + 2 * minute, { beacon: now - minute });
    expect(await waiting()).toEqual([]);
  });

  it("publish themselves after so long, once, under the name of the measurement", async () => {
    const rules = { publishAfterMs: 5 * minute };
    await look(now, { beacon: now - minute }, {}, rules);
    expect((await look(now + 4 * minute, { beacon: now - minute }, {}, rules)).published).toEqual([]);
    const { published } = await look(now + 5 * minute, { beacon: now - minute }, {}, rules);
    expect(published).toHaveLength(1);
    expect((await look(now + 6 * minute, { beacon: now - minute }, {}, rules)).published).toEqual([]);
    const incident = await getIncident(database(), published[0]!);
    expect(incident.updates).toMatchObject([{ author: "measurement" }]);
    expect((await listAudit(database(), published[0]!)).at(-1)).toMatchObject({
      ...{ event: "declared", author: "measurement" },
    });
  });

  it("of an outage that is over are not published by themselves, and lapse after a day", async () => {
    const rules = { publishAfterMs: 5 * minute };
    await look(now, { beacon: now - minute }, {}, rules);
    const up = { beacon: now + minute };
    expect((await look(now + 9 * minute, {}, up, rules)).published).toEqual([]);
    expect(await waiting()).toHaveLength(1);
    await look(now + 26 * 60 * minute, {}, up, rules);
    expect(await waiting()).toEqual([]);
  });
});
