import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { composeAlertMessage } from "../../src/actions/compose-alert-message.ts";
import { drawLetterhead, type Letterhead } from "../../src/documents/letterhead.ts";
import { linksOf } from "../../src/notify/channel.ts";
import { slackMessage } from "../../src/notify/slack.ts";
import type { DueTelling } from "../../src/store/alert-tellings.ts";
import { brandFiles, brandLogo } from "../support/brand.ts";
import { openFreshDatabase } from "../support/databases.ts";

const openedAt = Date.UTC(2026, 6, 3, 8, 15);
const telling: DueTelling = {
  ...{ alertId: 7, event: "opened", channel: "ops-chat", round: 0, step: 0, attempts: 1, dueAt: openedAt },
  ...{ key: "service_down beacon", kind: "service_down", severity: "critical", openedAt, closedAt: null },
  ...{ facts: { service: "beacon", title: "Beacon", since: openedAt }, acknowledgedBy: null },
};

it("leads from an alert to where it is taken, to what it is about, and to what became of it", async () => {
  const { db, close } = await openFreshDatabase();
  const message = (more: Partial<DueTelling> = {}, head: Letterhead | null = null) =>
    composeAlertMessage(
      { ...telling, ...more },
      {
        ...{ db, secretKey: "a secret", baseUrl: "https://status.acme.example", platform: "Acme" },
        ...{ timeZone: "UTC", language: "en", channelTitle: "#ops", replyTo: null, head },
      },
    );
  const opened = await message();
  const [take, page, story] = linksOf(opened.alert!);
  expect([take!.word, page, story]).toEqual([
    "I take it",
    { word: "See how it stands", address: "https://status.acme.example/services/beacon" },
    { word: "Who was told, and who has it", address: "https://status.acme.example/console/alerts/7" },
  ]);
  for (const shown of [opened.text, opened.html, JSON.stringify(slackMessage(opened))]) {
    expect(shown).toContain(story!.address);
  }
  await db.execute(
    sql`insert into locations (slug, title, managed_by, created_at) values ('osaka', 'Osaka Bay', 'file', 0)`,
  );
  const silent = {
    kind: "probe_silent" as const,
    facts: { probe: "osaka-1", location: "osaka", checks: null },
  };
  const inWords = await message(silent);
  expect(inWords.subject).toBe("No word from probe osaka-1 in Osaka Bay");
  expect(inWords.facts).toMatchObject({ location: "osaka" });
  const over = await message({ event: "closed", closedAt: openedAt + 60_000 });
  expect(linksOf(over.alert!)).toEqual([page, story]);
  expect([over.html!.includes("<img"), over.pictures]).toEqual([false, undefined]);
  const branded = await message({}, await drawLetterhead(brandLogo, brandFiles));
  expect(branded.html).toContain('src="cid:logo"');
  expect(branded.pictures!.map(({ inline, type }) => [inline, type])).toEqual([
    ["logo", "image/png"],
    ["logo-dark", "image/png"],
  ]);
  expect(branded.text).toBe(opened.text);
  await close();
});
