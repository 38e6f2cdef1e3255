/** Hears a probe no more, for a reason: its checks are free for others at once, its batches are refused, its past evidence stays valid. */
import { InvalidInput, NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { leaveShares, lockShares } from "../store/check-leases.ts";
import type { Database } from "../store/database.ts";
import { findProbe, revokeProbe as markRevoked } from "../store/probes.ts";

const longestReason = 500;

/**
 * Revoked already, nothing changes: the first reason stands.
 *
 * @throws NotFound probe_not_found
 * @throws InvalidInput reason_missing
 */
export async function revokeProbe(
  db: Database,
  id: string,
  reason: string,
  author: string,
  now: Instant,
): Promise<void> {
  const words = reason.trim();
  if (words === "" || [...words].length > longestReason || /\p{Cc}/u.test(words)) {
    const detail = `1 to ${longestReason} characters, on one line`;
    throw new InvalidInput("reason_missing", "Say why the probe is revoked.", [
      { pointer: "/reason", detail },
    ]);
  }
  await db.transaction(async (tx) => {
    const probe = await findProbe(tx, id);
    if (probe === undefined) {
      throw new NotFound("probe_not_found", `There is no probe ${id}.`);
    }
    await lockShares(tx, probe.locationId);
    await leaveShares(tx, id);
    await markRevoked(tx, id, now, words);
    await appendAudit(tx, {
      ...{ kind: "probe", subject: id, event: "revoked", author, recordedAt: now },
      ...{ before: null, after: { reason: words } },
    });
  });
}
