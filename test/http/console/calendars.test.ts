import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { listAudit } from "../../../src/store/audit.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { agreeOnSupport } from "../../support/requests.ts";
import { consoleBrowser } from "../../support/rooms.ts";
import { insertServices } from "../../support/services.ts";

/** Wednesday, noon in Copenhagen. */
const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("calendars in the console", (database) => {
  let api: TestApi;
  let browser: TestBrowser;
  beforeEach(async () => {
    await database().execute(
      sql`truncate requests, reporters, calendars, contracts, customers, services, tokens restart identity cascade`,
    );
    api = await testApi(database(), now);
    browser = await consoleBrowser(api, "ops");
    await insertServices(database(), ["beacon"]);
    await agreeOnSupport(api);
  });

  const office = {
    ...{ slug: "office", title: "Office hours", time_zone: "Europe/Copenhagen", fri: "08:00-15:00" },
    ...{ mon: "08:00-12:00, 12:30-16:00", tue: "08:00-16:00", wed: "08:00-16:00", thu: "08:00-16:00" },
    ...{ holidays: "DK", closed: "2026-12-24\n2026-07-13 .. 2026-07-26" },
  };
  const text = async (path: string) => (await browser.get(`/console${path}`)).text();
  const add = (over: object = {}) => browser.post("/console/calendars/new", { ...office, ...over });
  const contractBy = () =>
    api.send("PUT", "/api/v1/contracts/delta-all", {
      ...{ customer: "acme", title: "Delta", starts: "2026-06-01" },
      support: { plan: "desk", plans: { desk: { hours: "office", clock: "working", response: "8h" } } },
    });

  it("are added, and shown as a year with their holidays by name", async () => {
    const made = await add();
    expect([made.status, made.headers.get("Location")]).toEqual([303, "/console/calendars/office"]);
    const page = await text("/calendars/office?year=2026");
    expect(page.match(/<table/g)).toHaveLength(12);
    expect(page).toContain("Maundy Thursday");
    expect(page).toMatch(/data-kind="holiday" title="Maundy Thursday"><time datetime="2026-04-02"/);
    expect(page).toMatch(/data-kind="closure"[^>]*><time datetime="2026-07-20"/);
    expect(page).toMatch(/title="08:00–12:00, 12:30–16:00"><time datetime="2026-06-01"/);
    expect(page).toMatch(/13\s–\s26 July/);
    expect(await listAudit(database(), "office")).toHaveLength(1);
  });

  it("close on public holidays of any country or region, found by searching, with nothing lost of what was typed", async () => {
    const found = await (await add({ q: "bayern", step: "search" })).text();
    expect(found).toMatch(/value="DE-BY"> <span>Germany: Bayern</);
    expect(found).toMatch(/value="DK" checked> <span>Denmark</);
    expect(found).toContain('value="Office hours"');
    expect(found).not.toContain('value="SE"');
    expect(await (await add({ q: "nowhere at all", step: "search" })).text()).toContain(
      "No country or region is called “nowhere at all”.",
    );
    expect((await browser.get("/console/calendars/office")).status).toBe(404);
    await add({ slug: "munich", holidays: ["DE-BY", "DK"] });
    const page = await text("/calendars/munich?year=2026");
    expect(page).toContain('<time datetime="2026-01-06"');
    expect(await text("/calendars/munich/edit")).toMatch(/value="DE-BY" checked/);
    await browser.post("/console/calendars/munich/archive", { confirmed: "yes" });
  });

  it.each([
    [{ slug: "Not a slug" }, "slug"],
    [{ holidays: "XX" }, "holidays"],
    [{ mon: "9 to 5" }, "mon"],
    [{ tue: "08:00-12:00, 11:00-16:00" }, "tue"],
    [{ time_zone: "Mars/Olympus" }, "time_zone"],
    [{ closed: "2026-02-30" }, "closed"],
  ])("come back with the fault at its field, and with what was typed: %j", async (over, field) => {
    const refused = await add(over);
    const page = await refused.text();
    expect(refused.status).toBe(422);
    expect(page).toMatch(
      new RegExp(`id="${field}"[^>]*aria-invalid="true"|aria-describedby="${field}-fault[^>]*`),
    );
    expect(page).toContain(`id="${field}-fault"`);
    expect(page).toContain(Object.values(over)[0]!.split("\n")[0]!.replaceAll("&", "&amp;"));
  });

  it("of one name there is one", async () => {
    await add();
    const refused = await add();
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain("is the name of a calendar already; choose another one");
  });

  it("say who counts by them, and are not archived meanwhile", async () => {
    await add();
    expect((await contractBy()).status).toBe(200);
    expect(await text("/calendars")).toMatch(
      /delta-all<\/a> <span class="soft">support and response targets \(desk\)/,
    );
    const refused = await browser.post("/console/calendars/office/archive", { confirmed: "yes" });
    expect([refused.status, (await refused.text()).includes("delta-all")]).toEqual([409, true]);
  });

  it("tell which clocks a closure would move, and move them when that is meant", async () => {
    await add();
    await contractBy();
    await api.send("POST", "/api/v1/requests", {
      ...{ subject: "No sign-in", message: "Since noon.", customer: "acme", contract: "delta-all" },
    });
    const closing = { ...office, closed: "2026-06-11..2026-06-12" };
    const asked = await browser.post("/console/calendars/office/edit", closing);
    const page = await asked.text();
    expect(asked.status).toBe(200);
    expect(page).toMatch(
      /REQ-2026-0001<\/a> No sign-in · First answer · <s><time datetime="2026-06-11T10:00:00.000Z"/,
    );
    expect(page).toContain('<time datetime="2026-06-15T10:00:00.000Z"');
    expect(page).toContain("2026-06-11..2026-06-12");
    const done = await browser.post("/console/calendars/office/edit", { ...closing, confirmed: "yes" });
    expect(done.status).toBe(303);
    const clocks = await (await api.send("GET", "/api/v1/response-clocks", undefined)).json();
    expect(clocks).toMatchObject({ clocks: [{ due_at: "2026-06-15T10:00:00.000Z" }] });
    expect((await text("/calendars/office")).match(/11 June 2026 – 12 June 2026/g)).not.toBeNull();
  });

  it("are overwritten by nobody who has not seen what stands", async () => {
    await add();
    const place = "/console/calendars/office/edit";
    const mark = /name="edition" value="([\w-]+)"/;
    const edition = mark.exec(await text("/calendars/office/edit"))![1]!;
    const answer = await api.send("GET", "/api/v1/calendars/office", undefined);
    expect(answer.headers.get("etag")).toBe(`"${edition}"`);
    const other = await consoleBrowser(api, "Bo");
    expect((await other.post(place, { ...office, edition, fri: "08:00-14:00" })).status).toBe(303);
    const late = await browser.post(place, { ...office, edition, title: "Our office" });
    const page = await late.text();
    expect([late.status, /Bo changed this calendar meanwhile \(/.test(page)]).toEqual([412, true]);
    expect(page).toContain('value="Our office"');
    expect(await text("/calendars/office")).not.toContain("Our office");
    const seen = mark.exec(page)![1]!;
    const again = await browser.post(place, { ...office, edition: seen, title: "Our office" });
    expect(again.status).toBe(303);
  });

  it("that contracts have counted by keep their past", async () => {
    await add();
    await contractBy();
    const refused = await browser.post("/console/calendars/office/edit", { ...office, mon: "10:00-12:00" });
    expect([refused.status, (await refused.text()).includes("have been counted with")]).toEqual([409, true]);
  });

  it("are archived when nobody counts by them", async () => {
    await add();
    expect((await browser.post("/console/calendars/office/archive", { confirmed: "yes" })).status).toBe(303);
    expect(await text("/calendars")).toContain("Archived");
  });

  it("written into contracts are looked at in the same way", async () => {
    const list = await text("/calendars");
    const [, address] = /href="\/console(\/contracts\/acme-all\/hours\/\d)"/.exec(list)!;
    expect((await text(address!)).match(/<table/g)).toHaveLength(12);
  });
});
