import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { followAlerts } from "../../src/actions/follow-alerts.ts";
import { reportRefusals } from "../../src/actions/report-refusals.ts";
import { recoveryMs } from "../../src/domain/alerting/alert.ts";
import { forgetAlerts, listAlerts, listOpenAlerts } from "../../src/store/alerts.ts";
import { queryRows } from "../../src/store/database.ts";
import { situation } from "../support/alerts.ts";
import { eachDatabase } from "../support/databases.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);
const minute = 60_000;
const down = (...slugs: string[]) => situation(["gateway", "beacon < gateway"], slugs);

eachDatabase("following alerts", (database) => {
  beforeEach(async () => {
    await database().execute(sql`truncate alert_events, alert_tellings, alerts`);
  });

  const follow = (what: ReturnType<typeof down>, at: number, channels = ["mail"]) =>
    followAlerts(database(), what, channels, at);
  const tellings = async () =>
    (
      await queryRows<{ event: string; channel: string; key: string }>(
        database(),
        sql`
          select event, channel, key from alert_tellings join alerts on alerts.id = alert_id
          order by alert_id, event desc, channel`,
      )
    ).map(({ event, channel, key }) => `${channel}: ${key} ${event}`);

  it("opens an alert once, puts it down for every channel, and closes it when it is over", async () => {
    const opened = await follow(down("gateway"), now, ["mail", "webhook"]);
    expect(opened).toMatchObject([{ event: "opened", key: "service_down gateway", heldBackBy: null }]);
    expect(await follow(down("gateway"), now + minute, ["mail", "webhook"])).toEqual([]);
    expect(await follow(down(), now + 2 * minute, ["mail", "webhook"])).toMatchObject([{ event: "closed" }]);
    expect(await listAlerts(database(), 10)).toMatchObject([
      { key: "service_down gateway", openedAt: now, closedAt: now + 2 * minute },
    ]);
    expect(await tellings()).toEqual([
      "mail: service_down gateway opened",
      "webhook: service_down gateway opened",
      "mail: service_down gateway closed",
      "webhook: service_down gateway closed",
    ]);
  });

  it("opens a new alert when the same trouble comes again", async () => {
    await follow(down("gateway"), now);
    await follow(down(), now + minute);
    await follow(down("gateway"), now + 2 * minute);
    expect((await listAlerts(database(), 10)).map(({ closedAt }) => closedAt)).toEqual([null, now + minute]);
  });

  it("leaves one open alert when two servers follow at once", async () => {
    await Promise.all([1, 2, 3].map(() => follow(down("gateway"), now)));
    expect(await listOpenAlerts(database())).toHaveLength(1);
    await Promise.all([1, 2, 3].map(() => follow(down(), now + minute)));
    expect(await tellings()).toHaveLength(2);
  });

  it("tells of the parent alone, and of a child that recovers with it nothing", async () => {
    await follow(down("gateway", "beacon"), now);
    await follow(down("beacon"), now + minute);
    await follow(down(), now + minute + 20_000);
    expect(await tellings()).toEqual([
      "mail: service_down gateway opened",
      "mail: service_down gateway closed",
    ]);
    expect(await listOpenAlerts(database())).toEqual([]);
  });

  it("tells of a child that stays down after its parent has recovered", async () => {
    await follow(down("gateway", "beacon"), now);
    await follow(down("beacon"), now + minute);
    await follow(down("beacon"), now + minute + recoveryMs);
    expect(await tellings()).toContain("mail: service_down beacon opened");
  });

  it("does not tell a channel that is configured later of what is long past", async () => {
    await follow(down("gateway"), now, []);
    expect(await tellings()).toEqual([]);
    await follow(down("gateway"), now + 60 * minute);
    expect(await tellings()).toEqual(["mail: service_down gateway opened"]);
    await database().execute(sql`truncate alert_tellings`);
    await follow(down("gateway"), now + 25 * 60 * minute);
    expect(await tellings()).toEqual([]);
  });

  it("adds up refusals that several servers report, and closes when none has come for a while", async () => {
    const refusals = { code: "wrong_signature", count: 3, lastAt: now, probe: "osaka-1" };
    await reportRefusals(database(), [refusals]);
    await reportRefusals(database(), [{ ...refusals, count: 2, lastAt: now + minute }]);
    expect(await listOpenAlerts(database())).toMatchObject([
      { key: "batches_refused wrong_signature", facts: { count: 5, last_at: now + minute } },
    ]);
    expect(await follow(down(), now + 10 * minute)).toEqual([]);
    expect(await follow(down(), now + 11 * minute)).toMatchObject([{ event: "closed" }]);
  });

  it("forgets alerts that were closed long ago, and none that is open", async () => {
    await follow(down("gateway"), now);
    await follow(down("beacon"), now + minute);
    await forgetAlerts(database(), now + minute + 1);
    expect((await listAlerts(database(), 10)).map(({ key }) => key)).toEqual(["service_down beacon"]);
  });
});
