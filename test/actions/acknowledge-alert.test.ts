import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { acknowledgeAlert, unacknowledgeAlert } from "../../src/actions/acknowledge-alert.ts";
import { followAlerts } from "../../src/actions/follow-alerts.ts";
import { alertStanding } from "../../src/domain/alerting/standing-alert.ts";
import { Conflict, InvalidInput, NotFound } from "../../src/domain/errors.ts";
import { listAlertEvents } from "../../src/store/alert-events.ts";
import { listAudit } from "../../src/store/audit.ts";
import { queryRows } from "../../src/store/database.ts";
import { getAlert, listMembers, listOpenForPeople } from "../../src/store/told-alerts.ts";
import { situation } from "../support/alerts.ts";
import { eachDatabase } from "../support/databases.ts";
import { putRules } from "../support/alert-rules.ts";
import { minute, route, step } from "../support/standing-alerts.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);
const anna = "p_0123456789abcdef";

eachDatabase("acknowledging an alert", (database) => {
  beforeEach(async () => {
    await database().execute(
      sql`truncate alert_events, alert_tellings, alerts, audit_entries restart identity cascade`,
    );
    await putRules(database(), {
      routes: [route("all")],
      escalations: [
        {
          slug: "duty",
          title: "Duty",
          steps: [step(0, ["channel:first"]), step(10, ["channel:second"]), step(60, ["management"], "over")],
        },
      ],
      rotas: [],
      management: ["board"],
    });
  });

  const follow = (at: number, ...down: string[]) =>
    followAlerts(database(), situation(["gateway", "beacon < gateway", "mail"], down), ["mail"], at);
  const acknowledge = (at: number, more: Partial<Parameters<typeof acknowledgeAlert>[1]> = {}) =>
    acknowledgeAlert(database(), { id: 1, author: anna, ...more }, at);
  const tellings = async () =>
    (
      await queryRows<Record<string, unknown>>(
        database(),
        sql`select event, channel, round, withdrawn_at is not null as taken_back from alert_tellings
          order by due_at, event desc, channel`,
      )
    ).map(
      ({ event, channel, round, taken_back }) =>
        `${String(channel)} ${String(event)} ${String(round)}${taken_back ? " withdrawn" : ""}`,
    );

  it("stops the escalation, takes back what was not told, and tells everybody who was called", async () => {
    await follow(now, "gateway");
    await follow(now + 10 * minute, "gateway");
    await acknowledge(now + 11 * minute);
    await follow(now + 30 * minute, "gateway");
    expect(await tellings()).toEqual([
      "first opened 0",
      "second escalated 0 withdrawn",
      "first acknowledged 0",
    ]);
    await follow(now + 60 * minute, "gateway");
    expect((await tellings()).at(-1)).toBe("board escalated 0");
    await follow(now + 61 * minute);
    expect((await tellings()).slice(-1)).toEqual(["first closed 0"]);
  });

  const calling = async () =>
    (await listOpenForPeople(database())).filter((alert) => alertStanding(alert) === "calling");

  it("keeps who did it, when and until when, in the history and in the audit", async () => {
    await follow(now, "gateway");
    expect(await calling()).toHaveLength(1);
    await acknowledge(now + minute, { until: now + 30 * minute });
    expect(await getAlert(database(), 1)).toMatchObject({
      ...{ acknowledgedBy: anna, acknowledgedAt: now + minute, acknowledgedUntil: now + 30 * minute },
    });
    expect(await calling()).toEqual([]);
    expect((await listAlertEvents(database(), 1)).at(-1)).toEqual({
      ...{ event: "acknowledged", author: anna, at: now + minute, facts: { until: now + 30 * minute } },
    });
    expect(await listAudit(database(), "alert 1")).toMatchObject([{ event: "acknowledged", author: anna }]);
    await follow(now + 30 * minute, "gateway");
    expect(await getAlert(database(), 1)).toMatchObject({ acknowledgedBy: null, round: 1 });
    expect((await tellings()).at(-1)).toBe("first opened 1");
  });

  it("does one thing when it is sent twice, and refuses who comes after somebody else", async () => {
    await follow(now, "gateway");
    await Promise.all([acknowledge(now + 1), acknowledge(now + 1)]);
    expect(
      (await listAlertEvents(database(), 1)).filter(({ event }) => event === "acknowledged"),
    ).toHaveLength(1);
    await expect(acknowledge(now + 2, { author: "robot" })).rejects.toThrow(Conflict);
    await expect(acknowledge(now + 2, { until: now + 1 })).rejects.toThrow(InvalidInput);
    await expect(acknowledge(now + 2, { id: 99 })).rejects.toThrow(NotFound);
    await follow(now + 3);
    await expect(acknowledge(now + 4)).rejects.toThrow("over");
  });

  it("that was given back lets it call anew, from the first step on", async () => {
    await follow(now, "gateway");
    await acknowledge(now + minute);
    await unacknowledgeAlert(database(), { id: 1, author: anna }, now + 2 * minute);
    await expect(unacknowledgeAlert(database(), { id: 1, author: anna }, now + 2 * minute)).rejects.toThrow(
      Conflict,
    );
    await follow(now + 3 * minute, "gateway");
    await follow(now + 13 * minute, "gateway");
    expect(await tellings()).toEqual([
      "first opened 0",
      "first acknowledged 0",
      "first opened 1",
      "second escalated 1",
    ]);
  });

  it("of one that speaks for others takes them all, whichever of them was named", async () => {
    const one = situation(["gateway", "beacon", "mail"], ["beacon", "mail"]);
    const services = one.services.map((service) => ({
      ...service,
      checks: service.checks.map((check) => ({ ...check, locations: ["osaka"] })),
    }));
    await followAlerts(database(), { ...one, services }, [], now);
    expect((await listMembers(database(), await getAlert(database(), 1))).map(({ id }) => id)).toEqual([2]);
    expect((await acknowledge(now + 1, { id: 2 })).id).toBe(1);
    expect(await calling()).toEqual([]);
  });
});
