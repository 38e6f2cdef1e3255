/**
 * A signed batch arrives: is it one, and is it from whom it says? Everything that can be told before the store is touched, and without
 * which nothing of it is kept. Between the wire and actions/record-batch.ts.
 */
import {
  decodeBatch,
  digestOf,
  importPublicKey,
  MalformedBatch,
  senderOf,
  verifyBatch,
} from "../../probes/batch.ts";
import type { Batch, SignedBatch } from "../../probes/protocol.ts";
import { Forbidden, InvalidInput, Unauthenticated } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { compressBatch } from "../store/batches.ts";
import type { Database } from "../store/database.ts";
import { findProbeKey } from "../store/probe-keys.ts";
import { findProbe, type Probe } from "../store/probes.ts";

/** A batch may be dated this far ahead of the server's clock, no further than its probe says its clock is. */
const maxAheadMs = 60_000;

/** A batch that is what it says. */
export interface ReceivedBatch {
  batch: Batch;
  probe: Probe;
  signed: SignedBatch;
  digest: string;
  compressed: Uint8Array;
  receivedAt: Instant;
}

/**
 * @throws InvalidInput malformed_batch, batch_from_the_future
 * @throws Unauthenticated unknown_probe, wrong_signature
 * @throws Forbidden revoked_probe, wrong_location
 */
export async function receiveBatch(db: Database, signed: SignedBatch, now: Instant): Promise<ReceivedBatch> {
  const probe = await verifiedProbe(db, signed);
  const batch = decoded(signed.bytes);
  mustStandThere(probe, batch);
  mustNotBeAhead(batch, now);
  const [digest, compressed] = await Promise.all([digestOf(signed.bytes), compressBatch(signed.bytes)]);
  return { batch, probe, signed, digest, compressed, receivedAt: now };
}

function decoded(bytes: Uint8Array): Batch {
  try {
    return decodeBatch(bytes);
  } catch (cause) {
    if (cause instanceof MalformedBatch) {
      throw new InvalidInput("malformed_batch", cause.message, [{ pointer: "", detail: cause.rule }], {
        cause,
      });
    }
    throw cause;
  }
}

/** The signature comes first: nobody unknown is to cost more than a look at how the bytes begin. */
async function verifiedProbe(db: Database, signed: SignedBatch): Promise<Probe> {
  const sender = senderOf(signed.bytes);
  if (sender === null) {
    const rule = "must begin with version, probe, location and sequence";
    throw new InvalidInput("malformed_batch", `malformed batch: ${rule}`, [{ pointer: "", detail: rule }]);
  }
  const probe = await findProbe(db, sender.probe);
  if (probe === undefined) {
    throw new Unauthenticated("unknown_probe", `no probe is known under the id ${sender.probe}`);
  }
  const key = await findProbeKey(db, probe.id, sender.sequence);
  if (key === undefined || !(await verifyBatch(signed, await importPublicKey(key.toBase64())))) {
    throw new Unauthenticated(
      "wrong_signature",
      `the signature of batch ${sender.sequence} is not one of probe ${probe.id}`,
    );
  }
  if (probe.revokedAt !== null) {
    throw new Forbidden("revoked_probe", `probe ${probe.id} has been revoked`);
  }
  return probe;
}

function mustStandThere(probe: Probe, batch: Batch): void {
  if (batch.location !== probe.location) {
    throw new Forbidden(
      "wrong_location",
      `probe ${probe.id} stands in ${probe.location}, not in ${batch.location}`,
    );
  }
}

/** A probe that says by how much its clock is ahead may be as far ahead as that; its samples are judged accordingly. */
function mustNotBeAhead(batch: Batch, now: Instant): void {
  const latest = Math.max(batch.closedAt, batch.observations.at(-1)?.at ?? 0);
  if (latest - Math.max(0, batch.skewMs ?? 0) > now + maxAheadMs) {
    throw new InvalidInput(
      "batch_from_the_future",
      `the batch is dated ${isoInstant(latest)}, more than 60 s ahead of the server's clock`,
      [{ pointer: "/closedAt", detail: "must not be more than 60 s ahead of the server's clock" }],
    );
  }
}
