import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createToken } from "../../../src/actions/create-token.ts";
import { reportLanguage } from "../../../src/documents/report-language.ts";
import type { Report } from "../../../src/domain/sla/report/report.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { testBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings, goDown, june, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { consoleBrowser } from "../../support/rooms.ts";

const gold = `title: "Gold <i>one</i>"
target: 99.99
covers: [beacon]
fee: 4000.00 DKK
recipients: [cfo@acme.example]
credit: { mode: on_claim, claim: { days_after_cycle: 30 }, bands: [{ below: 99.99, percent: 10 }] }`;
const all = `target: 99.9
covers: [beacon, lamp]
fee: 100.00 EUR`;
const outage = [Date.parse("2026-06-10T10:00:00Z"), Date.parse("2026-06-10T10:10:00Z")] as const;
const correction = {
  start: "2026-06-10T10:00:00Z",
  end: "2026-06-10T10:10:00Z",
  service: "beacon",
  reads_as: "up",
  reason: "A broken switch of ours, not the service.",
};

onPostgres("the pages of contracts", (database) => {
  let db: Database;
  let api: TestApi;
  let bo: TestBrowser;
  let ida: (method: string, path: string, body?: object) => Promise<Record<string, any>>;
  beforeAll(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate tokens restart identity cascade`);
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await agree(db, "acme-all", all);
    await goDown(db, checks.get("beacon")!, ...outage);
    api = await testApi(db, settled);
    bo = await consoleBrowser(api, "Bo");
    const token = await createToken(db, "Ida", settled);
    ida = async (method, path, body) => {
      const answer = await api.request(`/api/v1${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      expect(answer.ok, text).toBe(true);
      return JSON.parse(text) as Record<string, unknown>;
    };
  });

  const page = async (path: string, headers = {}) => {
    const answer = await bo.get(`/console${path}`, headers);
    const html = await answer.text();
    expect(answer.status, html.slice(0, 300)).toBe(200);
    return html;
  };
  /** What of a page is read, as one line. */
  const words = (html: string) =>
    html
      .replace(/<(script|style|title)[^]*?<\/\1>/g, " ")
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ");
  const cell = (html: string, contract: string, label: string) => {
    const found = new RegExp(`<a class="cell" href="/console/contracts/${contract}/${label}">[^]*?</a>`).exec(
      html,
    );
    return found === null ? null : words(found[0]).trim();
  };

  it("the year names itself", async () => {
    expect(words(await page("/contracts"))).toContain("Contracts 2026");
  });

  it("a cell tells verdict, percentage, credit and what needs a person", async () => {
    const year = await page("/contracts?year=2026");
    expect(cell(year, "acme-gold", june)).toBe("June 2026 missed 99.976 % 400.00 DKK 1 to explain");
    expect(cell(year, "acme-gold", "2026-05")).toBe("May 2026 met 100.000 % ready to close");
    expect(cell(year, "acme-gold", "2026-07")).toBe("July 2026 on track 100.000 % runs");
    expect(cell(year, "acme-gold", "2026-08")).toBeNull();
    expect(words(year)).toContain("What is not issued yet is told as of 02:00:00");
  });

  it("a title is text, whatever it looks like", async () => {
    for (const path of [
      "/contracts",
      "/contracts/acme-gold",
      `/contracts/acme-gold/${june}`,
      "/customers/acme",
    ]) {
      const html = await page(path);
      expect(html).not.toContain("<i>");
      expect(html).toContain("Gold &lt;i&gt;one&lt;/i&gt;");
    }
  });

  it("finds contracts by name, by customer, and by whether they need a person", async () => {
    const shown = async (query: string) => {
      const html = await page(`/contracts?${query}`);
      return [...html.matchAll(/<th scope="row"><a href="\/console\/contracts\/([\w-]+)"/g)].map(
        ([, slug]) => slug,
      );
    };
    expect(await shown("")).toEqual(["acme-all", "acme-gold"]);
    expect(await shown("q=GOLD")).toEqual(["acme-gold"]);
    expect(await shown("customer=acme")).toHaveLength(2);
    expect(await shown("customer=nobody")).toEqual([]);
    expect(await shown("waiting=1")).toEqual(["acme-all", "acme-gold"]);
    expect(await shown("waiting=1&year=2025")).toEqual([]);
  });

  it("a cycle shows the figures of the report that the API gives, to the last digit", async () => {
    const { draft } = await ida("GET", `/contracts/acme-gold/cycles/${june}`);
    const report = draft as Report;
    const html = words(await page(`/contracts/acme-gold/${june}`));
    const told = reportLanguage("en");
    const [part] = report.parts;
    for (const figure of [
      told.percent(report.result.percent),
      told.duration(part!.counted_down_ms),
      told.duration(part!.budget!.allowed_ms),
      told.percent(part!.edges.low),
      told.money(report.result.credit_minor!, report.result.currency!),
    ]) {
      expect(html).toContain(figure.replaceAll("\u00a0", " "));
    }
    expect(html).toContain("June 2026 closing");
    expect(html).toContain("beacon was down from");
    expect(html).not.toContain("Report as PDF");
    expect(await page(`/contracts/acme-gold/${june}`)).toContain(
      `<li class="need"><a href="/console/contracts/acme-gold/${june}/settle">`,
    );
  });

  it("a running cycle says where it leads", async () => {
    const html = words(await page("/contracts/acme-gold/2026-07"));
    expect(html).toContain("July 2026 provisional");
    expect(html).toContain("If nothing more happens: 100.000 %.");
    expect(html).toContain("The cycle runs until");
  });

  it("says no to contracts, months and revisions that are not there", async () => {
    for (const path of [
      "/contracts/nobody",
      "/contracts/nobody/2026-06",
      "/contracts/acme-gold/2025-12",
      "/contracts/acme-gold/2026-09",
      "/contracts/acme-gold/2026-13",
      "/contracts/acme-gold/june",
      `/contracts/acme-gold/${june}?revision=7`,
      `/contracts/acme-gold/${june}?revision=x`,
      `/contracts/acme-gold/${june}/report.pdf`,
      `/contracts/acme-gold/${june}/report.doc`,
      "/customers/nobody",
    ]) {
      expect([path, (await bo.get(`/console${path}`)).status]).toEqual([path, 404]);
    }
  });

  it("shows nothing to somebody who is not signed in", async () => {
    for (const path of [
      "/contracts",
      "/contracts/acme-gold",
      `/contracts/acme-gold/${june}/report.pdf`,
      "/customers",
    ]) {
      expect([path, (await testBrowser(api).get(`/console${path}`)).status]).toEqual([path, 303]);
    }
  });

  it("a contract is told in words, with what stands doubtful on it", async () => {
    const html = words(await page("/contracts/acme-gold"));
    for (const part of [
      "in force, since 1 January 2026",
      "cfo@acme.example",
      "at least 99.99 % of the time that counts",
      "is asked from one location only",
      "June 2026 missed 99.976 % 99.99 % 400.00 DKK 1 to explain",
      "No credit has come of it.",
    ]) {
      expect(html).toContain(part);
    }
  });

  it("speaks the reader's language, with figures as they are spelled there", async () => {
    const french = words(await page(`/contracts/acme-gold/${june}`, { "Accept-Language": "fr" }));
    expect(french).toContain("juin 2026 en clôture");
    expect(french).toContain("99,976 %");
    expect(french).toContain("400,00 DKK");
  });

  it("what is issued is told from the reports, revision by revision, with its seal and downloads", async () => {
    const cycle = `/contracts/acme-gold/cycles/${june}`;
    await ida("POST", `${cycle}/explanations`, { reason: "Known.", differences: [{ service: "beacon" }] });
    const issued = await ida("POST", `${cycle}/closing`);
    const year = await page("/contracts?year=2026");
    expect(cell(year, "acme-gold", june)).toBe("June 2026 missed 99.976 % 400.00 DKK");
    expect(words(year)).toContain("Credit by the latest reports, DKK 400.00 DKK in the year");
    const path = `/contracts/acme-gold/${june}`;
    const html = await page(path);
    expect(words(html)).toContain("June 2026 final");
    expect(html).toContain(issued.sha256);
    expect(html).not.toContain("rests on something else");
    const downloads = [...html.matchAll(/href="\/console([^"]*report\.\w+\?revision=1)"/g)].map(
      ([, to]) => to!,
    );
    expect(downloads).toHaveLength(5);
    for (const to of downloads) {
      const file = await bo.get(`/console${to}`);
      expect([to, file.status, file.headers.get("Cache-Control")]).toEqual([to, 200, "private, no-cache"]);
    }
    const json = await (await bo.get(`/console${path}/report.json`)).text();
    const sealed = await api.send("GET", `/api/v1/contracts/acme-gold/reports/${june}`, undefined);
    expect(json).toBe(await sealed.text());
    const table = await (await bo.get(`/console${path}/report.csv?table=outages`)).text();
    expect(table).toContain("beacon");
    expect(words(await page("/contracts/acme-gold"))).toContain(
      "June 2026 1 400.00 DKK eligible 31 July 2026",
    );
    expect(words(await page("/customers/acme"))).toContain("400.00 DKK eligible");
  });

  it("says in what it would be computed differently now, and that a revision is not the latest", async () => {
    const proposed = await ida("POST", "/corrections", correction);
    const taken = async (path: string, body: object) => {
      const answer = await api.send("POST", `/api/v1${path}`, body);
      expect(answer.ok, await answer.text()).toBe(true);
    };
    await taken(`/corrections/${String(proposed.reference)}/steps`, { step: "approved", reason: "Seen." });
    const changed = words(await page(`/contracts/acme-gold/${june}`));
    expect(changed).toContain("rests on something else than what was issued");
    expect(changed).toContain("Availability: 99.976851 % → 100.000000 %");
    const restated = await ida("POST", `/contracts/acme-gold/reports/${june}/revisions`, {
      reason: "The switch.",
    });
    const year = await page("/contracts?year=2026&waiting=1");
    expect(cell(year, "acme-gold", june)).toContain("Restatement proposed");
    await taken(`/revisions/${String(restated.reference)}/approval`, {});
    const second = words(await page(`/contracts/acme-gold/${june}`));
    expect(second).toContain("Revision 2, issued");
    expect(second).toContain("The switch. Ida, test ");
    const first = words(await page(`/contracts/acme-gold/${june}?revision=1`));
    expect(first).toContain("no longer the latest: revision 2 is");
    expect(first).toContain("99.976851 %");
    expect(cell(await page("/contracts?year=2026"), "acme-gold", june)).toBe(
      "June 2026 met 100.000 % revision 2",
    );
  });
});
