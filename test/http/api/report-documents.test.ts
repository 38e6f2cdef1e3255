import { sql } from "drizzle-orm";
import { strFromU8, unzipSync } from "fflate";
import { beforeAll, expect, it } from "vitest";
import { createToken } from "../../../src/actions/create-token.ts";
import { verifyBundle } from "../../../src/evidence/report-bundle.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { agree, closablePlatform, goDown, june, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { withFile } from "../../support/evidence.ts";

const gold = `target: 99.99
covers: [beacon]
fee: 4000.00 DKK
credit: { bands: [{ below: 99.99, percent: 10 }] }`;
const documents = `/api/v1/contracts/acme-gold/reports/${june}/documents`;

onPostgres("documents of a report over the API", (database) => {
  let api: TestApi;
  let get: (path: string) => Promise<Response>;
  beforeAll(async () => {
    const db = database();
    await db.execute(
      sql`truncate platforms, locations, service_groups, services, checks, readings, outages, customers, contracts, audit_entries, reports, credit_entries, tokens, idempotency_keys restart identity cascade`,
    );
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await goDown(
      db,
      checks.get("beacon")!,
      Date.parse("2026-06-10T10:00:00Z"),
      Date.parse("2026-06-10T10:10:00Z"),
    );
    api = await testApi(db, settled);
    const token = await createToken(db, "Bo", settled);
    const send = (method: string, path: string, body?: object) =>
      api.request(path, {
        method,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }) as Promise<Response>;
    get = (path) => send("GET", path);
    const cycle = `/api/v1/contracts/acme-gold/cycles/${june}`;
    const reason = "A switch was exchanged.";
    await send("POST", `${cycle}/explanations`, { reason, differences: [{ service: "beacon" }] });
    expect((await send("POST", `${cycle}/closing`)).status).toBe(201);
  });

  it("gives a report on paper, as a workbook and as tables, in a language", async () => {
    const pdf = await get(`${documents}/report.pdf?language=fr`);
    expect(pdf.headers.get("Content-Type")).toBe("application/pdf");
    expect((await pdf.text()).startsWith("%PDF-1.")).toBe(true);
    const workbook = new Uint8Array(await (await get(`${documents}/report.xlsx`)).arrayBuffer());
    expect(Object.keys(unzipSync(workbook))).toContain("xl/workbook.xml");
    expect(await (await get(`${documents}/credits.csv?language=da`)).text()).toContain("400,00");
  });

  it("gives a bundle with the sealed text, whole and with nothing broken in it", async () => {
    const answer = await get(`${documents}/bundle.zip`);
    expect(answer.headers.get("Content-Disposition")).toContain(`acme-gold-${june}-r1.zip`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const text = await (await get(`/api/v1/contracts/acme-gold/reports/${june}`)).text();
    expect(strFromU8(unzipSync(bytes)["report.json"]!)).toBe(text);
    const verdict = await withFile(bytes, (file) => verifyBundle(file));
    expect(verdict.faults).toEqual([]);
    expect(verdict.told).toMatchObject({ revision: 1, verdict: "breached" });
  });

  it("refuses what was never issued, and whoever has no token", async () => {
    expect((await get(`${documents}/report.pdf?revision=2`)).status).toBe(404);
    expect((await get(`${documents}/report.doc`)).status).toBe(422);
    expect((await api.request(`${documents}/report.pdf`)).status).toBe(401);
  });
});
