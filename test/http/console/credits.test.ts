import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { closeCycle } from "../../../src/actions/close-cycle.ts";
import { createToken } from "../../../src/actions/create-token.ts";
import { explainDifferences } from "../../../src/actions/explain-differences.ts";
import { listCredits } from "../../../src/store/credits.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import {
  agree,
  closablePlatform,
  forgetClosings,
  goDown,
  june,
  office,
  settled,
} from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";

const at = (text: string) => Date.parse(text);
const gold = `target: 99.99
covers: [beacon]
fee: 4000.00 DKK
credit: { mode: on_claim, claim: { days_after_cycle: 30 }, bands: [{ below: 99.99, percent: 10 }] }`;

onPostgres("the ledger on its pages", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: TestBrowser;
  const page = `/console/credits/acme-gold/${june}/1`;
  const read = async (path: string) => (await (await ann.get(path)).text()).replaceAll("\u00a0", " ");

  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate tokens, idempotency_keys restart identity cascade`);
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:10:00Z"));
    const asked = { contract: "acme-gold", label: june };
    const choices = [{ service: "beacon", incident: null, start: null }];
    await explainDifferences(db, office.engine, { ...asked, choices, reason: "Known." }, "Ann", settled);
    await closeCycle(db, office, { ...asked, author: "Ann" }, settled);
    api = await testApi(db, settled);
    ann = testBrowser(api);
    await ann.post("/console/sign-in", { token: await createToken(db, "Ann", settled) });
  });

  it("counts down to the end of the claim window, and says when it is over", async () => {
    expect(await read("/console/credits")).toContain("26 full days left to claim it: until");
    api.clock.now = at("2026-07-31T00:00:00Z");
    await ann.post("/console/sign-in", { token: await createToken(db, "Bo", api.clock.now) });
    expect(await read("/console/credits")).toContain("It could be claimed until");
    const late = await read(page);
    expect(late).not.toContain('value="claimed"');
    expect(late).toContain('value="void"');
  });

  it("is filtered and summed, on the page and in the file for accounting", async () => {
    expect(await read("/console/credits?state=eligible&customer=acme&month=2026-06")).toContain("400.00 DKK");
    expect(await read("/console/credits?state=issued")).toContain("There is none.");
    expect(await read("/console/credits?customer=nobody")).toContain("There is none.");
    const file = await ann.get("/console/credits.csv?month=2026-06");
    expect(file.headers.get("Content-Disposition")).toContain("credits.csv");
    const own = await file.text();
    expect(own).toContain("acme,acme-gold,2026-06,1,400.00,DKK,eligible");
    expect(await (await api.send("GET", "/api/v1/credits.csv", undefined)).text()).toBe(own);
  });

  it("is moved by the steps it can take, with a reason where it hurts, once it is confirmed", async () => {
    const move = (fields: Record<string, string>) => ann.post(`${page}/steps`, { once: "1", ...fields });
    expect((await move({ state: "claimed" })).status).toBe(422);
    const claim = { state: "claimed", reason: "A letter.", confirmed: "yes" };
    expect((await move(claim)).headers.get("Location")).toBe(page);
    expect((await move(claim)).headers.get("Location")).toBe(page);
    const bare = await move({ state: "rejected", reason: " ", confirmed: "yes", once: "2" });
    expect(bare.status).toBe(422);
    expect(await bare.text()).toMatch(/value="rejected" checked/);
    expect((await move({ state: "issued", confirmed: "yes", once: "3" })).status).toBe(409);
    expect((await move({ state: "gone", confirmed: "yes", once: "4" })).status).toBe(422);
    const [line] = await listCredits(db);
    expect(line!.entries.map(({ state, reason }) => [state, reason])).toEqual([
      ["eligible", "revision 1"],
      ["claimed", "A letter."],
    ]);
    expect((await ann.get(`/console/credits/acme-gold/${june}/2`)).status).toBe(404);
  });

  it("is moved by no page of somebody else's", async () => {
    const from = { Origin: "https://elsewhere.example" };
    const forged = await ann.post(`${page}/steps`, { state: "claimed", confirmed: "yes" }, from);
    expect(forged.status).toBe(403);
    expect((await listCredits(db))[0]!.state).toBe("eligible");
  });
});
