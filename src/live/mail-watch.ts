/**
 * Looks again and again for mails that are due, and lets them be sent: by the server that derives for all, so that there is no race for
 * them; should there be one, a mail is taken once. After what causes mails, before those who get them.
 */
import { sendMailings, type SendMailingsDeps } from "../actions/send-mailings.ts";
import { keepSending, type Sending } from "./sending.ts";

export interface MailWatchDeps extends SendMailingsDeps {
  lookFailed(error: unknown): void;
}

/** @param everyMs pause between two looks */
export function watchMailings(deps: MailWatchDeps, everyMs = 5_000): Sending {
  return keepSending(
    deps.goesOn,
    async (goesOn) => {
      await sendMailings({ ...deps, goesOn });
    },
    deps.lookFailed,
    everyMs,
  );
}
