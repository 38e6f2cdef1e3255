import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { makeAccessLink, pathOfAccessLink } from "../../../src/actions/access-link.ts";
import { erasePerson } from "../../../src/actions/erase-person.ts";
import { getRequest } from "../../../src/store/requests.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { agreeOnSupport } from "../../support/requests.ts";
import { insertServices } from "../../support/services.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("requests in the portal", (database) => {
  let api: TestApi;
  let acme: TestBrowser;
  const enter = async (customer: string) => {
    const link = await makeAccessLink(database(), { customer }, "ops", api.clock.now);
    const browser = testBrowser(api);
    await browser.get(pathOfAccessLink(api.deps.secretKey, link));
    return browser;
  };
  beforeEach(async () => {
    await database().execute(
      sql`truncate requests, reporters, mailings, contracts, customers, services, tokens, people, idempotency_keys restart identity cascade`,
    );
    api = await testApi(database(), now);
    await insertServices(database(), ["beacon", "lamp"]);
    await agreeOnSupport(api);
    acme = await enter("acme");
  });

  const said = {
    subject: "No sign-in",
    message: "Since noon.",
    service: "beacon",
    name: "Ida",
    mail: "ida@acme.example",
    once: "1",
  };
  const step = (body: object) => api.send("POST", "/api/v1/requests/REQ-2026-0001/steps", body);
  const page = async (path: string, browser = acme) => (await browser.get(path)).text();

  it("are reported by the customer, under their contract, and their answer is promised", async () => {
    const sent = await acme.post("/portal/requests", said);
    expect([sent.status, sent.headers.get("Location")]).toEqual([303, "/portal/requests/REQ-2026-0001"]);
    expect(await getRequest(database(), "REQ-2026-0001")).toMatchObject({
      ...{ channel: "portal", customer: "acme", contract: "acme-all", priority: "high", service: "beacon" },
    });
    const shown = await page("/portal/requests/REQ-2026-0001");
    expect(shown).toMatch(/an answer is promised by <time datetime="2026-06-10T11:00:00.000Z"/);
    expect(await page("/portal/requests")).toContain("REQ-2026-0001");
  });

  it("tell what was said, and nothing that is among ourselves", async () => {
    await acme.post("/portal/requests", said);
    await step({ step: "noted", text: "The switch again." });
    await step({ step: "answered", text: "Which browser?", waits: true });
    const shown = await page("/portal/requests/REQ-2026-0001");
    expect(shown).toContain("Which browser?");
    expect(shown).toContain("Waits for you");
    expect(shown).not.toContain("switch");
    await acme.post("/portal/requests/REQ-2026-0001", { text: "Firefox.", once: "2" });
    expect(await getRequest(database(), "REQ-2026-0001")).toMatchObject({ pausedAt: null });
  });

  it("of others are not there", async () => {
    await acme.post("/portal/requests", said);
    const beta = await enter("beta");
    expect((await beta.get("/portal/requests/REQ-2026-0001")).status).toBe(404);
    expect((await beta.post("/portal/requests/REQ-2026-0001", { text: "Mine?" })).status).toBe(404);
    expect(await page("/portal/requests", beta)).not.toContain("REQ-2026-0001");
  });

  it("of a person with an account go by that account, and nobody asks for an address", async () => {
    const { browser, person } = await comeIn(api, "Ole", "customer", "acme");
    expect(await page("/portal/requests", browser)).not.toContain('name="mail"');
    await browser.post("/portal/requests", { ...said, name: "", mail: "" });
    const { reporter, steps } = await getRequest(database(), "REQ-2026-0001");
    expect([reporter, steps[0]!.author]).toEqual([null, person.id]);
    // Erased, they take their words with them.
    await erasePerson(database(), person.id, "ops", now);
    expect(await getRequest(database(), "REQ-2026-0001")).toMatchObject({ subject: "–", openedAt: now });
  });

  it("come back with the fault at its field and what was typed", async () => {
    const refused = await acme.post("/portal/requests", { ...said, subject: "" });
    const text = await refused.text();
    expect([
      refused.status,
      /id="subject"[^>]*aria-invalid="true"/.test(text),
      text.includes("Since noon."),
    ]).toEqual([422, true, true]);
    await acme.post("/portal/requests", said);
    expect((await acme.post("/portal/requests/REQ-2026-0001", { text: " " })).status).toBe(422);
  });
});
