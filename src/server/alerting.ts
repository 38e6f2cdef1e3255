/** Alerts, wired: they follow what is known, and are told on every channel in its readers' language. Used by server.ts alone. */
import { composeAlertMessage } from "../actions/compose-alert-message.ts";
import { readLetterhead } from "../actions/read-letterhead.ts";
import type { Engine } from "../actions/draft-cycle.ts";
import type { AlertChannels } from "../live/alert-channels.ts";
import { openAlertTellers } from "../live/alert-tellers.ts";
import { type AlertWatch, watchAlerts } from "../live/alert-watch.ts";
import type { LiveCheck } from "../live/live-check.ts";
import type { Message } from "../notify/channel.ts";
import type { DueTelling } from "../store/alert-tellings.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Alerted {
  channels: AlertChannels;
  checks(): Iterable<LiveCheck>;
  engine: Engine;
}

export function startAlerting(around: Surroundings, { channels, checks, engine }: Alerted): AlertWatch {
  const { config, db, log, now, secretKey, facts, derives, maySend, failed } = around;

  /** Words for those who read the channel. */
  async function compose(telling: DueTelling): Promise<Message> {
    const { name: platform, timeZone, brand } = facts().settings;
    const found = await channels.find(telling.channel);
    // An alert goes out, with the logo or without.
    const head = await readLetterhead(db, brand === undefined ? {} : { brand }).catch(() => null);
    return composeAlertMessage(telling, {
      ...{ db, secretKey, platform, timeZone, baseUrl: around.address() },
      ...{ replyTo: config.supportMail, head },
      language: found?.language ?? "en",
      channelTitle: found?.title ?? telling.channel,
    });
  }

  const tellers = openAlertTellers({
    ...{ db, now, compose },
    channelOf: async (name) => (await channels.find(name))?.channel ?? null,
    goesOn: maySend,
    attempted({ alertId, event, attempts }, channel, failure) {
      const what = { alert: alertId, event, attempts, channel: channel.name, leadsTo: channel.leadsTo };
      if (failure === null) {
        log.info(what, "an alert was told");
      } else {
        const { message: reason, isFinal } = failure;
        log.warn({ ...what, reason, forGood: isFinal }, "an alert could not be told");
      }
    },
    failed: (error) => failed(error, {}, "alerts could not be told"),
  });
  return watchAlerts({
    ...{ db, channels, tellers, now, checks, derives, engine },
    board: facts,
    followed({ event, ...alert }) {
      log[event === "opened" ? "warn" : "info"](alert, `an alert was ${event}`);
    },
    failed: (error) => failed(error, {}, "the alerts could not follow"),
  });
}
