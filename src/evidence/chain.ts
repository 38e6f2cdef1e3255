/**
 * One probe's chain, batch by batch: signatures, links, gaps. What no signature vouches for is named and left out. A signature vouches for
 * its batch, and through the digests for every batch before it that is linked to it; so a packed batch is vouched for by a later one, and
 * where a link does not fit, the batch that a genuine one does not name is the one that was altered.
 */
import { decodeBatch, digestOf, MalformedBatch, verifyBatch } from "../../probes/batch.ts";
import type { Batch, BatchHeader } from "../../probes/protocol.ts";
import type { CheckSample } from "../domain/monitoring/derivation.ts";
import { clockUncertaintyOf } from "../domain/monitoring/evidence.ts";
import type { ChainPosition } from "../domain/monitoring/evidence-root.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoDay } from "../domain/time/written-instant.ts";
import { batchWords, type Findings, plain } from "./findings.ts";
import type { BatchLine, ProbeLine } from "./format.ts";
import { type KeyRing, openKeyRing } from "./keys.ts";

/** Where a day's root says that the chain stood. */
export type RootedPosition = ChainPosition & { day: Instant };

export interface ChainDeps {
  findings: Findings;
  /** Of this probe. */
  roots: readonly RootedPosition[];
  /** From where to where the evidence is replayed. */
  replay: { from: Instant; to: Instant };
  /** What of a batch is to be kept until it is vouched for. */
  pick(batch: Batch): PickedSample[];
  /** Takes what was picked of a batch that is vouched for. */
  accept(picked: readonly PickedSample[]): void;
}

/** A sample that is to be replayed. */
export interface PickedSample {
  check: number;
  sample: CheckSample;
}

export interface ChainCheck {
  take(line: BatchLine): Promise<void>;
  /** After the last batch of the probe. */
  end(): ChainSummary;
}

export interface ChainSummary {
  probe: string;
  location: string;
  /** The key that signs from the first batch on, base64: whoever knows the probe can compare it. */
  firstKey: string;
  /** The batches in the file; null: none. */
  batches: { first: number; last: number } | null;
  /** Batches up to here are no longer kept, as the server says. */
  deletedThrough: number;
  /** How many are vouched for. */
  vouched: number;
}

/** A batch that no signature vouches for yet. */
interface Waiting {
  sequence: number;
  header: BatchHeader;
  picked: PickedSample[];
  wrongSignature: boolean;
}

/** More batches than a pack ever holds, and more samples than any service has in one. */
const mostWaiting = 4_000;
const mostWaitingSamples = 4_000_000;
/** A probe's clock and the server's may differ by this much without a word. */
const clocksAgreeMs = 60_000;

/** Begins a chain. */
export async function openChain(probe: ProbeLine, deps: ChainDeps): Promise<ChainCheck> {
  const { findings, roots } = deps;
  const keys: KeyRing = await openKeyRing(probe, findings);
  const rooted = Map.groupBy(roots, ({ sequence }) => sequence);
  let first: number | null = null;
  let last: { sequence: number; digest: string; closedAt: Instant } | null = null;
  /** A batch that stood in its place and could not be used: it is not missing besides. */
  let unusable: number | null = null;
  let vouched = 0;
  /** Linked to each other and to `last`, and not vouched for yet. */
  let waiting: Waiting[] = [];
  /** Of these, and of those before a link that does not fit. */
  let waitingSamples = 0;
  /** What stands before a link that does not fit, until it is known whether the batch after it is genuine. */
  let broken: { before: number; waiting: Waiting[]; isVouched: boolean } | null = null;

  const fault = (kind: string, sequence: number, words: string, lastSequence = sequence) =>
    findings.fault({ kind, probe: probe.id, batches: { first: sequence, last: lastSequence }, words });

  /** These have nobody to vouch for them any more. */
  function giveUp(left: readonly Waiting[], why: string): void {
    if (left.length > 0) {
      fault("unvouched", left[0]!.sequence, why, left.at(-1)!.sequence);
    }
  }

  function vouch(now: Waiting[]): void {
    for (const { sequence, header, picked, wrongSignature } of now) {
      if (wrongSignature) {
        fault(
          "wrong_signature",
          sequence,
          "its signature does not fit, although a later batch vouches for it",
        );
      }
      tellOf(header);
      deps.accept(picked);
      vouched++;
    }
    if (broken !== null) {
      blame(broken);
      broken = null;
    }
  }

  /** The batch after the link is genuine, so the one before it is not the one that was delivered. */
  function blame({ before, waiting: left, isVouched }: NonNullable<typeof broken>): void {
    if (isVouched) {
      fault("forked", before, `it and batch ${before + 1} are both signed, and do not follow each other`);
      return;
    }
    fault("altered", before, `it was altered: batch ${before + 1} names another one before it`);
    giveUp(left.slice(0, -1), `only batch ${before} could vouch for this, and that one was altered`);
  }

  /** Ends what hangs together; nothing that comes can vouch for it. */
  function breakOff(why: string): void {
    if (broken !== null) {
      giveUp(broken.waiting, "no genuine batch after it vouches for this");
      broken = null;
    }
    const wrong = waiting.at(-1)?.wrongSignature === true ? waiting.pop() : undefined;
    giveUp(waiting, why);
    if (wrong !== undefined) {
      fault("wrong_signature", wrong.sequence, "its signature does not fit its bytes");
    }
    waiting = [];
    waitingSamples = 0;
  }

  /** Things a genuine batch says that are no fault, and what its probe did not see. */
  function tellOf(batch: BatchHeader): void {
    const batches = { first: batch.sequence, last: batch.sequence };
    if (batch.refused !== undefined) {
      const words = `the probe says that it could not hold ${batch.refused} samples before this batch`;
      findings.gap({ kind: "refused_samples", probe: probe.id, batches, words });
    }
    if (clockUncertaintyOf(batch) === "inconclusive") {
      const words = "the probe's clock was off by more than a minute: its samples count as not taken";
      findings.gap({ kind: "clock", probe: probe.id, batches, words });
    }
    if (probe.revokedAt !== null && trueClose(batch) > probe.revokedAt + clocksAgreeMs) {
      fault("revoked", batch.sequence, "it was closed after the probe was revoked");
    }
  }

  /** False: the batch is no part of this chain at this place. */
  function hasItsPlace(batch: Batch, line: BatchLine): boolean {
    if (batch.probe !== probe.id) {
      fault("mixed", line.sequence, `it is of another probe, "${plain(batch.probe)}"`);
    } else if (batch.location !== probe.location) {
      fault(
        "mixed",
        line.sequence,
        `it was taken in "${plain(batch.location)}", not in "${plain(probe.location)}"`,
      );
    } else if (batch.sequence !== line.sequence) {
      fault("mixed", line.sequence, `its bytes are those of batch ${batch.sequence}`);
    } else if (last !== null && batch.sequence <= last.sequence) {
      const again = batch.sequence === last.sequence ? "a second time" : `after batch ${last.sequence}`;
      fault("out_of_order", line.sequence, `it stands here ${again}`);
    } else {
      return true;
    }
    return false;
  }

  /** Compares with what the roots of days say. */
  function compareRoots(sequence: number, digest: string): void {
    for (const position of rooted.get(sequence) ?? []) {
      const day = isoDay(position.day);
      if (position.digest !== digest) {
        fault("root_differs", sequence, `the root of ${day} names other bytes for it`);
      } else if (keys.at(sequence) !== null && keys.at(sequence)!.publicKey !== position.key) {
        fault("root_differs", sequence, `the root of ${day} names another key for it`);
      }
    }
  }

  async function isSigned({ signature }: BatchLine, bytes: Uint8Array<ArrayBuffer>, sequence: number) {
    const key = keys.at(sequence);
    if (signature === null || key === null) {
      return false;
    }
    try {
      return await verifyBatch({ bytes, signature: Uint8Array.fromBase64(signature) }, key.key);
    } catch {
      return false;
    }
  }

  return {
    async take(line) {
      const bytes = new TextEncoder().encode(line.bytes);
      const digest = await digestOf(bytes);
      const batch = decoded(bytes, (rule) => fault("malformed", line.sequence, `it is no batch (${rule})`));
      if (batch === null || !hasItsPlace(batch, line)) {
        unusable = line.sequence;
        return;
      }
      const { sequence } = batch;
      const signed = await isSigned(line, bytes, sequence);
      compareRoots(sequence, digest);
      if (last === null) {
        first = sequence;
        compareRoots(sequence - 1, batch.previous);
        tellOfStart(batch);
      } else if (sequence > last.sequence + 1) {
        breakOff("the batch that vouches for this is not in the file");
        if (last.sequence + 2 !== sequence || unusable !== last.sequence + 1) {
          fault("missing", last.sequence + 1, "not in the file", sequence - 1);
        }
      } else if (batch.previous !== last.digest) {
        const left = { before: last.sequence, waiting, isVouched: waiting.length === 0 };
        if (broken !== null) {
          giveUp(broken.waiting, "no genuine batch after it vouches for this");
        }
        broken = left;
        waiting = [];
      }
      last = { sequence, digest, closedAt: trueClose(batch) };
      const { observations: _, ...header } = batch;
      const picked = deps.pick(batch);
      waiting.push({ sequence, header, picked, wrongSignature: line.signature !== null && !signed });
      waitingSamples += picked.length;
      if (signed) {
        const now = waiting;
        waiting = [];
        waitingSamples = 0;
        vouch(now);
      } else if (waiting.length >= mostWaiting || waitingSamples >= mostWaitingSamples) {
        breakOff("no signature follows");
      }
    },
    end() {
      breakOff("no signature after it vouches for this");
      if (last === null) {
        findings.gap({
          kind: "silent",
          probe: probe.id,
          batches: null,
          words: "the file has no batch of it",
        });
      } else {
        tellOfEnd(last);
      }
      return {
        probe: probe.id,
        location: probe.location,
        firstKey: probe.keys[0]!.publicKey,
        batches: first === null || last === null ? null : { first, last: last.sequence },
        deletedThrough: probe.deletedThrough,
        vouched,
      };
    },
  };

  function tellOfStart(batch: Batch): void {
    if (batch.sequence === 1 || trueClose(batch) <= deps.replay.from) {
      return;
    }
    const before = { first: 1, last: batch.sequence - 1 };
    const words =
      probe.deletedThrough >= before.last
        ? "no longer kept by the server: what they saw is missing here"
        : "not in the file: what they saw of its beginning is missing here";
    findings.gap({ kind: "begins_late", probe: probe.id, batches: before, words });
  }

  function tellOfEnd({ sequence, digest, closedAt }: NonNullable<typeof last>): void {
    const { head } = probe;
    if (sequence === head.sequence && digest !== head.digest) {
      fault("head_differs", sequence, "the file says that its chain ended then with other bytes");
    } else if (sequence < head.sequence && closedAt < deps.replay.to) {
      const left = { first: sequence + 1, last: head.sequence };
      fault(
        "missing",
        left.first,
        `the chain goes on to ${batchWords({ first: head.sequence, last: head.sequence })}`,
        left.last,
      );
    } else if (sequence > head.sequence) {
      fault("head_differs", sequence, `the file says that its chain ended with batch ${head.sequence}`);
    } else if (closedAt < deps.replay.to && closedAt < deps.replay.from) {
      findings.gap({
        kind: "silent",
        probe: probe.id,
        batches: null,
        words: `it delivered nothing after batch ${sequence}`,
      });
    }
  }
}

/** When a batch was closed, by the server's clock as far as the probe knew it. */
function trueClose({ closedAt, skewMs = 0 }: BatchHeader): Instant {
  return closedAt - skewMs;
}

function decoded(bytes: Uint8Array, malformed: (rule: string) => void): Batch | null {
  try {
    return decodeBatch(bytes);
  } catch (error) {
    malformed(error instanceof MalformedBatch ? error.rule : "it cannot be read");
    return null;
  }
}
