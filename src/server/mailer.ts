/** The way to the mail server, wired: what is sent goes out in the platform's name. For the parts of a server that send mail. */
import { type Mailer, openMailer } from "../notify/mail.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Opens the mail server; null: no mail can be sent from here.
 *
 * @param connections as openMailer takes them
 */
export function mailerOf({ config, facts }: Surroundings, connections = 0): (() => Mailer) | null {
  const { mail } = config;
  const from = mail?.from ?? null;
  return mail === null || from === null
    ? null
    : () => openMailer({ smtpUrl: mail.smtpUrl, from }, () => facts().settings.name, connections);
}
