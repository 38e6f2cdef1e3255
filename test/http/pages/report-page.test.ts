import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { findReporters } from "../../../src/store/reporters.ts";
import { getRequest, listRequests } from "../../../src/store/requests.ts";
import { listMailings } from "../../../src/store/mailings.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { agreeOnSupport } from "../../support/requests.ts";
import { insertServices } from "../../support/services.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("the page on which anybody reports a problem", (database) => {
  let api: TestApi;
  beforeEach(async () => {
    await database().execute(
      sql`truncate requests, reporters, mailings, contracts, customers, services, tokens, idempotency_keys restart identity cascade`,
    );
    api = await testApi(database(), now, { supportMail: "support@acme.example" });
    await insertServices(database(), ["beacon", "lamp"]);
    await agreeOnSupport(api);
  });

  const said = {
    subject: "No sign-in",
    message: "Since noon.",
    service: "beacon",
    name: "",
    mail: "",
    once: "1",
  };
  const send = (over: object = {}, path = "/report") =>
    api.request(path, { method: "POST", body: new URLSearchParams({ ...said, ...over }) });
  const all = () => listRequests(database(), {}, { before: null, limit: 50 });

  it("asks without cookies and scripts, and gives a reference", async () => {
    const page = await api.request("/report");
    const text = await page.text();
    expect([page.status, page.headers.get("Set-Cookie"), text.includes("<script")]).toEqual([
      200,
      null,
      false,
    ]);
    expect(text).toContain("support@acme.example");
    const sent = await send();
    expect([sent.status, sent.headers.get("Location"), sent.headers.get("Set-Cookie")]).toEqual([
      303,
      "/report?reference=REQ-2026-0001",
      null,
    ]);
    const given = await (await api.request("/report?reference=REQ-2026-0001")).text();
    expect(given).toContain("REQ-2026-0001");
    expect(await getRequest(database(), "REQ-2026-0001")).toMatchObject({
      ...{ channel: "form", customer: null, service: "beacon", reporter: null, subject: "No sign-in" },
    });
  });

  it("speaks the language of its address, and answers are given in it", async () => {
    api.deps.board().settings.languages.push("da");
    expect(await (await api.request("/da/report")).text()).toContain("Meld et problem");
    expect((await send({}, "/da/report")).headers.get("Location")).toBe("/da/report?reference=REQ-2026-0001");
    expect((await all())[0]!.language).toBe("da");
  });

  it("says in its language that a service is not shown any more", async () => {
    api.deps.board().settings.languages.push("da");
    const answer = await send({ service: "gone" }, "/da/report");
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('id="service-fault">Tjenesten vises ikke her længere. Vælg igen.');
  });

  it("keeps an address in one place, knows whose it is, and sends nothing to it by itself", async () => {
    await send({ mail: "Ida@ACME.example", name: "Ida" });
    const [request] = await all();
    expect(request).toMatchObject({ customer: "acme", contract: "acme-all", priority: "high" });
    expect((await findReporters(database(), [request!.reporter!])).get(request!.reporter!)).toMatchObject({
      ...{ name: "Ida", mail: "ida@acme.example" },
    });
    expect(await listMailings(database())).toEqual([]);
  });

  it.each([
    [{ subject: "" }, "subject"],
    [{ message: " " }, "message"],
    [{ mail: "ida" }, "mail"],
  ])("comes back with the fault at its field and what was typed: %j", async (over, field) => {
    const refused = await send({ name: "<b>Ida</b>", ...over });
    const page = await refused.text();
    expect(refused.status).toBe(422);
    expect(page).toMatch(
      new RegExp(`id="${field}"[^>]*aria-invalid="true" aria-describedby="${field}-fault"`),
    );
    expect(page).toContain("&lt;b&gt;Ida&lt;/b&gt;");
    expect(await all()).toEqual([]);
  });

  it("makes one request of a form that is sent twice", async () => {
    const both = [await send(), await send()];
    expect(both.map((answer) => answer.headers.get("Location"))).toEqual([
      "/report?reference=REQ-2026-0001",
      "/report?reference=REQ-2026-0001",
    ]);
    expect(await all()).toHaveLength(1);
  });

  it("lets programs that fill in everything go away with nothing", async () => {
    expect((await send({ website: "https://spam.example" })).status).toBe(303);
    expect(await all()).toEqual([]);
  });

  it("takes so much from one address, and lets it again later", async () => {
    for (let i = 0; i < 5; i++) {
      expect((await send({ once: String(i) })).status).toBe(303);
    }
    const late = await send({ once: "6" });
    expect([late.status, late.headers.get("Retry-After")]).toEqual([429, "3600"]);
    // What was typed is not lost.
    const shown = await late.text();
    expect(shown).toContain("send it again in an hour");
    expect(shown).toMatch(/<textarea id="message"[^>]*>[^<]+</);
    api.clock.now += 3_600_001;
    expect((await send({ once: "7" })).status).toBe(303);
  });

  it("takes no endless form, and shows no reference that is none", async () => {
    expect((await send({ message: "x".repeat(70_000) })).status).toBe(413);
    expect(await (await api.request("/report?reference=<script>")).text()).not.toContain("<script>");
  });
});
