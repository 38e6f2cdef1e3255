/**
 * Looks again and again for mails that are due, and lets them be sent: by the server that derives for all, so that there is no race for
 * them; should there be one, a mail is taken once. After what causes mails, before those who get them.
 */
import { sendMailings, type SendMailingsDeps } from "../actions/send-mailings.ts";

export interface MailWatch {
  /** Looks once, after a look that is under way. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface MailWatchDeps extends SendMailingsDeps {
  lookFailed(error: unknown): void;
}

const endsWithinMs = 2_000;

/** @param everyMs pause between two looks */
export function watchMailings(deps: MailWatchDeps, everyMs = 5_000): MailWatch {
  let looking: Promise<void> | null = null;
  let stopping = false;
  const goesOn = () => !stopping && deps.goesOn();
  const look = () =>
    (looking ??= sendMailings({ ...deps, goesOn })
      .then(() => {})
      .catch(deps.lookFailed)
      .finally(() => (looking = null)));
  const timer = setInterval(() => void look(), everyMs);
  return {
    look,
    async stop() {
      stopping = true;
      clearInterval(timer);
      // What is under way may be taken; if not, another server makes the attempt again.
      await Promise.race([looking, new Promise((resolve) => setTimeout(resolve, endsWithinMs).unref())]);
    },
  };
}
