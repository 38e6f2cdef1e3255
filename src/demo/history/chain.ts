/**
 * The demo's history as a probe would deliver it after a long time without a line: signed batches in a chain, one for each UTC day.
 * The key is made from the seed, so it protects nothing; once the history is told, the probe is revoked.
 */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { digestOf, encodeBatch, importPrivateKey, signBatch } from "../../../probes/batch.ts";
import type { ChainEnd } from "../../../probes/sealing.ts";
import { type Observation, protocolVersion, type SignedBatch } from "../../../probes/protocol.ts";
import type { Instant, Interval } from "../../domain/time/interval.ts";
import { type PastCheck, pastRounds, sampleNow } from "./rounds.ts";
import { dayMs, type Origin, spanOf } from "./span.ts";
import { troublesOf } from "./troubles.ts";

/** The probe that saw it all, and where it stood. */
export const historyProbe = { id: "history-fjord", location: "fjord" };

export interface HistoryBatch extends ChainEnd {
  signed: SignedBatch;
  samples: number;
}

export interface History {
  /** Batches after the one with this sequence, up to the end of the history. */
  batchesAfter(chain: ChainEnd): AsyncGenerator<HistoryBatch>;
  /** How many batches there are; bridges not counted. */
  length: number;
  /** From the end of the history to a later instant at which every check is asked once more: so that no silence comes between. */
  bridge(chain: ChainEnd, until: Instant): Promise<HistoryBatch>;
}

/** The same origin and checks give the same bytes. */
export function openHistory(origin: Origin, checks: readonly PastCheck[]): History {
  const span = spanOf(origin);
  const troubles = troublesOf(origin);
  const rounds = checks.map((check) => pastRounds(check, troubles, origin.seed));
  const samplesIn = (window: Interval) => rounds.flatMap((roundsIn) => roundsIn(window));
  const length = Math.ceil((span.end - span.start) / dayMs);
  const key = importPrivateKey(privateKeyOf(origin.seed).toString("base64"));

  async function seal(
    chain: ChainEnd,
    observations: Observation[],
    closedAt: Instant,
  ): Promise<HistoryBatch> {
    const sequence = chain.sequence + 1;
    const header = {
      version: protocolVersion,
      probe: historyProbe.id,
      location: historyProbe.location,
      sequence,
      previous: chain.previous,
      closedAt,
    };
    const bytes = encodeBatch(header, observations);
    const signed = await signBatch(bytes, await key);
    return { sequence, previous: await digestOf(bytes), signed, samples: observations.length };
  }

  return {
    length,
    async *batchesAfter(chain) {
      let last = chain;
      for (let day = chain.sequence; day < length; day++) {
        const start = span.start + day * dayMs;
        const end = Math.min(start + dayMs, span.end);
        const batch = await seal(last, samplesIn({ start, end }), end);
        yield batch;
        last = batch;
      }
    },
    bridge(chain, until) {
      const observations = samplesIn({ start: span.end, end: until });
      observations.push(...checks.map((check) => sampleNow(check, until, origin.seed)));
      return seal(chain, observations, until);
    },
  };
}

/** Raw public key of the history's probe. */
export function publicKeyOf(seed: number): Uint8Array<ArrayBuffer> {
  const key = createPrivateKey({ key: privateKeyOf(seed), format: "der", type: "pkcs8" });
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return Uint8Array.fromBase64(x!, { alphabet: "base64url" });
}

/** PKCS #8 of an Ed25519 key (RFC 8410) whose 32 secret bytes come from the seed. */
function privateKeyOf(seed: number): Buffer {
  const secret = createHash("sha256").update(`fournines demo history ${seed}`).digest();
  return Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), secret]);
}
