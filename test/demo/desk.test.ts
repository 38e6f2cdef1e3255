import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { workAtHelpDesk } from "../../src/demo/office/help-desk.ts";
import { subscribeReaders } from "../../src/demo/office/readers.ts";
import { fillOffice, standIn } from "../../src/demo/office/roster.ts";
import { startReceiver } from "../../src/demo/servers/receiver.ts";
import type { Running } from "../../src/demo/servers/listening.ts";
import { beginStory, type Story } from "../../src/demo/story.ts";
import { runningClocks } from "../../src/actions/running-clocks.ts";
import { readDutyGround } from "../../src/actions/read-circumstances.ts";
import { applyPlatform } from "../../src/actions/apply-platform.ts";
import { dutyPlan } from "../../src/domain/alerting/rota.ts";
import { findBrokenAudit } from "../../src/store/audit.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { listPeople } from "../../src/store/people.ts";
import { countRequests, listRequests } from "../../src/store/requests.ts";
import { countSubscriptions } from "../../src/store/subscriptions.ts";
import { openFreshDatabase } from "../support/databases.ts";

const end = Date.UTC(2026, 10, 24, 4, 30);
const hour = 3_600_000;

describe("the desks of the demo", () => {
  let open: OpenDatabase;
  let story: Story;
  beforeAll(async () => {
    open = await openFreshDatabase();
    story = await beginStory(open.db, 99_990, 396, end);
    await applyPlatform(open.db, story.present, end);
    // Broken off and told again, everything is there once.
    for (let i = 0; i < 2; i++) {
      await fillOffice(open.db, "a secret of the demo", story.origin);
      await workAtHelpDesk(open.db, story.origin);
      await subscribeReaders(open.db, story.present, end);
    }
    await standIn(open.db, end);
  });
  afterAll(() => open.close());

  test("are staffed by six who came in by an invitation, and nothing of it breaks the audit", async () => {
    const people = await listPeople(open.db);
    expect(people.map(({ role }) => role).sort()).toEqual([
      ...["account-manager", "account-manager", "admin", "ops", "ops", "ops"],
    ]);
    expect(people.every(({ joinedAt }) => joinedAt !== null)).toBe(true);
    expect(await findBrokenAudit(open.db)).toBeNull();
  });

  test("have somebody on duty at any time, and one who stands in for another", async () => {
    const within = { start: end, end: end + 14 * 24 * hour };
    const { rules, overrides, openTimeOf } = await readDutyGround(open.db, within);
    expect(overrides).toHaveLength(1);
    for (const rota of rules.rotas) {
      const stretches = dutyPlan(rota, overrides, within, openTimeOf);
      expect(stretches.every(({ duty }) => duty !== null)).toBe(true);
      expect(new Set(stretches.map(({ duty }) => duty!.person)).size).toBeGreaterThan(1);
    }
  });

  test("hold requests in every state and four languages, some late and some in time", async () => {
    expect(Object.values(await countRequests(open.db)).every((n) => n > 0)).toBe(true);
    const requests = await listRequests(open.db, {}, { before: null, limit: 100 });
    expect([...new Set(requests.map(({ language }) => language))].sort()).toEqual(["da", "en", "fr", "nb"]);
    expect(requests.some(({ customer }) => customer === null)).toBe(true);
    const clocks = await runningClocks(open.db, end);
    expect(clocks.some(({ reading }) => reading.state === "running")).toBe(true);
    expect(clocks.some(({ reading }) => reading.state === "missed")).toBe(true);
  });

  test("know readers who have confirmed, who have not, who has left, and a program that is asked", async () => {
    expect(await countSubscriptions(open.db)).toEqual([
      { channel: "email", state: "active", count: 7 },
      { channel: "email", state: "pending", count: 2 },
      { channel: "email", state: "suppressed", count: 1 },
      { channel: "webhook", state: "pending", count: 1 },
    ]);
  });
});

describe("the receiver of the demo", () => {
  let receiver: Running;
  const say = (body: unknown) =>
    fetch(`http://127.0.0.1:${receiver.port}/`, { method: "POST", body: JSON.stringify(body) });
  beforeAll(async () => {
    receiver = await startReceiver(0, () => end);
  });
  afterAll(() => receiver.stop());

  test("answers a challenge, shows what is published, and takes no markup from it", async () => {
    const asked = { type: "subscription.challenge", data: { challenge: "msg_1" } };
    expect(await (await say(asked)).json()).toEqual({ challenge: "msg_1" });
    await say({ topic: "skarv-operations", title: "Search is <b>down</b>", message: "Since 08:00" });
    await say({ type: "status.news", data: { news: [{ title: "Slow answers" }] } });
    const page = await (await fetch(`http://127.0.0.1:${receiver.port}/`)).text();
    expect(page).toContain("Search is &#60;b&#62;down");
    expect(page).toContain("Slow answers");
    expect(page).not.toContain("challenge");
  });
});
