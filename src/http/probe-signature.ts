/**
 * Who is asking, where a probe asks: it signs what it asks with its own key (probes/request.ts), and no token plays a part. Every answer
 * to a probe, refusals too, tells the server's time, so that a probe with a wrong clock can mend its request.
 */
import type { Context, MiddlewareHandler } from "hono";
import { importPublicKey } from "../../probes/batch.ts";
import {
  headerNames,
  isExpired,
  type ProbeRequest,
  readRequestSignature,
  type RequestSignature,
  verifyRequest,
} from "../../probes/request.ts";
import { Forbidden, Refusal, Unauthenticated } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { findChainHead } from "../store/batches.ts";
import type { Database } from "../store/database.ts";
import { listProbeKeys } from "../store/probe-keys.ts";
import { findProbe, type Probe } from "../store/probes.ts";

export interface ProbeSignatureDeps {
  db: Database;
  now(): Instant;
  /** Told of whatever is refused to a probe, with the name it gives itself. */
  refusedProbe(what: "request", probe: string | null, refusal: Refusal): void;
}

/** Tells the server's time with every answer. */
export function tellTime({ now }: Pick<ProbeSignatureDeps, "now">): MiddlewareHandler {
  return async (c, next) => {
    await next();
    c.res.headers.set(headerNames.time, String(now()));
  };
}

/** Lets a request through to its route only when the probe that its address names has signed it. */
export function withProbe(deps: ProbeSignatureDeps): MiddlewareHandler<{ Variables: { probe: Probe } }> {
  return async (c, next) => {
    const refused = (refusal: Refusal) =>
      deps.refusedProbe("request", c.req.header(headerNames.probe) ?? null, refusal);
    try {
      c.set("probe", await requireProbe(c, deps));
    } catch (error) {
      if (error instanceof Refusal) {
        refused(error);
      }
      throw error;
    }
    await next();
    if (c.error instanceof Refusal) {
      refused(c.error);
    }
  };
}

/**
 * @throws Unauthenticated signature_missing, request_expired, unknown_probe, wrong_signature
 * @throws Forbidden other_probe, revoked_probe
 */
async function requireProbe(c: Context, { db, now }: ProbeSignatureDeps): Promise<Probe> {
  const said = readRequestSignature((name) => c.req.header(name));
  if (said === null) {
    const names = `${headerNames.probe}, ${headerNames.sentAt} and ${headerNames.signature}`;
    throw new Unauthenticated("signature_missing", `This is for probes: send ${names}, each of its form.`);
  }
  if (isExpired(said.sentAt, now())) {
    throw new Unauthenticated(
      "request_expired",
      `The request was sent at ${isoInstant(said.sentAt)} by its own account, more than 5 min from the server's time. ${headerNames.time} tells that.`,
    );
  }
  if (c.req.param("id") !== said.probe) {
    throw new Forbidden("other_probe", "A probe can ask for itself only: the address names another one.");
  }
  const probe = await findProbe(db, said.probe);
  if (probe === undefined) {
    throw new Unauthenticated("unknown_probe", `No probe is known under the id ${said.probe}.`);
  }
  const body = new Uint8Array(await c.req.arrayBuffer());
  const { pathname, search } = new URL(c.req.url);
  if (!(await isSigned(db, probe.id, { method: c.req.method, path: `${pathname}${search}`, body }, said))) {
    throw new Unauthenticated("wrong_signature", `The signature is not one of probe ${probe.id}.`);
  }
  if (probe.revokedAt !== null) {
    throw new Forbidden("revoked_probe", `Probe ${probe.id} has been revoked.`);
  }
  return probe;
}

/** By the newest key; or by the one before, as long as the newest has signed no batch: the probe may not know that it was taken. */
async function isSigned(
  db: Database,
  probeId: string,
  request: ProbeRequest,
  said: RequestSignature,
): Promise<boolean> {
  const keys = await listProbeKeys(db, probeId);
  const by = async (key: (typeof keys)[number] | undefined) =>
    key !== undefined && verifyRequest(request, said, await importPublicKey(key.publicKey.toBase64()));
  if (await by(keys.at(-1))) {
    return true;
  }
  const isUnused = async () => (await findChainHead(db, probeId)).sequence < keys.at(-1)!.fromSequence;
  return keys.length > 1 && (await by(keys.at(-2))) && (await isUnused());
}
