/**
 * What drivers and PostgreSQL say when a database cannot serve, told apart from what is a defect: nobody answers there, or it has
 * no room left. For everything that goes on without a database.
 */

/** Nobody answers: codes of the system, of the driver, and of PostgreSQL while it stops, starts or has no connection left. */
const unreachable =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECTION_CLOSED|CONNECTION_ENDED|CONNECTION_DESTROYED|CONNECT_TIMEOUT|08...|57P0.|53300)$/;

/** The same, where the driver has words only: the connection ended, or could not be made in time. */
const lostConnection =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired$)/;

/** It answers and cannot store: no room on the disk, no memory, an error of the disk. */
const unwritable = /^(53[012]..|58...)$/;

/** The same, where PostgreSQL knows no code for what the system said: a file may not grow any more. */
const ungrowable = /^could not (?:extend|write).*: File too large$/;

/** Why the database cannot serve, in a few words; null when the error means something else. */
export function databaseTrouble(error: unknown): { reason: string; reads: boolean } | null {
  for (let cause = error; typeof cause === "object" && cause !== null;) {
    const { code, message, cause: next } = cause as { code?: unknown; message?: unknown; cause?: unknown };
    if (typeof code === "string" && (unreachable.test(code) || unwritable.test(code))) {
      const words = typeof message === "string" && message !== "" ? message : code;
      return { reason: words.includes(code) ? words : `${words} (${code})`, reads: unwritable.test(code) };
    }
    if (typeof message === "string" && lostConnection.test(message)) {
      return { reason: message, reads: false };
    }
    if (typeof message === "string" && ungrowable.test(message)) {
      return { reason: message, reads: true };
    }
    cause = next;
  }
  return null;
}

/** Whether trying again later is all that can be done about an error. */
export function isDatabaseAway(error: unknown): boolean {
  return databaseTrouble(error) !== null;
}
