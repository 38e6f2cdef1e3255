/** Opens a session: a secret for the browser's cookie, of which only the digest is stored. */
import type { Instant } from "../domain/time/interval.ts";
import type { Holder } from "../store/access-links.ts";
import type { Database } from "../store/database.ts";
import { insertSession } from "../store/sessions.ts";
import { digestOfToken } from "./create-token.ts";

/** A session nobody uses for so long is over. */
export const sessionMs = 12 * 3_600_000;

/** @returns what the cookie holds */
export async function openSession(
  db: Database,
  { holder, linkId }: { holder: Holder; linkId: string | null },
  now: Instant,
): Promise<string> {
  const secret = crypto
    .getRandomValues(new Uint8Array(32))
    .toBase64({ alphabet: "base64url", omitPadding: true });
  await insertSession(
    db,
    { digest: await digestOfToken(secret), linkId, holder, expiresAt: now + sessionMs },
    now,
  );
  return secret;
}
