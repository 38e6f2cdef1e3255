/** Telling without a database: what a probe process has to say by itself. Tries again with growing pauses until it is taken. */
import type { Instant } from "../domain/time/interval.ts";
import { type Channel, ChannelFailure, type Message, retryAfterMs } from "./channel.ts";

export interface TellingDeps {
  now(): Instant;
  /** Rejects when the telling is to end. */
  sleep(ms: number): Promise<void>;
  /** Told of every attempt that failed. */
  onFailure(channel: Channel, failure: ChannelFailure, attempts: number): void;
}

/**
 * Tells all channels at once, each until it has taken the message or `attempts` have failed (default: a day of them).
 *
 * @returns whether at least one channel took it
 */
export async function tell(
  channels: readonly Channel[],
  message: Message,
  deps: TellingDeps,
  attempts = 290,
): Promise<boolean> {
  const taken = await Promise.all(channels.map((channel) => tellOne(channel, message, deps, attempts)));
  return taken.some((one) => one);
}

async function tellOne(
  channel: Channel,
  message: Message,
  { now, sleep, onFailure }: TellingDeps,
  attempts: number,
): Promise<boolean> {
  for (let failed = 1; ; failed++) {
    try {
      await channel.send(message, now());
      return true;
    } catch (error) {
      if (!(error instanceof ChannelFailure)) {
        throw error;
      }
      onFailure(channel, error, failed);
      if (failed >= attempts) {
        return false;
      }
    }
    await sleep(retryAfterMs(failed));
  }
}
