import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import type { StatusBoard } from "../../../src/domain/status/status-board.ts";
import type { Database } from "../../../src/store/database.ts";
import { openAlert } from "../../../src/store/alerts.ts";
import { boardAt, measuredService, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { anIncident } from "../../support/incidents.ts";
import { comeIn } from "../../support/people.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("today", (database) => {
  let db: Database;
  beforeEach(async () => {
    db = database();
    await db.execute(sql`truncate tokens, people, alerts restart identity cascade`);
  });

  const pageFor = async (role: "ops" | "account-manager" | "viewer", over: Partial<StatusBoard> = {}) => {
    const board = { ...boardAt(now), ...over };
    const api = await testApi(db, now, { board: () => board });
    const { browser } = await comeIn(api, role, role);
    const answer = await browser.get("/console");
    expect(answer.status).toBe(200);
    return answer.text();
  };
  const down = {
    services: [
      measuredService("beacon", now),
      measuredService("lamp", now, { reading: "down", readingSince: now - 60_000 }),
    ],
  };

  it("is calm when all is well", async () => {
    const text = await pageFor("ops");
    expect(text).toContain("All is well. Nothing waits for you.");
    expect(text).not.toContain("<section");
  });

  it("names what does not run, and nothing that does", async () => {
    const text = await pageFor("ops", down);
    expect(text).toContain('data-mark="major_outage"');
    expect(text).toContain("/console/services/lamp");
    expect(text).not.toContain("/console/services/beacon");
    expect(text).toContain("1 thing is wrong.");
  });

  it("tells an incident in the language of the reader, where somebody has written it so", async () => {
    const incident = anIncident({
      ...{ title: "Sign-in fails", language: "en", titles: { da: "Ingen kan logge ind" } },
      ...{ startedAt: now - 60_000, resolvedAt: null },
    });
    const api = await testApi(db, now, { board: () => ({ ...boardAt(now), incidents: [incident] }) });
    const { browser } = await comeIn(api, "ops", "ops");
    const titleIn = async (language: string) =>
      /<p class="what"><a [^>]*>([^<]*)/.exec(
        await (await browser.get("/console", { "Accept-Language": language })).text(),
      )?.[1];
    expect(await titleIn("en")).toBe("Sign-in fails");
    expect(await titleIn("da")).toBe("Ingen kan logge ind");
    expect(await titleIn("nb")).toBe("Sign-in fails");
  });

  it("tells what calls somebody, in the page and in the menu", async () => {
    const alert = { key: "probe_silent osaka", kind: "probe_silent" as const, facts: { location: "osaka" } };
    await openAlert(db, { ...alert, heldBackBy: null, openedAt: now - 60_000 } as never);
    await db.execute(sql`update alerts set calling_since = opened_at`);
    const text = await pageFor("ops");
    expect(text).toContain("nobody has taken it on");
    expect(text).toMatch(/data-mark="degraded_performance"><p class="what"><a href="\/console\/alerts\/1">/);
  });
});
