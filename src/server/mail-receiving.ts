/** Mail that comes in over SMTP, wired: letters of customers, and those of ours that come back. Used by server.ts alone. */
import { receiveMail } from "../actions/receive-mail.ts";
import { isWayTo } from "../actions/way-back.ts";
import { Refusal } from "../domain/errors.ts";
import { readRawMail } from "../inbound/raw-mail.ts";
import { receiveSmtp, type SmtpReceiver } from "../inbound/smtp-receiver.ts";
import type { Surroundings } from "./surroundings.ts";

/** Null: mail is handed over by another server, or not at all. */
export async function receiveMails(around: Surroundings): Promise<SmtpReceiver | null> {
  const { config, db, log, now, secretKey, failed } = around;
  const { host, supportMail, bounceMail, inboundSmtpPort: port } = config;
  if (port === null) {
    return null;
  }
  return receiveSmtp({
    ...{ host, port },
    takes: (address) =>
      address.toLowerCase() === supportMail?.toLowerCase() ||
      (bounceMail !== null && isWayTo(address, bounceMail)),
    async receive(raw, recipients) {
      const mail = await readRawMail(raw, recipients);
      const { outcome, reference } = await receiveMail(db, secretKey, mail, now());
      log.info({ outcome, reference }, "a mail was received");
    },
    isRefusal: (error) => error instanceof Refusal,
    failed: (error) => failed(error, {}, "a mail could not be received"),
  });
}
