import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { createToken } from "../../../src/actions/create-token.ts";
import { beginClosing } from "../../../src/store/closings.ts";
import type { Database } from "../../../src/store/database.ts";
import { listReports } from "../../../src/store/reports.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import {
  agree,
  closablePlatform,
  forgetClosings,
  goDown,
  goSilent,
  june,
  settled,
} from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";

const at = (text: string) => Date.parse(text);
const gold = `target: 99.99
covers: [beacon, lamp]
fee: 4000.00 DKK
recipients: ann@acme.example
credit: { mode: automatic, bands: [{ below: 99.99, percent: 10 }] }`;

onPostgres("closing a month on its page", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: TestBrowser;
  let bo: TestBrowser;
  let checks: Map<string, number>;
  const page = `/console/closings/${june}`;
  const settle = `/console/contracts/acme-gold/${june}/settle`;
  const read = async (browser: TestBrowser, path: string) =>
    (await (await browser.get(path)).text()).replaceAll("\u00a0", " ");

  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate tokens, people, idempotency_keys restart identity cascade`);
    checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await agree(db, "acme-silver", "target: 99.9\ncovers: [lamp]");
    api = await testApi(db, settled);
    const enter = async (name: string) => {
      const browser = testBrowser(api);
      await browser.post("/console/sign-in", { token: await createToken(db, name, settled) });
      return browser;
    };
    ann = await enter("Ann");
    bo = await enter("Bo");
  });

  const breach = () =>
    goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:10:00Z"));

  it("begins with the latest month that ended, and is for those who are signed in", async () => {
    expect((await ann.get("/console/closings")).headers.get("Location")).toBe(page);
    expect((await testBrowser(api).get(page)).status).toBe(303);
    expect((await ann.get("/console/closings/2026-13")).status).toBe(404);
  });

  it("singles out who needs a person, with what for, and closes the others with one button", async () => {
    await breach();
    const before = await read(ann, page);
    expect(before).toContain("2 contracts: 1 ready, 1 in need of a person, 0 final.");
    expect(before.indexOf("1 outage without an incident to explain: beacon")).toBeLessThan(
      before.indexOf("1 can be closed"),
    );
    const confirm = await read(ann, `${page}/close`);
    expect(confirm).toContain("1 report is issued, for 1 customer.");
    expect(confirm).toContain("1 contract stays open");
    const begun = await ann.post(`${page}/close`);
    expect([begun.status, begun.headers.get("Location")]).toEqual([303, page]);
    await api.deps.closings.settled();
    expect((await listReports(db)).map(({ contract, author }) => [contract, author])).toEqual([
      ["acme-silver", "Ann"],
    ]);
    expect(await read(ann, page)).toContain("Ann closed 1 of 1");
    expect(api.defects).toEqual([]);
  });

  it("names what it owes before it is closed, and whom it tells", async () => {
    await breach();
    await ann.post(`${settle}/explain`, { differences: "service beacon", reason: "Known.", once: "1" });
    const confirm = await read(ann, `${page}/close`);
    expect(confirm).toContain("2 reports are issued");
    expect(confirm).toContain("400.00 DKK of credit arises, in 1 contract.");
    expect(confirm).toContain("1 address is to receive the report.");
  });

  it("tells a second person who is at it, and everybody how far it is", async () => {
    const wanted = { label: june, contractId: null, author: "Ann", until: settled, total: 8 };
    await beginClosing(db, wanted, settled);
    const answer = await bo.post(`${page}/close`);
    expect(answer.status).toBe(409);
    const told = await answer.text();
    expect(told).toContain("Ann has been closing");
    expect(told).toContain('<progress value="0" max="8"');
    expect(told).toContain('<noscript><meta http-equiv="refresh" content="3"></noscript>');
    expect(await (await bo.get(`${page}/progress`)).json()).toMatchObject({
      ...{ isOver: false, closed: 0, total: 8, words: "0 of 8 closed" },
    });
    expect((await ann.post(`${page}/close`)).status).toBe(303);
    api.clock.now += 6 * 60_000;
    expect(await (await bo.get(`${page}/progress`)).json()).toMatchObject({ isOver: true });
  });

  it("refuses a month that runs, in words on the page", async () => {
    api.clock.now = at("2026-06-20T00:00:00Z");
    const answer = await ann.post(`${page}/close`);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain("No contract&#39;s cycle 2026-06 is over");
  });

  it("is looked at by a viewer, and done by an account manager", async () => {
    const viewer = (await comeIn(api, "Vi", "viewer")).browser;
    const manager = (await comeIn(api, "Mo", "account-manager")).browser;
    expect((await viewer.get(page)).status).toBe(200);
    expect((await viewer.get("/console/credits")).status).toBe(200);
    for (const path of [`${page}/close`, `${settle}/close`, `${settle}/explain`]) {
      expect([path, (await viewer.post(path, { confirmed: "yes" })).status]).toEqual([path, 403]);
    }
    expect((await viewer.get("/console/proposals/new-correction")).status).toBe(403);
    expect(await listReports(db)).toEqual([]);
    expect((await manager.post(`${page}/close`)).status).toBe(303);
    await api.deps.closings.settled();
    expect(await listReports(db)).toHaveLength(2);
    expect(await read(viewer, page)).toContain("Mo closed 2 of 2");
  });

  it("does nothing for a form of somebody else's page", async () => {
    const from = { Origin: "https://elsewhere.example" };
    expect((await ann.post(`${page}/close`, {}, from)).status).toBe(403);
    expect((await ann.post(`${settle}/close`, { confirmed: "yes" }, from)).status).toBe(403);
    expect(await listReports(db)).toEqual([]);
  });

  it("takes one reason for several differences, keeps what was typed, and does the same form once", async () => {
    await breach();
    await goDown(db, checks.get("lamp")!, at("2026-06-11T10:00:00Z"), at("2026-06-11T10:01:00Z"));
    const [first, second] = [
      `outage ${at("2026-06-10T10:00:00Z")} beacon`,
      `outage ${at("2026-06-11T10:00:00Z")} lamp`,
    ];
    const refused = await ann.post(`${settle}/explain`, { differences: [first], reason: " ", once: "1" });
    const shown = await refused.text();
    expect(refused.status).toBe(422);
    expect(shown).toContain(`value="${first}" checked`);
    expect(shown).toContain('aria-invalid="true"');
    const nothing = await ann.post(`${settle}/explain`, { reason: "The network.", once: "1" });
    expect(await nothing.text()).toMatch(/Choose at least one.*The network\./s);
    const fields = { differences: [first, second], reason: "The network.", once: "1" };
    for (let i = 0; i < 2; i++) {
      const answer = await ann.post(`${settle}/explain`, fields);
      expect([answer.status, answer.headers.get("Location")]).toEqual([303, settle]);
    }
    const explained = await read(ann, settle);
    expect(explained.match(/The network\./g)).toHaveLength(2);
    expect(explained).toContain("Close this cycle");
  });

  it("shows the bounds of unmeasured time, takes the decision, and then closes once it is confirmed", async () => {
    await goSilent(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T11:00:00Z"));
    const before = await read(ann, settle);
    expect(before).toContain("Had all unmeasured time been down, it would be 99.861111 %");
    expect(before).not.toContain(`${settle}/close`);
    expect((await ann.post(`${settle}/decide`, { reason: "", once: "2" })).status).toBe(422);
    expect((await ann.post(`${settle}/decide`, { reason: "Our line.", once: "2" })).status).toBe(303);
    expect(await read(bo, settle)).toContain("Our line.");
    const unconfirmed = await bo.post(`${settle}/close`);
    expect(unconfirmed.status).toBe(422);
    expect((await bo.post(`${settle}/close`, { confirmed: "yes" })).status).toBe(303);
    expect(await read(ann, settle)).toContain("Final: Bo issued revision 1");
    expect((await ann.post(`${settle}/close`, { confirmed: "yes" })).status).toBe(303);
    expect(await listReports(db)).toHaveLength(1);
  });

  it("refuses to close what still needs a person, with every reason", async () => {
    await breach();
    const answer = await ann.post(`${settle}/close`, { confirmed: "yes" });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain("without an incident: explain it.");
  });
});
