/** Messages to those who subscribed, wired: by mail, webhook and chat, as they asked. Used by server.ts alone. */
import type { Sending } from "../live/sending.ts";
import { watchSubscriptions } from "../live/subscription-watch.ts";
import { mailerOf } from "./mailer.ts";
import type { Surroundings } from "./surroundings.ts";

/** Over which letters to subscribers go. */
const mailConnections = 4;

export function sendToSubscribers(around: Surroundings): Sending {
  const { config, db, log, now, secretKey, facts, maySend, failed } = around;
  const { bounceMail, internalSubscribers: isInternal } = config;
  const platform = () => facts().settings;
  return watchSubscriptions({
    ...{ db, now, isInternal },
    openMail: mailerOf(around, mailConnections),
    office: () => ({
      ...{ secretKey, bounceMail, settings: platform() },
      address: config.baseUrl ?? platform().address ?? around.address(),
    }),
    goesOn: maySend,
    attempted(message, end) {
      // To whom it goes stands in the console alone.
      const what = { message: message.id, kind: message.kind, attempts: message.attempts };
      if (end.outcome === "put_off" || end.outcome === "failed") {
        log.info({ ...what, reason: end.failure }, "a subscriber could not be told");
      } else {
        log.debug(what, `a subscriber was told: ${end.outcome}`);
      }
    },
    failed: (error, { id }) => failed(error, { message: id }, "a subscriber could not be told"),
    lookFailed: (error) => failed(error, {}, "subscribers could not be told"),
  });
}
