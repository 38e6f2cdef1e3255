import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { composeMailing } from "../../src/actions/compose-mailing.ts";
import { putOperationsReports } from "../../src/actions/put-operations-reports.ts";
import type { OperationsReportRule } from "../../src/domain/status/platform.ts";
import { readSettings } from "../../src/live/board-words.ts";
import { openAlert } from "../../src/store/alerts.ts";
import { listMailings, type Mailing } from "../../src/store/mailings.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { testApi } from "../support/api.ts";
import { agree, closablePlatform, forgetClosings, goDown, office } from "../support/closing.ts";
import { eachDatabase } from "../support/databases.ts";
import { comeIn } from "../support/people.ts";

const at = (text: string) => Date.parse(text);
const hour = 3_600_000;
/** Monday 29 June, 07:00 in Copenhagen: week 26 is told of. */
const due = at("2026-06-29T05:00:00Z");
const rule: OperationsReportRule = {
  ...{ to: ["lea@acme.example", "Max@acme.example"], day: "mon", at: "07:00", language: "en" },
};

eachDatabase("telling management of a week", (database) => {
  const setRule = async (operationsReport: OperationsReportRule | undefined) => {
    const { operationsReport: _, ...settings } = await readSettings(database());
    const wanted = operationsReport === undefined ? settings : { ...settings, operationsReport };
    await database().update(platforms).set({ settings: wanted });
  };
  beforeEach(async () => {
    await forgetClosings(database());
    await database().execute(
      sql`truncate mailings, mailing_attempts, alerts, alert_tellings, incidents, tokens, people restart identity cascade`,
    );
    const checks = await closablePlatform(database());
    await setRule(rule);
    await goDown(database(), checks.get("beacon")!, at("2026-06-24T10:00:00Z"), at("2026-06-24T11:00:00Z"));
    await agree(database(), "acme-gold", "covers: [beacon]\ntarget: 99.9");
    await agree(database(), "acme-tin", "covers: [lamp]\ntarget: none");
    await openAlert(database(), {
      ...{ key: "probe_silent osaka-1", kind: "probe_silent", openedAt: at("2026-06-23T08:00:00Z") },
      ...{ facts: { probe: "osaka-1", location: "osaka" }, heldBackBy: null },
    });
  });

  const put = (now: number) => putOperationsReports(database(), office.engine, now);
  const letter = async (mailing: Mailing, now: number) =>
    composeMailing(database(), mailing, {
      secretKey: "a secret",
      baseUrl: "https://acme.example",
      supportMail: null,
      bounceMail: null,
      now: () => now,
    });
  const plain = (text: string) => text.replaceAll(/[\s\u00a0]+/g, " ");

  it("waits for its moment, tells each once a week, and never of a week that was missed", async () => {
    expect(await put(due - 1)).toBe(0);
    expect(await put(due)).toBe(2);
    expect(await put(due + hour)).toBe(0);
    expect((await listMailings(database())).map(({ label }) => label)).toEqual(["2026-W26", "2026-W26"]);
    // Two weeks later only the latest is told of.
    expect(await put(due + 15 * 24 * hour)).toBe(2);
    expect((await listMailings(database())).map(({ label }) => label).sort()).toEqual([
      ...["2026-W26", "2026-W26"],
      ...["2026-W28", "2026-W28"],
    ]);
  });

  it("tells whoever is named later in the week the same, whatever the case of an address", async () => {
    await put(due);
    await setRule({ ...rule, to: ["LEA@acme.example", "new@acme.example"] });
    expect(await put(due + hour)).toBe(1);
    const [newest, before] = await listMailings(database());
    expect(newest).toMatchObject({ recipient: "new@acme.example", facts: before!.facts! });
  });

  it("tells nobody where nobody is named", async () => {
    await setRule(undefined);
    expect(await put(due)).toBe(0);
  });

  it.each([
    ["en", "Operations, week 26: outages 1, incidents 0", "99.404 %"],
    ["da", "Drift, uge 26: udfald 1, hændelser 0", "99,404 %"],
  ] as const)(
    "says in %s what the interface for programs says in figures",
    async (language, subject, percent) => {
      await setRule({ ...rule, language });
      await put(due);
      const mail = await letter((await listMailings(database()))[0]!, due);
      expect([mail.subject, mail.list?.word]).toEqual([subject, "operations"]);
      const api = await testApi(database(), due);
      const answer = await api.send("GET", "/api/v1/operations-report?week=2026-W26", undefined);
      const told = (await answer.json()) as {
        services: { percent: string; downtime: object }[];
        contracts: { spent_ms: number }[];
      };
      expect(told).toMatchObject({
        week: "2026-W26",
        services: [
          { service: "beacon", percent: "99.404761", outages: 1, downtime: { observed_ms: hour } },
          { service: "lamp", percent: "100.000000", outages: 0 },
        ],
        alerts: [{ kind: "probe_silent", opened: 1, closed: 0, open_at_end: 1 }],
        contracts: [{ contract: "acme-gold", cycle: "2026-06", spent_ms: hour, target_percent: "99.9" }],
      });
      const text = plain(mail.text);
      expect(text).toContain(percent);
      expect(percent.replace(/\D/g, "")).toBe(told.services[0]!.percent.replace(".", "").slice(0, 5));
      // Months from January on were never closed; half a year is looked back on.
      expect(text).toContain("https://acme.example/console/closings/2026-05");
    },
  );

  it("is looked at before it is sent, and its figures are refused of a week that runs", async () => {
    const api = await testApi(database(), due - hour);
    const ann = (await comeIn(api, "Ann", "admin")).browser;
    const page = await ann.get("/console/mail/weekly");
    expect(page.status).toBe(200);
    expect(page.headers.get("Content-Security-Policy")).toMatch(/default-src 'none'.*sandbox/);
    const html = plain(await page.text());
    expect(html).toContain("Operations in week 26");
    expect(html).toContain("Nothing was sent.");
    expect(await listMailings(database())).toEqual([]);
    expect(await (await ann.get("/console/mail")).text()).toContain('href="/console/mail/weekly"');
    for (const [week, code] of [
      ["2026-W27", "week_not_over"],
      ["2025-W53", "iso_week"],
    ]) {
      const refused = await api.send("GET", `/api/v1/operations-report?week=${week}`, undefined);
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([422, code]);
    }
  });
});
