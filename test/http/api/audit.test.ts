import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("the audit", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: Awaited<ReturnType<typeof comeIn>>;
  beforeAll(async () => {
    db = database();
    api = await testApi(db, now);
    ann = await comeIn(api, "Ann", "admin");
  }, 60_000);

  const audit = async (query = "") => {
    const answer = await api.send("GET", `/api/v1/audit${query}`, undefined);
    return ((await answer.json()) as { audit: Record<string, unknown>[] }).audit;
  };
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await api.send(method, path, body, { "User-Agent": "the test" });
    expect([path, answer.status, answer.ok ? "" : await answer.clone().text()]).toEqual([
      path,
      answer.status,
      "",
    ]);
    return answer;
  };

  it("has every change: who, what, before and after, and from where", async () => {
    const file = (title: string) => `platform:
  name: Acme
locations:
  lisbon: { title: Lisbon }
services:
  beacon:
    title: ${title}
    checks: { web: { http: "http://127.0.0.1:9/" } }
`;
    for (const title of ["Beacon", "Beacon light"]) {
      await send("POST", "/api/v1/platform", { text: file(title) });
    }
    await send("POST", "/api/v1/incidents", {
      title: "Beacon is slow",
      message: "We look.",
      services: [{ service: "beacon", impact: "degraded_performance" }],
    });
    await send("POST", "/api/v1/incidents/INC-2026-0001/updates", { state: "resolved", message: "Done." });
    await send("POST", "/api/v1/maintenance-windows", {
      ...{ title: "New disk", message: "Short.", services: ["beacon"] },
      ...{ planned_start: "2026-06-11T20:00:00.000Z", planned_end: "2026-06-11T21:00:00.000Z" },
    });
    await send("POST", "/api/v1/maintenance-windows/MNT-2026-0001/updates", {
      ...{ state: "cancelled", message: "Not needed." },
    });
    const acme = { name: "Acme", recipients: ["zoe@acme.example"] };
    await send("PUT", "/api/v1/customers/acme", acme);
    await send("PUT", "/api/v1/customers/acme", { ...acme, name: "Acme A/S" });
    await send("DELETE", "/api/v1/customers/acme");
    await send("POST", "/api/v1/tokens", { name: "ci", scopes: ["read:reports"] });
    await send("DELETE", "/api/v1/tokens/ci");
    await send("POST", "/api/v1/probe-invitations", { location: "lisbon" });
    const steps = (await audit()).reverse().map(({ kind, subject, event }) => `${kind} ${subject} ${event}`);
    const expected = [
      "platform platform applied",
      "platform platform applied",
      "incident INC-2026-0001 declared",
      "incident INC-2026-0001 updated",
      "maintenance MNT-2026-0001 planned",
      "maintenance MNT-2026-0001 cancelled",
      "customer acme added",
      "customer acme changed",
      "customer acme archived",
      "token ci made",
      "token ci revoked",
      "probe lisbon invited",
    ];
    expect(steps.slice(-expected.length)).toEqual(expected);
    const [updated] = await audit("?kind=incident&text=updated");
    expect(updated).toMatchObject({ agent: "the test", address: "unknown" });
    expect(JSON.parse(String(updated!.content))).toMatchObject({
      before: { state: "investigating" },
      after: { state: "resolved", updates: [{ message: "Done." }] },
    });
    expect(JSON.stringify(await audit())).not.toContain("zoe@");
  });

  it("is looked through by kind, author, words and time", async () => {
    const kinds = (entries: Record<string, unknown>[]) => [...new Set(entries.map(({ kind }) => kind))];
    expect(kinds(await audit("?kind=token"))).toEqual(["token"]);
    expect(kinds(await audit(`?author=${ann.person.id}`)).sort()).toEqual(["person", "sign-in"]);
    expect(await audit("?text=100%25")).toEqual([]);
    expect(await audit("?to=2026-06-10T10:00:00.000Z")).toEqual([]);
    const all = await audit();
    const [first, second] = [
      await audit("?limit=2"),
      await audit(`?limit=2&before=${String(all[1]!.sequence)}`),
    ];
    expect([...first, ...second]).toEqual(all.slice(0, 4));
  });

  it("is shown to an admin with names, and to nobody else", async () => {
    const page = await (await ann.browser.get("/console/audit?check=1")).text();
    expect(page).toContain("<strong>Ann</strong>");
    expect(page).toContain("The chain holds");
    const bo = await comeIn(api, "Bo", "ops");
    for (const path of ["/console/audit", "/console/audit.csv", "/console/audit.json"]) {
      expect([path, (await bo.browser.get(path)).status]).toEqual([path, 403]);
      expect([path, (await testBrowser(api).get(path)).status]).toEqual([path, 303]);
      expect([path, (await ann.browser.get(path)).status]).toEqual([path, 200]);
    }
  });

  it("says what happened in the language of the reader, and keeps the word that is hashed", async () => {
    const query = "?kind=maintenance";
    expect((await audit(query)).map(({ event }) => event)).toEqual(["cancelled", "planned"]);
    for (const [language, said] of [
      ["en", ["cancelled", "planned"]],
      ["da", ["aflyst", "planlagt"]],
      ["fr", ["abandon", "planification"]],
    ] as const) {
      const accepted = { "Accept-Language": language };
      const page = await (await ann.browser.get(`/console/audit${query}`, accepted)).text();
      const shown = [...page.matchAll(/<span class="event">([^<]*)</g)].map(([, word]) => word);
      expect([language, shown]).toEqual([language, said]);
    }
  });

  it("is taken away whole, with what it takes to hash it again", async () => {
    const csv = await (await api.send("GET", "/api/v1/audit.csv?kind=token", undefined)).text();
    const lines = csv.trim().split("\r\n");
    expect(lines[0]).toContain("sequence,recorded_at,kind,subject,event,author,content");
    expect(lines).toHaveLength(1 + (await audit("?kind=token")).length);
    const json = (await (await ann.browser.get("/console/audit.json")).json()) as { audit: unknown[] };
    expect(json.audit).toHaveLength((await audit("?limit=1000")).length);
  });

  it("tells the first step that was changed", async () => {
    const chain = async () => (await api.send("GET", "/api/v1/audit/chain", undefined)).json();
    const whole = (await chain()) as { entries: number; broken_at: number | null };
    expect(whole.broken_at).toBeNull();
    await db.execute(sql`alter table audit_entries disable trigger all`);
    await db.execute(sql`update audit_entries set author = 'nobody' where sequence = 3`);
    expect(await chain()).toMatchObject({ entries: 2, broken_at: 3 });
    const page = await (await ann.browser.get("/console/audit?check=1")).text();
    expect(page).toContain("broken at step 3");
  });
});
