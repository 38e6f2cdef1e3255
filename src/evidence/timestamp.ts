/**
 * RFC 3161: a time-stamp authority's word that a root stood at a time. Asks for one, and checks one: that it is of this root, that it is
 * signed by the certificate it names, that this certificate is for time-stamps, and that it leads to an authority somebody trusts.
 */
import { createHash, verify, X509Certificate } from "node:crypto";
import { ContentInfo, SignedData, type SignerInfo } from "@peculiar/asn1-cms";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { id_ct_tstInfo, MessageImprint, TimeStampReq, TimeStampResp, TSTInfo } from "@peculiar/asn1-tsp";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import type { Instant } from "../domain/time/interval.ts";

/** What a token says, and what is wrong with it. */
export interface TimestampCheck {
  /** When the authority says the root stood; null: the token cannot be read. */
  at: Instant | null;
  /** Subject of the certificate that signed it; null: there is none. */
  signer: string | null;
  /** Whether it leads to one of the authorities that were given; null: none were. */
  trusted: boolean | null;
  /** Why it cannot be taken, in words; null: nothing is wrong. */
  wrong: string | null;
}

/** The authority gave no token, or one that is not of the root; the words say what it answered. */
export class NoTimestamp extends Error {}

const sha256 = "2.16.840.1.101.3.4.2.1";
const hashes: Record<string, string> = {
  [sha256]: "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
const signedDataType = "1.2.840.113549.1.7.2";
const contentTypeAttribute = "1.2.840.113549.1.9.3";
const digestAttribute = "1.2.840.113549.1.9.4";
const forTimestamps = "1.3.6.1.5.5.7.3.8";
const edwards = new Set(["ed25519", "ed448"]);

/** A request for a time-stamp of a root, with the authority's certificate in the answer. */
export function timestampRequest(root: string, nonce: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const request = new TimeStampReq({
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: sha256, parameters: null }),
      hashedMessage: new OctetString(Buffer.from(root, "hex")),
    }),
    nonce: positive(nonce).buffer,
    certReq: true,
  });
  return new Uint8Array(AsnConvert.serialize(request));
}

/**
 * The token in an answer to such a request.
 *
 * @throws NoTimestamp
 */
export async function tokenIn(
  answer: Uint8Array<ArrayBuffer>,
  root: string,
  nonce: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  let response: TimeStampResp;
  try {
    response = AsnConvert.parse(answer, TimeStampResp);
  } catch {
    throw new NoTimestamp("its answer is no time-stamp response");
  }
  const { status, statusString } = response.status;
  // 0 granted, 1 granted with changes.
  if ((status as number) > 1 || response.timeStampToken === undefined) {
    const words = statusString === undefined ? "" : `: ${[...statusString].join(" ")}`;
    throw new NoTimestamp(`it refused (status ${String(status)})${words}`);
  }
  const token = new Uint8Array(AsnConvert.serialize(response.timeStampToken));
  const { wrong } = await checkTimestamp(token.toBase64(), root, null);
  if (wrong !== null) {
    throw new NoTimestamp(`its token cannot be taken: ${wrong}`);
  }
  const said = openToken(token).stamp.nonce;
  if (said === undefined || !Buffer.from(said).equals(positive(nonce))) {
    throw new NoTimestamp("its token is the answer to another request");
  }
  return token;
}

/**
 * Checks a token (base64 of its DER) against a root. Never throws for what it holds.
 *
 * @param authorities certificates in PEM that it must lead to; null: whoever signed it is told, and nobody vouches for them
 */
export async function checkTimestamp(
  token: string,
  root: string,
  authorities: string | null,
): Promise<TimestampCheck> {
  const check: TimestampCheck = { at: null, signer: null, trusted: null, wrong: null };
  try {
    const opened = openToken(Uint8Array.fromBase64(token));
    check.at = opened.stamp.genTime.getTime();
    check.signer = opened.signer === null ? null : opened.signer.subject.replaceAll("\n", ", ");
    check.wrong = faultOf(opened, root);
    if (check.wrong === null && authorities !== null) {
      check.trusted = leadsTo(opened, certificatesIn(authorities), check.at);
      check.wrong = check.trusted ? null : "its signer does not lead to an authority that was given";
    }
  } catch {
    check.wrong = "it is not a time-stamp token";
  }
  return check;
}

interface OpenedToken {
  stamp: TSTInfo;
  content: Uint8Array;
  info: SignerInfo;
  certificates: X509Certificate[];
  signer: X509Certificate | null;
}

function openToken(token: Uint8Array): OpenedToken {
  const container = AsnConvert.parse(token, ContentInfo);
  if (container.contentType !== signedDataType) {
    throw new Error("not signed");
  }
  const signed = AsnConvert.parse(container.content, SignedData);
  const { eContentType, eContent } = signed.encapContentInfo;
  const content = eContent?.single?.buffer;
  const info = signed.signerInfos[0];
  if (eContentType !== id_ct_tstInfo || content === undefined || info === undefined) {
    throw new Error("no time-stamp");
  }
  const certificates = [...(signed.certificates ?? [])].flatMap(({ certificate }) =>
    certificate === undefined ? [] : [new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))],
  );
  const stamp = AsnConvert.parse(content, TSTInfo);
  return {
    stamp,
    content: new Uint8Array(content),
    info,
    certificates,
    signer: signerAmong(certificates, info),
  };
}

function signerAmong(certificates: readonly X509Certificate[], { sid }: SignerInfo): X509Certificate | null {
  const serial = sid.issuerAndSerialNumber?.serialNumber;
  return (
    certificates.find((one) => serial !== undefined && sameNumber(one.serialNumber, serial)) ??
    certificates.find((one) => !one.ca) ??
    null
  );
}

/** Why the token is no word on this root; null: it is one. */
function faultOf({ stamp, content, info, signer }: OpenedToken, root: string): string | null {
  const { hashAlgorithm, hashedMessage } = stamp.messageImprint;
  if (hashAlgorithm.algorithm !== sha256 || Buffer.from(hashedMessage.buffer).toString("hex") !== root) {
    return "it is of something else";
  }
  if (signer === null) {
    return "the certificate of its signer is not in it";
  }
  if (!(signer.keyUsage ?? []).includes(forTimestamps)) {
    return "its signer's certificate is not for time-stamps";
  }
  if (!wasValid(signer, stamp.genTime.getTime())) {
    return "its signer's certificate was not valid then";
  }
  return isSigned(content, info, signer) ? null : "its signature does not fit";
}

/** RFC 5652, 5.4: the signature is over the attributes, and one of them is the digest of the content. */
function isSigned(content: Uint8Array, info: SignerInfo, signer: X509Certificate): boolean {
  const hash = hashes[info.digestAlgorithm.algorithm];
  const attributes = info.signedAttrs;
  if (hash === undefined || attributes === undefined || attributes.length === 0) {
    return false;
  }
  const valueOf = (type: string) => {
    const value = attributes.find(({ attrType }) => attrType === type)?.attrValues[0];
    return value === undefined ? null : Buffer.from(value);
  };
  const digest = createHash(hash).update(content).digest();
  const said = valueOf(digestAttribute);
  // An OCTET STRING: a tag, a length of one byte, the digest.
  if (said === null || !said.subarray(2).equals(digest) || valueOf(contentTypeAttribute) === null) {
    return false;
  }
  const key = signer.publicKey;
  const algorithm = edwards.has(key.asymmetricKeyType ?? "") ? null : hash;
  return verify(algorithm, setOf(attributes), key, Buffer.from(info.signature.buffer));
}

/** The attributes as they were signed: a DER SET, in order of their bytes. */
function setOf(attributes: readonly object[]): Buffer {
  const encoded = attributes.map((one) => Buffer.from(AsnConvert.serialize(one))).sort(Buffer.compare);
  const body = Buffer.concat(encoded);
  return Buffer.concat([Buffer.from([0x31]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 128) {
    return Buffer.from([length]);
  }
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
}

/** Whether certificates, of the token or given, lead from the signer to one that was given. */
function leadsTo(
  { signer, certificates }: OpenedToken,
  authorities: readonly X509Certificate[],
  at: Instant,
): boolean {
  let present = signer;
  for (let step = 0; present !== null && step < 10; step++) {
    const subject: X509Certificate = present;
    const isGiven = authorities.some((one) => one.fingerprint256 === subject.fingerprint256);
    if (isGiven) {
      return true;
    }
    present =
      [...authorities, ...certificates].find(
        (one) => one.ca && wasValid(one, at) && subject.checkIssued(one) && subject.verify(one.publicKey),
      ) ?? null;
  }
  return false;
}

function wasValid({ validFrom, validTo }: X509Certificate, at: Instant): boolean {
  return Date.parse(validFrom) <= at && at <= Date.parse(validTo);
}

function certificatesIn(pem: string): X509Certificate[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([one]) => new X509Certificate(one),
  );
}

function sameNumber(hex: string, bytes: ArrayBuffer): boolean {
  return BigInt(`0x${hex}`) === BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
}

/** As an INTEGER that is not negative: the highest bit is not set. */
function positive(nonce: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(nonce);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
}
