import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { alertThread } from "../../src/actions/acknowledge-link.ts";
import { receiveMail } from "../../src/actions/receive-mail.ts";
import { readRawMail } from "../../src/inbound/raw-mail.ts";
import { alerts } from "../../src/store/tables/alerts.ts";
import { getAlert } from "../../src/store/told-alerts.ts";
import { testApi } from "../support/api.ts";
import { eachDatabase } from "../support/databases.ts";
import { comeIn } from "../support/people.ts";
import { rawMail } from "../support/requests.ts";

const now = Date.parse("2026-07-03T08:15:00Z");
const key = "k".repeat(32);

eachDatabase("an answer to a mail about an alert", (database) => {
  beforeEach(async () => {
    await database().execute(sql`
      truncate alert_tellings, alert_events, alerts, requests, tokens, people restart identity cascade`);
    await database()
      .insert(alerts)
      .values({
        ...{ key: "service_down beacon", kind: "service_down", facts: {}, openedAt: now, callingSince: now },
      });
  });

  const answer = async (
    headers: Record<string, string>,
    thread = alertThread(key, { alertId: 1, channel: "ops" }),
  ) =>
    receiveMail(
      database(),
      key,
      await readRawMail(
        new TextEncoder().encode(
          rawMail({ References: `<other@acme.example> <${thread}@acme.example>`, ...headers }, "On it."),
        ),
      ),
      now,
    );
  const taker = async () => (await getAlert(database(), 1)).acknowledgedBy;

  it("takes it on, in the name of the channel, or of whoever answers where they are known here", async () => {
    expect(await answer({})).toEqual({ outcome: "acknowledged", reference: "alert 1" });
    expect(await taker()).toBe("channel ops");
    await database().execute(sql`update alerts set acknowledged_by = null, acknowledged_at = null`);
    const { person } = await comeIn(await testApi(database(), now), "Ann", "ops");
    expect((await answer({ From: "Ann <ann@acme.example>" })).outcome).toBe("acknowledged");
    expect(await taker()).toBe(person.id);
  });

  it("takes on nothing when a machine answers, or when it was made up", async () => {
    expect(await answer({ "Auto-Submitted": "auto-replied" })).toEqual({
      outcome: "ignored",
      reference: null,
    });
    const forged = alertThread("x".repeat(32), { alertId: 1, channel: "ops" });
    expect((await answer({ "Message-ID": "<forged@acme.example>" }, forged)).outcome).toBe("opened");
    expect(await taker()).toBeNull();
  });

  it("changes nothing where it is over by then, and opens no request", async () => {
    await database().execute(sql`update alerts set closed_at = ${now}, over_at = ${now}`);
    expect(await answer({})).toEqual({ outcome: "known", reference: "alert 1" });
    expect(await taker()).toBeNull();
  });
});
