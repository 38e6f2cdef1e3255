/**
 * The server's own probe joins like any other: a key of its own, a place under its location, and a chain that goes on where the
 * store says it ended.
 */
import { asc, isNull } from "drizzle-orm";
import { exportPublicKey, importPrivateKey } from "../../probes/batch.ts";
import type { AssignmentList, CheckKind, ProbeState } from "../../probes/protocol.ts";
import { probeIdOf } from "../actions/register-probe.ts";
import { Forbidden, NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findChainHead } from "../store/batches.ts";
import { leaveShares, lockShares } from "../store/check-leases.ts";
import { keepProbeKey } from "../store/data-folder.ts";
import type { Database } from "../store/database.ts";
import { insertProbe, saveProbeState } from "../store/probes.ts";
import { locations } from "../store/tables/watched.ts";
import type { Assignments } from "./assignments.ts";

export interface JoinedProbe {
  probeId: string;
  location: string;
  locationId: number;
  privateKey: CryptoKey;
  /** Where the store says the chain ends, now. */
  readChain(): Promise<{ sequence: number; previous: string }>;
}

/** Where the server's own probe stands: where it was told, else in the platform's only location, else "local". */
export async function chooseLocation(db: Database, told: string | null): Promise<string> {
  if (told !== null) {
    return told;
  }
  const known = await db.select({ slug: locations.slug }).from(locations).where(isNull(locations.archivedAt));
  return known.length === 1 ? known[0]!.slug : "local";
}

/**
 * Registers the probe whose key lies in a file, made there at the first start.
 *
 * @param kinds what can be asked from this machine
 *
 * @throws NotFound location_not_found when the platform has no such location
 */
export async function joinAsProbe(
  db: Database,
  keyFile: string,
  location: string,
  kinds: readonly CheckKind[],
  now: Instant,
): Promise<JoinedProbe> {
  const places = await db
    .select()
    .from(locations)
    .where(isNull(locations.archivedAt))
    .orderBy(asc(locations.slug));
  const place = places.find(({ slug }) => slug === location);
  if (place === undefined) {
    const known = places.map(({ slug }) => slug).join(", ");
    throw new NotFound(
      "location_not_found",
      `the platform has no location "${location}"; to ask from here, set FOURNINES_LOCATION to one of: ${known}`,
    );
  }
  const privateKey = await keepProbeKey(keyFile);
  const publicKey = await publicKeyOf(privateKey);
  const probeId = probeIdOf(location, publicKey);
  await insertProbe(db, {
    id: probeId,
    locationId: place.id,
    publicKey,
    engine: "server",
    kinds: [...kinds],
    createdAt: now,
  });
  return {
    probeId,
    location,
    locationId: place.id,
    privateKey,
    async readChain() {
      const { sequence, digest } = await findChainHead(db, probeId);
      return { sequence, previous: digest };
    },
  };
}

/** The server's own probe, which polls as others do, without a wire. */
export interface PollingProbe {
  /** Polls now: what is asked has changed. Never rejects. */
  poll(): Promise<void>;
  /** Polls no more. */
  stop(): void;
  /** Gives its share up, so that others may take it at once. */
  leave(): Promise<void>;
}

export interface PollingDeps {
  db: Database;
  assignments: Pick<Assignments, "poll">;
  probe: Pick<JoinedProbe, "probeId" | "location" | "locationId">;
  now(): Instant;
  /** The list that it asks from now on; called once before this resolves. */
  asks(list: AssignmentList): void;
  /** What it says of itself, for people. */
  state(): Promise<ProbeState>;
  /** A poll failed: the probe goes on with what it has. */
  failed(error: unknown): void;
  /** It was revoked, and asks nothing any more. */
  revoked(): void;
}

const stateEveryMs = 30_000;
/** When a poll has failed: what is asked stays, so there is no hurry. */
const pollAgainMs = 2_000;

/**
 * Keeps the probe's share of its location's checks. While the database is away it asks on what it has: others who share with it may
 * then ask the same, which is better than nobody.
 */
export async function startPolling(deps: PollingDeps): Promise<PollingProbe> {
  const { db, probe, now } = deps;
  const named = { id: probe.probeId, location: probe.location, locationId: probe.locationId };
  let known: string | null = null;
  let pollAfterMs = pollAgainMs;
  let said: { state: ProbeState; at: Instant } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  /** What went wrong at the last poll: the same again is not told again. */
  let trouble: string | null = null;
  let polling: Promise<void> = Promise.resolve();

  async function pollOnce(): Promise<void> {
    if (stopped) {
      return;
    }
    clearTimeout(timer);
    const { etag, list } = await deps.assignments.poll(named, known, now());
    if (list !== null) {
      pollAfterMs = list.pollAfterMs;
      deps.asks(list);
    }
    known = etag;
    trouble = null;
    void saySometimes();
    pollLater(pollAfterMs);
  }

  /**
   * From time to time, and at the first poll after its network was lost or came back. Polling does not wait for it: a thread that is
   * being started anew answers late or never.
   */
  async function saySometimes(): Promise<void> {
    try {
      const state = await deps.state();
      const isNews = said === null || state.networkLostSince !== said.state.networkLostSince;
      if (!stopped && (isNews || now() - said!.at >= stateEveryMs)) {
        said = { state, at: now() };
        await saveProbeState(db, probe.probeId, state);
      }
    } catch (error) {
      said = null;
      tellOnce(error);
    }
  }

  function tellOnce(error: unknown): void {
    const { message } = error as Error;
    if (message !== trouble) {
      trouble = message;
      deps.failed(error);
    }
  }

  function pollLater(ms: number): void {
    if (!stopped) {
      timer = setTimeout(() => void poll(), ms);
      timer.unref();
    }
  }

  function poll(): Promise<void> {
    polling = polling.then(pollOnce).catch((error: unknown) => {
      if (error instanceof Forbidden) {
        stopped = true;
        deps.revoked();
        return;
      }
      tellOnce(error);
      pollLater(pollAgainMs);
    });
    return polling;
  }

  await pollOnce();
  return {
    poll,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    async leave() {
      await polling;
      await db.transaction(async (tx) => {
        await lockShares(tx, probe.locationId);
        await leaveShares(tx, probe.probeId);
      });
    },
  };
}

/** The public half of a private key: WebCrypto gives it only by way of JWK. */
async function publicKeyOf(privateKey: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  const exportable = await importPrivateKey(
    new Uint8Array((await crypto.subtle.exportKey("pkcs8", privateKey)) as ArrayBuffer).toBase64(),
  );
  const { x } = (await crypto.subtle.exportKey("jwk", exportable)) as { x?: string };
  const key = await crypto.subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x: x! }, "Ed25519", true, [
    "verify",
  ]);
  return Uint8Array.fromBase64(await exportPublicKey(key));
}
