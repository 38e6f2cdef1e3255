import { beforeAll, describe, expect, it } from "vitest";
import { makeAccessLink, pathOfAccessLink } from "../../../src/actions/access-link.ts";
import { moveCredit } from "../../../src/actions/move-credit.ts";
import { archiveAgreed } from "../../../src/store/agreements.ts";
import { revokeAccessLink } from "../../../src/store/access-links.ts";
import { getCredit } from "../../../src/store/credits.ts";
import type { Database } from "../../../src/store/database.ts";
import { boardAt, measuredService, type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import { closeJuneOfTwo, june, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";

onPostgres("the portal", (database) => {
  let db: Database;
  let api: TestApi;
  let acme: TestBrowser;
  const linkOf = async (customer: string) => {
    const link = await makeAccessLink(db, { customer }, "Olga Operator", api.clock.now);
    return { id: link.id, path: pathOfAccessLink(api.deps.secretKey, link) };
  };
  const enter = async (customer: string) => {
    const browser = testBrowser(api);
    expect((await browser.get((await linkOf(customer)).path)).status).toBe(303);
    return browser;
  };
  const page = async (path: string, browser = acme) => {
    const answer = await browser.get(path);
    expect([path, answer.status]).toEqual([path, 200]);
    return (await answer.text()).replaceAll("\u00a0", " ");
  };

  beforeAll(async () => {
    db = database();
    await closeJuneOfTwo(db);
    const board = {
      ...boardAt(settled),
      services: [
        measuredService("beacon", settled, { title: "Beacon" }),
        measuredService("lamp", settled, { title: "Lamp of Beta" }),
      ],
    };
    api = await testApi(db, settled, { board: () => board });
    acme = await enter("acme");
  }, 120_000);

  describe("its door", () => {
    it("lets in by a link, again and again, and says what to do without one", async () => {
      const { path } = await linkOf("acme");
      for (let i = 0; i < 2; i++) {
        const browser = testBrowser(api);
        const followed = await browser.get(path);
        expect([followed.status, followed.headers.get("Location")]).toEqual([303, "/portal"]);
        expect(followed.headers.getSetCookie()[0]).toMatch(/; Path=\/portal; HttpOnly; SameSite=Lax$/);
        expect(await page("/portal", browser)).toContain("Acme");
      }
      const outside = testBrowser(api);
      expect((await outside.get("/portal/contracts/acme-gold")).headers.get("Location")).toContain(
        "/portal/enter?then=",
      );
      expect(await page("/portal/enter", outside)).toContain("ask the person who looks after your contract");
    });

    it("refuses a link that was changed, is over, or was revoked, and an address that fails too often", async () => {
      const { id, path } = await linkOf("acme");
      const outside = testBrowser(api);
      const changed = path.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
      const refused = await outside.get(changed);
      expect(refused.status).toBe(401);
      expect(await refused.text()).toContain("This link lets nobody in any more");
      const inside = testBrowser(api);
      await inside.get(path);
      await revokeAccessLink(db, id, api.clock.now);
      expect((await outside.get(path)).status).toBe(401);
      expect((await inside.get("/portal")).status).toBe(303);
      const statuses: number[] = [];
      for (let i = 0; i < 9; i++) {
        statuses.push((await outside.get(changed)).status);
      }
      expect(statuses.slice(7)).toEqual([401, 429]);
      api.clock.now += 60_000;
    });

    it("lets out, and is no way into the console", async () => {
      const browser = await enter("acme");
      expect((await browser.get("/console")).headers.get("Location")).toContain("/console/sign-in");
      expect((await browser.post("/portal/leave")).headers.get("Location")).toBe("/portal/enter");
      expect((await browser.get("/portal")).status).toBe(303);
    });
  });

  describe("what is the customer's own", () => {
    it("stands on the front page: services, the month that runs, reports and credits", async () => {
      const front = await page("/portal");
      expect(front).toContain(">Beacon</a>");
      expect(front).toMatch(
        /<span class="n">4 min 27 s<\/span> <span class="unit">of 4 min 27 s of downtime left/,
      );
      expect(front).toContain('href="/portal/contracts/acme-gold/2026-06/report.pdf"');
      expect(front).toContain("400.00 DKK");
      expect(front).toContain("Due to you");
    });

    it("is told of the contract in words, with an example that its own functions computed", async () => {
      const told = await page("/portal/contracts/acme-gold");
      expect(told).toContain("at least 99.99 % of the time that counts, exactly that much is enough");
      expect(told).toContain("below 99.99 %: 10 %");
      expect(told).toContain("The credit would be 400.00 DKK.");
      expect(told).toContain('<a href="/portal/contracts/acme-gold/2026-06">June 2026</a>');
      expect(told).toContain("being closed");
    });

    it("is told of a month as a subtraction, with its documents; of one that runs as a preview", async () => {
      const month = await page("/portal/contracts/acme-gold/2026-06");
      expect(month).toContain("99.976 %");
      expect(month).toContain("Promise broken");
      expect(month).toContain("Revision 1, issued 4 July 2026");
      expect(month).toMatch(/<dt>Downtime that counts<\/dt><dd>10 min<\/dd>/);
      const preview = await page("/portal/contracts/acme-gold/2026-07");
      expect(preview).toContain("This month still runs; nothing here is final.");
      expect(preview).not.toContain("report.pdf");
    });

    it.each([
      ["report.pdf", "application/pdf", "acme-gold-2026-06-r1.pdf"],
      ["report.xlsx", "application/vnd.openxmlformats", "acme-gold-2026-06-r1.xlsx"],
      ["report.csv", "text/csv", "acme-gold-2026-06-r1-summary.csv"],
      ["report.json", "application/json", "acme-gold-2026-06-1.json"],
      ["report.zip", "application/zip", "acme-gold-2026-06-r1.zip"],
    ])("is given as %s, kept by nobody in between", async (name, type, file) => {
      const answer = await acme.get(`/portal/contracts/acme-gold/2026-06/${name}?revision=1`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("Content-Type")).toContain(type);
      expect(answer.headers.get("Content-Disposition")).toContain(file.split("-r1")[0]!);
      expect(answer.headers.get("Cache-Control")).toContain("private");
    });

    it("is told in the customer's language, or the one that was chosen", async () => {
      const browser = await enter("acme");
      await browser.post("/portal/language", { language: "da", then: "/portal" });
      expect(await page("/portal", browser)).toContain("Dine tjenester");
      expect(await page("/portal/contracts/acme-gold/2026-06", browser)).toContain("99,976 %");
      expect(await page("/portal", await enter("acme"))).toContain("Your services");
    });

    it("sends nothing to anybody else, and is found by no search", async () => {
      const { headers } = await acme.get("/portal");
      expect(headers.get("Cache-Control")).toContain("private");
      expect(headers.get("X-Robots-Tag")).toBe("noindex");
      expect(headers.get("Referrer-Policy")).toBe("same-origin");
    });
  });

  describe("what is another customer's", () => {
    const own = "/portal/contracts/acme-gold";
    const others = "/portal/contracts/beta-secret";

    it.each([
      others,
      `${others}/2026-06`,
      `${others}/2026-07`,
      `${others}/2026-06?revision=1`,
      ...["pdf", "xlsx", "csv", "json", "zip"].map((kind) => `${others}/2026-06/report.${kind}`),
      `${others}/2026-06/credits/1`,
      `${own}/2026-05`,
      `${own}/2026-06?revision=2`,
      `${own}/2026-06/report.pdf?revision=2`,
      `${own}/2026-05/report.pdf`,
      `${own}/2026-06/report.doc`,
      `${own}/2026-06/credits/2`,
      "/portal/contracts/nobody",
      "/portal/elsewhere",
    ])("is not there: %s", async (path) => {
      const answer = await acme.get(path, { Accept: "application/json" });
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toMatch(/Beta|Lamp/);
    });

    it("cannot be claimed", async () => {
      expect((await acme.post(`${others}/2026-06/credits/1`)).status).toBe(404);
      expect((await getCredit(db, "beta-secret", june, 1)).state).toBe("eligible");
    });

    it.each(["/portal", own, `${own}/2026-06`, `${own}/2026-07`, `${own}/2026-06/credits/1`])(
      "is named nowhere, nor who works here: %s",
      async (path) => {
        expect(await page(path)).not.toMatch(/beta|Lamp|lamp|Olga|switch/i);
      },
    );
  });

  describe("a credit that has to be claimed", () => {
    const address = "/portal/contracts/acme-gold/2026-06/credits/1";

    it("is claimed once, after the page has asked back, in the customer's name", async () => {
      expect(await page(address)).toContain("Claim 400.00 DKK now");
      const tooLong = await acme.post(address, { reason: "x".repeat(20_001) });
      expect(tooLong.status).toBe(422);
      const claimed = await acme.post(address, { reason: "Please credit our next invoice." });
      expect([claimed.status, claimed.headers.get("Location")]).toEqual([
        303,
        "/portal?claimed=2026-06#credits",
      ]);
      const line = await getCredit(db, "acme-gold", june, 1);
      expect(line.entries.at(-1)).toMatchObject({
        state: "claimed",
        author: "Acme (portal)",
        reason: "Please credit our next invoice.",
      });
      expect(await page("/portal?claimed=2026-06")).toContain("Claimed, being looked at");
      expect((await acme.post(address)).status).toBe(409);
      expect(await page(address)).not.toContain("<textarea");
    });

    it("cannot be claimed by a page of somebody else's", async () => {
      const from = { Origin: "https://elsewhere.example" };
      expect((await acme.post(address, {}, from)).status).toBe(403);
    });

    it("is not claimable when its window is over", async () => {
      const beta = await enter("beta");
      api.clock.now = Date.parse("2026-09-05T00:00:00Z");
      const late = await enter("beta");
      expect(await page("/portal", late)).toContain("Not claimed in time");
      expect((await late.post("/portal/contracts/beta-secret/2026-06/credits/1")).status).toBe(409);
      api.clock.now = settled + 120_000;
      await moveCredit(
        db,
        { contract: "beta-secret", label: june, revision: 1 },
        { to: "void", reason: "A test is over.", author: "Olga Operator" },
        api.clock.now,
      );
      expect(await page("/portal", beta)).toContain("Void");
    });
  });

  it("lets nobody in any more whose customer is archived", async () => {
    const beta = await enter("beta");
    const { path } = await linkOf("beta");
    await archiveAgreed(db, "customer", ["beta"], api.clock.now);
    expect((await beta.get("/portal")).status).toBe(303);
    expect((await testBrowser(api).get(path)).status).toBe(401);
  });
});
