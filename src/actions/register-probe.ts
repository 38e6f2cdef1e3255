/**
 * A probe makes itself known: an invitation, used once, makes a key the first one of a new probe. The same key with the same invitation
 * is answered the same again, so that a probe whose answer was lost can ask once more.
 */
import type { CheckKind, ProbeEngine } from "../../probes/protocol.ts";
import { Conflict, Forbidden, InvalidInput, Unauthenticated } from "../domain/errors.ts";
import { canAsk } from "../domain/monitoring/share.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { findKeyOwner } from "../store/probe-keys.ts";
import { takeInvitation, useInvitation } from "../store/probe-invitations.ts";
import { findProbe, insertProbe } from "../store/probes.ts";
import { digestOfToken } from "./create-token.ts";

/** What a probe says when it comes. */
export interface NewProbe {
  /** Raw Ed25519 public key. */
  publicKey: Uint8Array<ArrayBuffer>;
  kinds: CheckKind[];
  engine: Exclude<ProbeEngine, "server">;
}

/** Name of a probe: where it stands, and the beginning of its first key. */
export function probeIdOf(location: string, publicKey: Uint8Array): string {
  return `${location}-${publicKey.toHex().slice(0, 12)}`;
}

/**
 * @param token the invitation
 * @throws Unauthenticated invitation_unknown, invitation_expired
 * @throws Conflict invitation_used by another key; key_taken by another probe
 * @throws Forbidden revoked_probe
 * @throws InvalidInput bad_public_key
 */
export async function registerProbe(
  db: Database,
  token: string,
  { publicKey, kinds, engine }: NewProbe,
  now: Instant,
): Promise<{ probe: string; location: string }> {
  await mustBeKey(publicKey);
  const digest = await digestOfToken(token);
  return db.transaction(async (tx) => {
    const invitation = await takeInvitation(tx, digest);
    if (invitation === undefined) {
      throw new Unauthenticated("invitation_unknown", "This invitation is not known here.");
    }
    const { location, locationId } = invitation;
    const probe = probeIdOf(location, publicKey);
    if (invitation.probeId !== null && invitation.probeId !== probe) {
      throw new Conflict(
        "invitation_used",
        "This invitation was used by another probe. Make a new one: fournines probe invite.",
      );
    }
    if (invitation.probeId === null && invitation.expiresAt <= now) {
      const since = isoInstant(invitation.expiresAt);
      throw new Unauthenticated("invitation_expired", `This invitation was good until ${since}.`);
    }
    const owner = await findKeyOwner(tx, publicKey);
    if (owner !== undefined && owner !== probe) {
      throw new Conflict("key_taken", `This key belongs to probe ${owner}.`, [
        { pointer: "/public_key", detail: "must be a key that no other probe has or had" },
      ]);
    }
    const known = await findProbe(tx, probe);
    if (known !== undefined && known.revokedAt !== null) {
      throw new Forbidden("revoked_probe", `probe ${probe} has been revoked: it needs a new key`);
    }
    await insertProbe(tx, {
      id: probe,
      locationId,
      publicKey,
      engine,
      kinds: kinds.filter((kind) => canAsk({ engine, kinds }, kind)),
      createdAt: now,
    });
    await useInvitation(tx, invitation.id, probe);
    if (known === undefined) {
      await appendAudit(tx, {
        ...{ kind: "probe", subject: probe, event: "registered", author: probe, recordedAt: now },
        ...{ before: null, after: { location, engine, publicKey: publicKey.toHex() } },
      });
    }
    return { probe, location };
  });
}

/** 32 bytes that are no point of the curve would be found out at the first signature, by somebody else. */
export async function mustBeKey(publicKey: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await crypto.subtle.importKey("raw", publicKey, "Ed25519", true, ["verify"]);
  } catch (cause) {
    const detail = "must be a raw Ed25519 public key, 32 bytes in base64";
    throw new InvalidInput(
      "bad_public_key",
      `The public key ${detail}.`,
      [{ pointer: "/public_key", detail }],
      { cause },
    );
  }
}
