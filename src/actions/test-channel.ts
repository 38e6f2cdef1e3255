/**
 * Sends a message over a channel that only shows that it works, and tells what was answered: what was set up is known to reach somebody
 * before it has to. By a person, recorded, and not more often than somebody could look whether it arrived.
 */
import { Conflict, NotFound } from "../domain/errors.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import { type Channel, ChannelFailure } from "../notify/channel.ts";
import { retryTellings } from "../store/alert-tellings.ts";
import { appendAudit } from "../store/audit.ts";
import { endAttempt, findLastTest } from "../store/channel-attempts.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { composeTestMessage } from "./compose-alert-message.ts";
import { readLetterhead } from "./read-letterhead.ts";

/** Finds a channel by its name; null: there is none. */
export type FindChannel = (
  name: string,
) => Promise<{ channel: Channel; title: string; language: CustomerLanguage } | null>;

export interface ChannelTest {
  name: string;
  author: string;
  settings: Pick<PlatformSettings, "name" | "brand">;
}

const testEveryMs = 10_000;

/**
 * @returns what was answered, or why it was not taken
 * @throws NotFound channel_not_found; Conflict tested_just_now
 */
export async function testChannel(
  db: Database,
  find: FindChannel,
  { name, author, settings }: ChannelTest,
  now: () => Instant,
): Promise<{ answer: string | null; failure: string | null }> {
  const found = await find(name);
  if (found === null) {
    throw new NotFound("channel_not_found", `There is no channel "${name}".`);
  }
  const startedAt = now();
  await db.transaction(async (tx) => {
    await lockInTransaction(tx, `test channel ${name}`);
    await refuseSoon(tx, name, startedAt);
    // Put down before it is sent: of two at once one is refused, and a server that ends with it has sent no secret test.
    await appendAudit(tx, {
      ...{ kind: "channel", subject: name, event: "tested", author, recordedAt: startedAt },
      ...{ before: null, after: { leadsTo: found.channel.leadsTo } },
    });
  });
  const { channel, title, language } = found;
  // As of an alert: it goes out, with the logo or without.
  const head = await readLetterhead(db, settings).catch(() => null);
  const setting = { platform: settings.name, channelTitle: title, language, head };
  const message = composeTestMessage(name, setting, startedAt);
  const end = await attempt(channel, message, startedAt);
  await db.transaction((tx) =>
    endAttempt(tx, {
      ...{ channel: name, alertId: null, event: null, number: 1, startedAt, endedAt: now() },
      ...{ ...end, pausedUntil: null },
    }),
  );
  return end;
}

async function attempt(
  channel: Channel,
  message: Parameters<Channel["send"]>[0],
  now: Instant,
): Promise<{ answer: string | null; failure: string | null }> {
  try {
    return { answer: await channel.send(message, now), failure: null };
  } catch (error) {
    if (!(error instanceof ChannelFailure)) {
      throw error;
    }
    return { answer: null, failure: error.message };
  }
}

async function refuseSoon(tx: Database, name: string, now: Instant): Promise<void> {
  const last = await findLastTest(tx, name);
  const waitsMs = last === undefined ? 0 : last.startedAt + testEveryMs - now;
  if (waitsMs > 0) {
    throw new Conflict(
      "tested_just_now",
      `It was tested a moment ago; it can be tested again in ${Math.ceil(waitsMs / 1000)} s.`,
    );
  }
}

/**
 * Lets what a channel refused for good be told again, of alerts that are not over: what was wrong with it is put right. By a person, and
 * recorded.
 *
 * @returns how much there is
 */
export function retryChannel(
  db: Database,
  { name, author }: Pick<ChannelTest, "name" | "author">,
  now: Instant,
): Promise<number> {
  return db.transaction(async (tx) => {
    const count = await retryTellings(tx, name, now);
    await appendAudit(tx, {
      ...{ kind: "channel", subject: name, event: "retried", author, recordedAt: now },
      ...{ before: null, after: { tellings: count } },
    });
    return count;
  });
}
