import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import type { Database } from "../../../src/store/database.ts";
import { insertIncident } from "../../../src/store/incidents.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { anIncident } from "../../support/incidents.ts";
import { insertServices } from "../../support/services.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("searching everything", (database) => {
  let db: Database;
  let api: TestApi;
  let reference: string;
  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate tokens, people, incidents, incident_updates, incident_services, services restart identity cascade`,
    );
    await insertServices(db, ["beacon", "lamp"]);
    api = await testApi(db, now);
    const incident = anIncident({ title: "Ærgerlig 100 % failure", startedAt: now });
    await insertIncident(db, incident);
    reference = incident.reference;
  });

  const search = async (text: string, role: "admin" | "ops" = "ops") => {
    const { browser } = await comeIn(api, `${role} ${crypto.randomUUID().slice(0, 8)}`, role);
    return browser.get(`/console/search?q=${encodeURIComponent(text)}`);
  };
  const found = async (text: string, role: "admin" | "ops" = "ops") => (await search(text, role)).text();

  it("finds services and incidents by words in any order and case", async () => {
    expect(await found("BEAC")).toContain("/console/services/beacon");
    expect(await found("failure ærgerlig")).toContain(`/console/incidents/${reference}`);
    expect(await found("beacon failure")).not.toContain(`/console/incidents/${reference}`);
  });

  it("takes what is typed by the letter: signs mean nothing of their own", async () => {
    expect(await found("100 %")).toContain(reference);
    expect(await found("_")).not.toContain(reference);
    expect(await found("<script>alert(1)</script>")).not.toContain("<script>alert");
  });

  it("goes to what has this very reference", async () => {
    const answer = await search(reference.toLowerCase());
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, `/console/incidents/${reference}`]);
  });

  it("shows people to those who may see them only", async () => {
    await comeIn(api, "Zoe Quist", "viewer");
    expect(await found("quist", "admin")).toContain("Zoe Quist");
    expect(await found("quist", "ops")).not.toContain("Zoe Quist");
  });

  it("says that there is nothing", async () => {
    expect(await found("nowhere to be found")).toContain("Nothing is called");
  });
});
