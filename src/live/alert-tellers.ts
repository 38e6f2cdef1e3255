/**
 * Lets what is put down be told, each channel for itself: one that is slow or fails keeps no other waiting. Woken when something was put
 * down, and by itself when something is due again. By the server that derives for all; should two be at it, a telling is taken once.
 */
import { tellAlerts, type TellAlertsDeps } from "../actions/tell-alerts.ts";
import { listWaitingChannels, withdrawOwnFailures } from "../store/alert-tellings.ts";

export interface AlertTellers {
  /** Looks for what is due, and lets it be told; resolves when the tellers are at it, not when they are done. */
  wake(): Promise<void>;
  /** Resolves when nothing is being told any more. */
  settled(): Promise<void>;
  /** Lets what is under way come to its end, for a moment: if it does not, another server makes the attempt again. */
  stop(): Promise<void>;
}

const endsWithinMs = 2_000;
/** A channel that is due later than this is looked at with one of the next wakes. */
const sleepsAtMostMs = 5_000;

export function openAlertTellers(deps: TellAlertsDeps): AlertTellers {
  const { db, now, failed } = deps;
  const busy = new Map<string, Promise<void>>();
  let alarm: NodeJS.Timeout | undefined;
  let stopping = false;
  const goesOn = () => !stopping && deps.goesOn();

  function tell(channel: string): void {
    const telling = tellAlerts({ ...deps, goesOn }, channel)
      .then(() => {})
      .catch(failed)
      .finally(() => {
        busy.delete(channel);
        if (goesOn()) {
          void look();
        }
      });
    busy.set(channel, telling);
  }

  /** Starts a teller for each channel that is due, and sleeps until the next one is. */
  async function look(): Promise<void> {
    try {
      await withdrawOwnFailures(db, now());
      const waiting = await listWaitingChannels(db);
      let sleepsMs = Infinity;
      for (const [channel, dueAt] of waiting) {
        if (busy.has(channel) || !goesOn()) {
          continue;
        }
        const inMs = dueAt - now();
        if (inMs <= 0) {
          tell(channel);
        } else {
          sleepsMs = Math.min(sleepsMs, inMs);
        }
      }
      clearTimeout(alarm);
      if (sleepsMs <= sleepsAtMostMs && goesOn()) {
        alarm = setTimeout(() => void look(), sleepsMs);
      }
    } catch (error) {
      failed(error);
    }
  }

  return {
    wake: () => (goesOn() ? look() : Promise.resolve()),
    async settled() {
      while (busy.size > 0) {
        await Promise.all(busy.values());
      }
    },
    async stop() {
      stopping = true;
      clearTimeout(alarm);
      const ended = Promise.all(busy.values());
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, endsWithinMs).unref())]);
    },
  };
}
