/**
 * Tells the demo's history to a running server: batch after batch over HTTP, as a probe does that was without a line for a long time, each
 * awaited before the next, so that the page is served meanwhile and fills up.
 */
import type { SignedBatch } from "../../probes/protocol.ts";
import type { PlatformDefinition } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { endOfTelling, endStory, type Story } from "./story.ts";

export interface Telling {
  db: Database;
  story: Story;
  present: PlatformDefinition;
  /** Address of the running server. */
  url: string;
  now: () => Instant;
  /** True as soon as it should stop; the next start goes on from there. */
  isOver: () => boolean;
}

/** Beyond this nobody pretends to have watched in between: the time since the history's end stays unknown. */
const longestBridgeMs = 600_000;

/** Tells what is left to tell. False when it was interrupted. */
export async function tellStory(
  { db, story, present, url, now, isOver }: Telling,
  say: (words: string) => void,
): Promise<boolean> {
  if (story.told) {
    return true;
  }
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
  await endStory(db, present, now());
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
