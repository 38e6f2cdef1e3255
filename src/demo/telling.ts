/**
 * Tells the demo's story to a running server: its history batch after batch over HTTP, as a probe does that was without a line for a long
 * time, each awaited before the next, so that the page is served meanwhile and fills up; then what customers asked, the year of the office,
 * month after month, and who wants to be told.
 */
import type { SignedBatch } from "../../probes/protocol.ts";
import { applyPlatform } from "../actions/apply-platform.ts";
import type { ReportOffice } from "../actions/issue-report.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { workAtHelpDesk } from "./office/help-desk.ts";
import { subscribeReaders } from "./office/readers.ts";
import { fillOffice, standIn } from "./office/roster.ts";
import { tellYear } from "./office/year.ts";
import { endOfTelling, endStory, type Story } from "./story.ts";

export interface Telling {
  db: Database;
  story: Story;
  office: ReportOffice;
  /** What invitations are sealed with. */
  secretKey: string;
  /** Address of the running server. */
  url: string;
  now: () => Instant;
  /** What follows when the platform has become what it is now. */
  isPresent: () => Promise<void>;
  /** True as soon as it should stop; the next start goes on from there. */
  isOver: () => boolean;
}

/** Beyond this nobody pretends to have watched in between: the time since the history's end stays unknown. */
const longestBridgeMs = 600_000;

/** Tells what is left to tell. False when it was interrupted. */
export async function tellStory(telling: Telling, say: (words: string) => void): Promise<boolean> {
  const { db, story, office, secretKey, now, isPresent, isOver } = telling;
  if (story.told) {
    await isPresent();
    return true;
  }
  await fillOffice(db, secretKey, story.origin);
  if (!(await tellHistory(telling, say))) {
    return false;
  }
  await applyPlatform(db, story.present, now());
  await isPresent();
  const began = now();
  await workAtHelpDesk(db, story.origin);
  if (!(await tellYear(db, office, story.origin, isOver))) {
    return false;
  }
  await subscribeReaders(db, story.present, now());
  await standIn(db, now());
  await endStory(db, now());
  const seconds = ((now() - began) / 1_000).toFixed(1);
  const { contracts } = story.present.agreements;
  say(`  months     of ${contracts.length} contracts closed in ${seconds} s, all but what needs a person`);
  return true;
}

/** The samples of the history, to its end or up to now. */
async function tellHistory(
  { db, story, url, now, isOver }: Telling,
  say: (words: string) => void,
): Promise<boolean> {
  const began = now();
  const { history, origin } = story;
  let chain = await endOfTelling(db);
  let samples = 0;
  let nextWords = 0.25;
  for await (const batch of history.batchesAfter(chain)) {
    await deliver(url, batch.signed);
    chain = batch;
    samples += batch.samples;
    if (isOver()) {
      return false;
    }
    if (chain.sequence / history.length >= nextWords) {
      say(`  history    ${Math.round((100 * chain.sequence) / history.length)} % told`);
      nextWords += 0.25;
    }
  }
  if (chain.sequence <= history.length && now() - origin.end < longestBridgeMs) {
    const bridge = await history.bridge(chain, now());
    await deliver(url, bridge.signed);
    samples += bridge.samples;
  }
  const seconds = ((now() - began) / 1_000).toFixed(1);
  say(`  history    ${samples.toLocaleString("en")} samples of ${origin.days} days told in ${seconds} s`);
  return true;
}

/** Delivers one batch; whatever is not taken ends the telling. */
async function deliver(url: string, { bytes, signature }: SignedBatch): Promise<void> {
  const response = await fetch(`${url}/api/v1/batches`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream", "fournines-signature": signature.toBase64() },
    body: bytes,
  });
  if (!response.ok) {
    throw new Error(`the server did not take a batch of the history: ${await response.text()}`);
  }
  await response.arrayBuffer();
}
