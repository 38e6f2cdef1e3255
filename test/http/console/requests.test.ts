import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { getRequest } from "../../../src/store/requests.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { agreeOnSupport } from "../../support/requests.ts";
import { insertServices } from "../../support/services.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const hourMs = 3_600_000;

onPostgres("requests in the console", (database) => {
  let api: TestApi;
  let ann: TestBrowser;
  beforeEach(async () => {
    await database().execute(
      sql`truncate requests, reporters, mailings, incidents, contracts, customers, services, tokens, people, idempotency_keys restart identity cascade`,
    );
    api = await testApi(database(), now);
    ann = (await comeIn(api, "Ann", "ops")).browser;
    await insertServices(database(), ["beacon", "lamp"]);
    await agreeOnSupport(api);
  });

  const report = (over: object = {}) =>
    api.send("POST", "/api/v1/requests", {
      subject: "No sign-in",
      message: "Since noon.",
      customer: "acme",
      ...over,
    });
  const page = async (path: string, browser = ann) => (await browser.get(`/console${path}`)).text();
  const one = "/requests/REQ-2026-0001";
  const step = (fields: Record<string, string>) => ann.post(`/console${one}/steps`, fields);
  const stored = () => getRequest(database(), "REQ-2026-0001");

  it("are listed by their most urgent clock, with what is left of it, and by state", async () => {
    await report({ customer: "beta", subject: "Far" });
    await report({ subject: "Near" });
    await report({ mail: "zoe@nowhere.example", customer: undefined, subject: "Nobody's" });
    const list = await page("/requests");
    const at = ["Near", "Far", "Nobody&#39;s"].map((subject) => list.indexOf(`>${subject}</a>`));
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(list).toMatch(
      /First answer<\/span> <span class="word">runs<\/span> <b class="countdown" data-due="2026-06-10T11:00:00.000Z">1.h left/,
    );
    expect(await page("/requests?state=resolved")).toContain("There is nothing here.");
    expect(await page("/requests?customer=beta")).not.toContain("Near");
    expect(await page("/requests?q=near")).toContain("Near");
  });

  it("hurry and are missed as their time goes by", async () => {
    await report();
    api.clock.now = now + 0.8 * hourMs;
    expect(await page("/requests")).toContain('data-mood="hurry"');
    api.clock.now = now + 1.1 * hourMs;
    expect(await page("/requests")).toMatch(/data-mood="missed".*6.min 0?.?.*over/s);
  });

  it("that somebody telephoned about are logged, with the fault at its field", async () => {
    const said = { subject: "", message: "They called.", channel: "phone", customer: "acme", once: "1" };
    expect(await page("/requests/new")).toContain('<option value="da">Dansk</option>');
    const refused = await ann.post("/console/requests/new", said);
    const text = await refused.text();
    expect([refused.status, text.includes('id="subject-fault"'), text.includes("They called.")]).toEqual([
      422,
      true,
      true,
    ]);
    const made = await ann.post("/console/requests/new", { ...said, subject: "No sound" });
    expect([made.status, made.headers.get("Location")]).toEqual([303, `/console${one}`]);
    expect(await stored()).toMatchObject({ channel: "phone", customer: "acme", priority: "high" });
  });

  it("are answered, prioritised, linked, released, escalated, solved and opened again", async () => {
    await report({ mail: "ida@acme.example" });
    await api.send("POST", "/api/v1/incidents", { title: "Sign-in fails", message: "We look." });
    const steps: Record<string, string>[] = [
      { step: "noted", note: "The switch." },
      { step: "prioritised", priority: "normal", reason: "One person." },
      { step: "linked", incident: "INC-2026-0001" },
      { step: "released", release: "2.14" },
      { step: "escalated", to: "Management", reason: "Third time." },
      { step: "answered", text: "Try again.", then: "solved" },
      { step: "reopened", reason: "" },
    ];
    for (const fields of steps) {
      expect([fields.step, (await step(fields)).status]).toEqual([fields.step, 303]);
    }
    expect(await stored()).toMatchObject({
      priority: "normal",
      incident: "INC-2026-0001",
      release: "2.14",
      resolvedAt: null,
    });
    const shown = await page(one);
    for (const words of [
      "The switch.",
      "Priority: Normal",
      "INC-2026-0001",
      "2.14",
      "Escalated to Management",
      "Ada Berg",
    ]) {
      expect(shown).toContain(words);
    }
    expect(shown).toContain("Ann");
  });

  it("come back with what was typed where it cannot be done, and tell whoever was slower", async () => {
    await report();
    const empty = await step({ step: "answered", text: " ", then: "open" });
    expect([empty.status, (await empty.text()).includes('id="text-fault"')]).toEqual([422, true]);
    await step({ step: "noted", note: "Mine.", seen: "1" });
    const late = await step({ step: "answered", text: "Mine, too.", then: "open", seen: "1" });
    const text = await late.text();
    expect([late.status, text.includes("Somebody else"), text.includes("Mine, too.")]).toEqual([
      412,
      true,
      true,
    ]);
    expect((await stored()).answeredAt).toBeNull();
  });

  it("do what a form asks for once, however often it is sent", async () => {
    await report();
    const fields = { step: "noted", note: "Once.", once: "7" };
    await step(fields);
    await step(fields);
    expect((await stored()).steps).toHaveLength(2);
  });

  it("show an address to whoever may answer, and to nobody else", async () => {
    await report({ mail: "ida@acme.example" });
    expect(await page(one)).toContain("ida@acme.example");
    const { browser } = await comeIn(api, "Vic", "viewer");
    const shown = await page(one, browser);
    expect([
      shown.includes("No sign-in"),
      shown.includes("ida@acme.example"),
      shown.includes('<form method="post" action="/console/requests'),
    ]).toEqual([true, false, false]);
  });

  it("forget who made them when that is meant", async () => {
    await report({ mail: "zoe@nowhere.example" });
    expect((await ann.post(`/console${one}/erasure`, {})).status).toBe(422);
    expect((await ann.post(`/console${one}/erasure`, { confirmed: "yes" })).status).toBe(303);
    const shown = await page(one);
    expect([shown.includes("zoe@"), shown.includes("Since noon"), shown.includes("Erased")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("keep scripts and markup of customers inert", async () => {
    await report({ subject: "<img src=x onerror=alert(1)>", message: "<script>alert(1)</script>" });
    const shown = await page(one);
    expect(shown).not.toMatch(/<img src=x|<script>alert/);
    expect(shown).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });
});
