/**
 * Sends the mails that are due, each until it is taken: an attempt that fails is made again later, and later still, by whichever server
 * then sends; one that is refused for good, or was tried for five days, is given up and shown. Should a server end between a mail's being
 * taken and its being noted, it is sent again, under the same Message-ID: at least once, and to a mail reader once.
 */
import { isGivenUp } from "../domain/mailing/mailing.ts";
import type { Instant } from "../domain/time/interval.ts";
import { ChannelFailure, retryWithin } from "../notify/channel.ts";
import type { Mail } from "../notify/mail.ts";
import type { Database } from "../store/database.ts";
import { type AttemptEnd, type Mailing, noteAttempt, takeMailings } from "../store/mailings.ts";

export interface SendMailingsDeps {
  db: Database;
  /** Makes the mail. */
  compose(mailing: Mailing): Promise<Omit<Mail, "date">>;
  /** @throws ChannelFailure */
  send(mail: Mail): Promise<void>;
  now(): Instant;
  /** Whether more may be sent: asked before every handful. */
  goesOn(): boolean;
  /** Told how every attempt ended. */
  attempted(mailing: Mailing, end: AttemptEnd): void;
  /** Told of a mail that could not be made, by a defect. */
  failed(error: unknown, mailing: Mailing): void;
}

/** Longer than an attempt takes, made and sent (notify/mail.ts): nobody else makes it meanwhile. */
export const attemptWithinMs = 300_000;
const atOnce = 4;
/** A mail server that was away is asked again twice an hour (RFC 5321, 4.5.4.1). */
const longestRetryMs = 30 * 60_000;

/** Makes the attempts that are due, some at a time; how many were made. */
export async function sendMailings(deps: SendMailingsDeps): Promise<number> {
  const { db, now, goesOn } = deps;
  let attempted = 0;
  while (goesOn()) {
    const at = now();
    const due = await takeMailings(db, { now: at, until: at + attemptWithinMs, atMost: atOnce });
    if (due.length === 0) {
      break;
    }
    await Promise.all(due.map((mailing) => sendOne(deps, mailing)));
    attempted += due.length;
  }
  return attempted;
}

async function sendOne(
  { db, compose, send, now, attempted, failed }: SendMailingsDeps,
  mailing: Mailing,
): Promise<void> {
  const attempt = async (): Promise<AttemptEnd> => {
    try {
      await send({ ...(await compose(mailing)), date: mailing.triedSince ?? mailing.dueAt });
      return { outcome: "sent" };
    } catch (error) {
      if (!(error instanceof ChannelFailure)) {
        failed(error, mailing);
      }
      return failedAttempt(mailing, error, now());
    }
  };
  const end = await attempt();
  await noteAttempt(db, mailing, end, now());
  attempted(mailing, end);
}

/** Whatever kept a mail from being sent, it is tried again, unless the server refused it for good or it was tried for long enough. */
function failedAttempt({ attempts, triedSince }: Mailing, error: unknown, now: Instant): AttemptEnd {
  const failure = error instanceof ChannelFailure ? error.message : "it could not be written: see the log";
  const isFinal = error instanceof ChannelFailure && error.isFinal;
  return isFinal || isGivenUp(triedSince ?? now, now)
    ? { outcome: "failed", failure }
    : { outcome: "put_off", failure, nextAt: now + retryWithin(attempts, longestRetryMs) };
}
