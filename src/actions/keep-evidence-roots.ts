/**
 * What is done with the roots of the days, from time to time: made, time-stamped where an authority is named, and sent to those who are
 * to keep them. What does not succeed is tried again the next time; whoever has taken a root is not sent it again.
 */
import { contactsInForce } from "../domain/sla/promise/contract-contacts.ts";
import type { EvidenceKeepers, PlatformSettings } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoDay } from "../domain/time/written-instant.ts";
import { ChannelFailure, type Message } from "../notify/channel.ts";
import { evidenceChannels, type EvidenceTransports } from "../notify/evidence-channels.ts";
import { readAgreements } from "../store/agreements.ts";
import type { Database } from "../store/database.ts";
import {
  listUnsent,
  listUnstamped,
  noteSent,
  putTimestamp,
  type StoredRoot,
} from "../store/evidence-roots.ts";
import { makeEvidenceRoots } from "./make-evidence-roots.ts";

export interface RootKeeping {
  settings(): Promise<PlatformSettings>;
  /** Transports of the keepers; the webhook's secret is the value of its reference. */
  transports(keepers: EvidenceKeepers): EvidenceTransports;
  /** Told of every attempt that failed. */
  onFailure(doing: "stamp" | "send", where: string, reason: string): void;
}

/** After so long an authority's word that the root stands now is worth little more than nothing. */
const stampedWithinMs = 30 * 86_400_000;
/** Roots that one message lists; the last of them vouches for all before it anyway. */
const mostListed = 31;
/** A longer statement is fetched by whoever wants it. */
const longestSent = 100_000;

/** Does all that is due. */
export async function keepEvidenceRoots(db: Database, keeping: RootKeeping, now: Instant): Promise<void> {
  await makeEvidenceRoots(db, now);
  const { name, evidence = nobody } = await keeping.settings();
  await stampRoots(db, evidence, keeping, now);
  await sendRoots(db, name, await withContacts(db, evidence, keeping, now), keeping, now);
}

const nobody: EvidenceKeepers = { recipients: [], webhook: null, timestamp: null };

/** Those whom the platform names, and the contacts of every contract in force where mail can be sent at all. */
async function withContacts(
  db: Database,
  keepers: EvidenceKeepers,
  { transports }: RootKeeping,
  now: Instant,
): Promise<EvidenceKeepers> {
  const contacts = transports(keepers).mail === null ? [] : contactsInForce(await readAgreements(db), now);
  return { ...keepers, recipients: [...new Set([...keepers.recipients, ...contacts])] };
}

async function stampRoots(
  db: Database,
  { timestamp }: EvidenceKeepers,
  { onFailure }: RootKeeping,
  now: Instant,
): Promise<void> {
  for (const { day, root } of timestamp === null ? [] : await listUnstamped(db, now - stampedWithinMs)) {
    try {
      // What reads the answer is loaded by the first root that is to be stamped: few are.
      const { requestTimestamp } = await import("../notify/timestamp-authority.ts");
      await putTimestamp(db, day, await requestTimestamp(timestamp!, root));
    } catch (error) {
      if (!(error instanceof ChannelFailure)) {
        throw error;
      }
      onFailure("stamp", new URL(timestamp!).host, error.message);
      return;
    }
  }
}

async function sendRoots(
  db: Database,
  platform: string,
  keepers: EvidenceKeepers,
  keeping: RootKeeping,
  now: Instant,
): Promise<void> {
  const roots = await listUnsent(db);
  const channels = evidenceChannels(keepers, keeping.transports(keepers));
  if (roots.length === 0 || channels.length === 0) {
    return;
  }
  const sentTo = new Map(roots.map(({ day, sentTo: told }) => [day, new Set(told)]));
  for (const { name, channel, trouble } of channels) {
    const untold = roots.filter(({ day }) => !sentTo.get(day)!.has(name));
    try {
      if (untold.length > 0) {
        if (channel === null) {
          throw new ChannelFailure(trouble);
        }
        await channel.send(messageOf(platform, untold), now);
      }
    } catch (error) {
      if (!(error instanceof ChannelFailure)) {
        throw error;
      }
      keeping.onFailure("send", channel?.leadsTo ?? name, error.message);
      continue;
    } finally {
      channel?.close();
    }
    for (const { day } of untold) {
      sentTo.get(day)!.add(name);
      // Noted at once: a crash must not send it a second time to those who have it.
      const told = [...sentTo.get(day)!];
      const isAll = channels.every((one) => told.includes(one.name));
      await noteSent(db, day, told, isAll ? now : null);
    }
  }
}

/** One message for all that is to be told: every root in it vouches for the ones before. */
function messageOf(platform: string, roots: readonly StoredRoot[]): Message {
  const last = roots.at(-1)!;
  const day = isoDay(last.day);
  const earlier = roots.slice(0, -1).slice(-mostListed);
  const isShort = last.statement.length <= longestSent;
  return {
    id: `evidence-root-${day}`,
    type: "evidence.root",
    at: last.createdAt,
    subject: `${platform}: evidence root of ${day}`,
    text: [
      `The root over all evidence of ${platform} up to the end of ${day} (UTC):`,
      "",
      `  ${last.root}`,
      "",
      "Keep it. With it, fournines verify FILE --root tells whether anything before that day was changed later.",
      ...(earlier.length === 0
        ? []
        : ["", "Days before it:", ...earlier.map((root) => `  ${isoDay(root.day)}  ${root.root}`)]),
      ...(isShort ? ["", "What it is the SHA-256 of:", "", last.statement] : []),
    ].join("\n"),
    facts: {
      day,
      root: last.root,
      statement: isShort ? last.statement : null,
      timestamp_token: last.timestampToken?.toBase64() ?? null,
    },
  };
}
