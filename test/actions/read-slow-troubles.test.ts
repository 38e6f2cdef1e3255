import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { followAlerts } from "../../src/actions/follow-alerts.ts";
import { readAgreedNow, readBudgets } from "../../src/actions/read-budgets.ts";
import { readSlowTroubles } from "../../src/actions/read-slow-troubles.ts";
import { alertKey } from "../../src/domain/alerting/alert.ts";
import type { MeasuredService } from "../../src/domain/status/service.ts";
import { listAlerts, listOpenAlerts } from "../../src/store/alerts.ts";
import { situation } from "../support/alerts.ts";
import { measuredService } from "../support/api.ts";
import { agree, closablePlatform, forgetClosings, goDown, office } from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";

const minute = 60_000;
const day = 1_440 * minute;
/** Ten days into July in Copenhagen. */
const start = Date.parse("2026-06-30T22:00:00Z");
const now = start + 10 * day;

eachDatabase("looking at promises", (database) => {
  let checks: Map<string, number>;
  beforeEach(async () => {
    await forgetClosings(database());
    await database().execute(sql`truncate alert_tellings, alert_events, alerts restart identity cascade`);
    checks = await closablePlatform(database());
  });

  /** The services as the board would have them: down for so long from an instant on. */
  async function hit(slug: string, at: number, ms: number): Promise<MeasuredService[]> {
    await goDown(database(), checks.get(slug)!, at, at + ms);
    return board([slug, at, at + ms]);
  }
  function board(...hits: [string, number, number][]): MeasuredService[] {
    return ["beacon", "lamp"].map((slug) =>
      measuredService(slug, now, {
        checks: [{ slug: "web", counts: true }] as never,
        segments: hits
          .filter(([one]) => one === slug)
          .map(([, from, to]) => ({ start: from, end: to, state: "down" as const })),
      }),
    );
  }
  const budgets = async (measured: MeasuredService[], at = now) =>
    readBudgets(database(), office.engine, measured, await readAgreedNow(database()), at);
  const troubles = async (measured: MeasuredService[], fallback = ["mail"], at = now) =>
    (await readSlowTroubles(database(), office.engine, measured, fallback, at)).map(alertKey).sort();

  it("computes the budgets of contracts whose services were hit in their running cycle, and of no other", async () => {
    await agree(database(), "acme-gold", "target: 99.9\ncovers: [beacon]");
    await agree(database(), "acme-lamp", "target: 99.9\ncovers: [lamp]");
    await agree(database(), "acme-none", "target: none\ncovers: [beacon]");
    expect(await budgets(await hit("beacon", start - 5 * day, 30 * minute))).toEqual([]);
    const found = await budgets(await hit("beacon", start + 2 * day, 20 * minute));
    expect(found).toMatchObject([
      {
        ...{ contract: "acme-gold", customer: "Acme", label: "2026-07", target: "99.9", start },
        ...{ allowedMs: 2_678_400, spentMs: 20 * minute, leftMs: 2_678_400 - 20 * minute },
        // Ten days of thirty-one: it goes on as it has.
        ...{ projectedMs: 3.1 * 20 * minute, burns: [] },
      },
    ]);
  });

  it("tells the shares that are spent and that the promise will not last, early in a cycle only the former", async () => {
    await agree(database(), "acme-gold", "target: 99.9\ncovers: [beacon]");
    const measured = await hit("beacon", start + day, 23 * minute);
    expect(await troubles(measured, ["mail"], start + 2 * day)).toEqual([
      "budget_spent acme-gold 2026-07 50",
    ]);
    expect(await troubles(measured)).toEqual([
      "budget_projected acme-gold 2026-07",
      "budget_spent acme-gold 2026-07 50",
    ]);
  });

  it("spends nothing for silence at the end, which may still be told otherwise, nor where nothing was ever heard", async () => {
    await agree(database(), "acme-strict", "target: 99.9\ncovers: [beacon]\nunknown: down");
    await goDown(database(), checks.get("beacon")!, start + day, start + day + 5 * minute);
    const silent = (since: number | null) =>
      board(["beacon", start + day, now]).map((service) => ({
        ...service,
        ...{ reading: "unknown" as const, readingSince: since },
      }));
    const [told] = await budgets(silent(start + 2 * day));
    expect(told).toMatchObject({ spentMs: 5 * minute });
    expect(await budgets(silent(null))).toEqual([]);
    expect(await budgets(silent(start - day))).toEqual([]);
  });

  it("looks at rates where a budget is spent bit by bit", async () => {
    await agree(database(), "acme-slow", "target: 99\ncovers: [beacon]");
    const measured = await hit("beacon", now - 50 * minute, 40 * minute);
    const [budget] = await budgets(measured);
    expect(budget!.burns).toEqual([
      { windowMs: 360 * minute, spentMs: 40 * minute },
      { windowMs: 30 * minute, spentMs: 20 * minute },
    ]);
    expect(await troubles(measured)).toContain("budget_burning acme-slow 2026-07");
  });

  it("opens each once in a cycle, and closes nothing that was not looked at", async () => {
    await agree(database(), "acme-gold", "target: 99.9\ncovers: [beacon]");
    const follow = async (measured: MeasuredService[] | null, at: number) =>
      followAlerts(
        database(),
        {
          ...situation(["beacon"], []),
          slow:
            measured === null
              ? null
              : await readSlowTroubles(database(), office.engine, measured, ["mail"], at),
        },
        ["mail"],
        at,
      );
    await follow(await hit("beacon", start + day, 12 * minute), start + 2 * day);
    const open = async () => (await listOpenAlerts(database())).map(({ key }) => key);
    expect(await open()).toEqual(["budget_spent acme-gold 2026-07 25"]);
    await follow(null, start + 2 * day + minute);
    expect(await open()).toEqual(["budget_spent acme-gold 2026-07 25"]);
    await follow(await hit("beacon", start + 3 * day, 12 * minute), start + 3 * day + 30 * minute);
    expect(await open()).toEqual(["budget_spent acme-gold 2026-07 50"]);
    // It was not put right: more is spent, and the higher share says so.
    const facts = async () => (await listAlerts(database(), 2)).map((one) => one.facts.outgrown_by);
    expect(await facts()).toEqual([undefined, 50]);
    // It was put right, and then it happened again.
    await database().execute(sql`delete from outages`);
    await database().execute(sql`delete from readings where at > ${start}`);
    await follow(board(), start + 4 * day);
    expect(await open()).toEqual([]);
    await follow(await hit("beacon", start + 5 * day, 24 * minute), start + 6 * day);
    expect(await open()).toEqual(["budget_projected acme-gold 2026-07"]);
    expect(await listAlerts(database(), 10)).toHaveLength(3);
  });

  it("tells of a service that is promised and not watched, and of one that leads to nobody", async () => {
    await agree(database(), "acme-gold", "target: 99.9\ncovers: [beacon]");
    const unwatched = board().map((service) => ({ ...service, checks: [] }));
    expect(await troubles(unwatched)).toEqual(["promise_unmonitored beacon"]);
    expect(await troubles(board())).toEqual([]);
    expect(await troubles(board(), [])).toEqual([]);
  });
});
