/** Opens a session: a secret for the browser's cookie, of which only the digest is stored. */
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { currentOrigin } from "../store/audit-origin.ts";
import type { Database } from "../store/database.ts";
import { authorOfHolder, type Holder } from "../store/holders.ts";
import { insertSession } from "../store/sessions.ts";
import { digestOfToken } from "./create-token.ts";

/** A session nobody uses for so long is over. */
export const sessionMs = 12 * 3_600_000;

/** What somebody showed to be let in. */
export type ShownAtDoor = "token" | "link" | "invitation" | "password" | "passkey" | "provider" | "reset";

/** @returns what the cookie holds */
export async function openSession(
  db: Database,
  { holder, linkId, by }: { holder: Holder; linkId: string | null; by: ShownAtDoor },
  now: Instant,
): Promise<string> {
  const secret = crypto
    .getRandomValues(new Uint8Array(32))
    .toBase64({ alphabet: "base64url", omitPadding: true });
  const { address, agent } = currentOrigin();
  const session = { digest: await digestOfToken(secret), linkId, holder, origin: { address, agent } };
  const author = authorOfHolder(holder);
  await db.transaction(async (tx) => {
    await insertSession(tx, { ...session, expiresAt: now + sessionMs }, now);
    await appendAudit(tx, {
      ...{ kind: "sign-in", subject: author, event: "signed in", author, recordedAt: now },
      ...{ before: null, after: { by } },
    });
  });
  return secret;
}
