import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { createToken } from "../../../src/actions/create-token.ts";
import type { Database } from "../../../src/store/database.ts";
import { listWindowsSince } from "../../../src/store/maintenance-windows.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings, goDown, june } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";

const at = (text: string) => Date.parse(text);
const now = at("2026-06-15T10:00:00Z");
const gold = `target: 99.99
covers: [beacon, lamp]
fee: 4000.00 DKK
maintenance: { exclude: true, notice: 48h, checks: { longest: 30m } }
credit: { bands: [{ below: 99.99, percent: 10 }] }`;

onPostgres("what if, on its page", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: TestBrowser;
  const read = async (path: string) => (await (await ann.get(path)).text()).replaceAll("\u00a0", " ");
  const window = "services=beacon&start=2026-06-16T22:00&end=2026-06-16T22:45";

  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate tokens, idempotency_keys, maintenance_windows restart identity cascade`);
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:10:00Z"));
    api = await testApi(db, now);
    ann = testBrowser(api);
    await ann.post("/console/sign-in", { token: await createToken(db, "Ann", now) });
  });

  it("tells of a window whether it counts, what it breaks and what it does, and leads on to its plan", async () => {
    const page = await read(`/console/what-if?kind=maintenance&${window}`);
    expect(page).toContain("The window counts: it is announced too late.");
    expect(page).toContain("Breaks the promise on length: 45 min, and at most 30 min is promised.");
    expect(page).toMatch(/5 min 40\.800 s over.*50 min 40\.800 s over/s);
    expect(await listWindowsSince(db, 0)).toEqual([]);
    const harmless = await read(`/console/what-if?kind=maintenance&harm=none&${window}`);
    expect(harmless).toContain("1 month is touched, 0 change");
    const next = /href="(\/console\/maintenance\/new\?[^"]+)"/.exec(page)![1]!.replaceAll("&amp;", "&");
    const form = await read(next);
    expect(form).toContain('value="2026-06-16T22:45"');
    expect(form).toMatch(/value="beacon" checked/);
  });

  it("tells of a correction what it changes, and leads on to its proposal", async () => {
    const asked = "service=beacon&start=2026-06-10T12:00&end=2026-06-10T12:10&state=up";
    const page = await read(`/console/what-if?kind=correction&${asked}`);
    expect(page).toContain("1 month is touched, 1 changes");
    const next = /href="(\/console\/proposals\/new-correction\?[^"]+)"/
      .exec(page)![1]!
      .replaceAll("&amp;", "&");
    expect(await read(next)).toContain('value="2026-06-10T12:10"');
  });

  it("tells of other terms what each month would have been, and each mistake with its line", async () => {
    const ask = async (contract: string, terms: string) =>
      (
        await (await ann.post("/console/what-if", { contract, terms, since: june, kind: "contract" })).text()
      ).replaceAll("\u00a0", " ");
    expect(await ask("acme-gold", "target: 99.9")).toContain("1 month is touched, 1 changes");
    expect(await ask("", "customer: acme\nstarts: 2026-01-01\ncovers: [lamp]")).toContain("no contract");
    const wrong = await ask("acme-gold", "\ntraget: 99.9");
    expect(wrong).toContain("2: traget: unknown key");
    expect(wrong).toContain("traget: 99.9</textarea>");
  });

  it("comes back with its faults at the fields", async () => {
    const backwards = await ann.get(
      "/console/what-if?kind=maintenance&services=beacon&start=2026-06-16T22:00&end=2026-06-16T21:00",
    );
    expect(backwards.status).toBe(422);
    expect(await backwards.text()).toContain("The planned end lies after the planned start.");
    const none = await ann.get(
      "/console/what-if?kind=maintenance&start=2026-06-16T22:00&end=2026-06-16T23:00",
    );
    expect(await none.text()).toContain("A window names at least one service.");
  });

  it("says the same over the API", async () => {
    const asked = {
      ...{ kind: "maintenance", services: ["beacon"] },
      ...{ start: "2026-06-16T20:00:00Z", end: "2026-06-16T20:45:00Z" },
    };
    const answer = await api.send("POST", "/api/v1/what-if", asked);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      months: [
        {
          ...{ contract: "acme-gold", customer: "acme", month: june, state: "provisional" },
          before: { verdict: "breached", budget_left_ms: -340_800 },
          after: { verdict: "breached", budget_left_ms: -3_040_800 },
          window: { verdict: "notice", warnings: [{ code: "too_long" }] },
        },
      ],
    });
    const contract = { customer: "acme", starts: "2026-01-01", target: 99.9, covers: ["lamp"] };
    const terms = { kind: "contract", slug: "acme-new", contract, since: june };
    expect(await (await api.send("POST", "/api/v1/what-if", terms)).json()).toMatchObject({
      months: [{ contract: "acme-new", before: null, after: { verdict: "on_track" } }],
    });
  });
});
