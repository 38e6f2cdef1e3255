/** Mail to people and customers, wired: reports, invitations, answers and summaries that were put down go out. Used by server.ts alone. */
import { composeMailing } from "../actions/compose-mailing.ts";
import { watchMailings } from "../live/mail-watch.ts";
import type { Metrics } from "../live/metrics.ts";
import type { Sending } from "../live/sending.ts";
import { mailerOf } from "./mailer.ts";
import type { Surroundings } from "./surroundings.ts";

/** Null: no mail can be sent; what is put down waits until it can. */
export function sendMailings(around: Surroundings, metrics: Pick<Metrics, "countMailing">): Sending | null {
  const { config, db, log, now, secretKey, maySend, failed } = around;
  const { baseUrl, supportMail, bounceMail } = config;
  const mailer = mailerOf(around)?.();
  if (mailer === undefined) {
    return null;
  }
  return watchMailings({
    db,
    now,
    compose: (mailing) => composeMailing(db, mailing, { secretKey, baseUrl, supportMail, bounceMail, now }),
    send: mailer.send,
    goesOn: maySend,
    attempted(mailing, end) {
      metrics.countMailing(mailing.kind, end.outcome);
      // Whom it was for stands in the console alone.
      const what = { mailing: mailing.id, kind: mailing.kind, attempts: mailing.attempts };
      if (end.outcome === "sent") {
        log.info(what, "a mail was sent");
      } else {
        const givenUp = end.outcome === "failed";
        log.warn({ ...what, reason: end.failure, givenUp }, "a mail could not be sent");
      }
    },
    failed: (error, { id }) => failed(error, { mailing: id }, "a mail could not be written"),
    lookFailed: (error) => failed(error, {}, "mails could not be sent"),
  });
}
