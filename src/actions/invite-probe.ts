/** Invites a probe to a location: a token that one probe can make itself known with, within a day. It leaves here once; its digest stays. */
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { insertInvitation } from "../store/probe-invitations.ts";
import { findLocation, listPresentLocations } from "../store/probes.ts";
import { digestOfToken } from "./create-token.ts";

/** How every invitation begins, so that it is not taken for another kind of token. */
export const invitationPrefix = "fnp_";

const validForMs = 24 * 3_600_000;

/**
 * @throws NotFound location_not_found, naming those there are
 */
export async function inviteProbe(
  db: Database,
  slug: string,
  author: string,
  now: Instant,
): Promise<{ token: string; location: string; expiresAt: Instant }> {
  const location = await findLocation(db, slug);
  if (location === undefined) {
    const known = (await listPresentLocations(db)).join(", ");
    const detail = known === "" ? "the platform has no locations yet" : `the platform has ${known}`;
    throw new NotFound("location_not_found", `There is no location "${slug}": ${detail}.`, [
      { pointer: "/location", detail },
    ]);
  }
  const random = crypto.getRandomValues(new Uint8Array(32));
  const token = `${invitationPrefix}${random.toBase64({ alphabet: "base64url", omitPadding: true })}`;
  const expiresAt = now + validForMs;
  const digest = await digestOfToken(token);
  await db.transaction(async (tx) => {
    await insertInvitation(tx, { locationId: location.id, digest, author, createdAt: now, expiresAt });
    await appendAudit(tx, {
      ...{ kind: "probe", subject: location.slug, event: "invited", author, recordedAt: now },
      ...{ before: null, after: { location: location.slug, expiresAt } },
    });
  });
  return { token, location: location.slug, expiresAt };
}
