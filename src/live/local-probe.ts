/**
 * The server's own probe joins like any other: a key of its own, a place under its location, and a chain that goes on where the
 * store says it ended.
 */
import { asc, isNull } from "drizzle-orm";
import { exportPublicKey, importPrivateKey } from "../../probes/batch.ts";
import type { CheckKind } from "../../probes/protocol.ts";
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findChainHead } from "../store/batches.ts";
import { keepProbeKey } from "../store/data-folder.ts";
import type { Database } from "../store/database.ts";
import { insertProbe } from "../store/probes.ts";
import { locations } from "../store/schema.ts";

export interface JoinedProbe {
  probeId: string;
  location: string;
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
  const probeId = `${location}-${publicKey.toHex().slice(0, 12)}`;
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
    privateKey,
    async readChain() {
      const { sequence, digest } = await findChainHead(db, probeId);
      return { sequence, previous: digest };
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
