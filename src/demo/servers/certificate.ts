/**
 * A certificate for the demo's media server, made anew at every start: X.509 v3, self-signed, P-256 (RFC 5280), written out in DER by
 * hand because Node can read certificates but not make them.
 */
import { generateKeyPairSync, sign } from "node:crypto";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";

export interface Certificate {
  privateKeyPem: string;
  certificatePem: string;
}

/** A certificate for one name and 127.0.0.1, valid over [from, until). */
export function makeCertificate(name: string, from: Instant, until: Instant): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(objectId("2a8648ce3d040302"));
  const holder = sequence(setOf(sequence(objectId("550403"), element(0x0c, Buffer.from(name)))));
  const alternativeNames = sequence(
    element(0x82, Buffer.from(name)),
    element(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const extensions = element(0xa3, sequence(sequence(objectId("551d11"), element(0x04, alternativeNames))));
  const contents = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1])),
    algorithm,
    holder,
    sequence(time(from), time(until)),
    holder,
    publicKey.export({ type: "spki", format: "der" }),
    extensions,
  );
  const signature = sign("sha256", contents, privateKey);
  const certificate = sequence(
    contents,
    algorithm,
    element(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificatePem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** One DER element: tag, length, contents. */
function element(tag: number, contents: Buffer): Buffer {
  const { length } = contents;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), contents]);
}

const sequence = (...elements: Buffer[]) => element(0x30, Buffer.concat(elements));
const setOf = (...elements: Buffer[]) => element(0x31, Buffer.concat(elements));
const objectId = (hex: string) => element(0x06, Buffer.from(hex, "hex"));

/** UTCTime, good until 2049 (RFC 5280, 4.1.2.5.1). */
function time(at: Instant): Buffer {
  const digits = isoInstant(at).replace(/\D/g, "").slice(2, 14);
  return element(0x17, Buffer.from(`${digits}Z`));
}
