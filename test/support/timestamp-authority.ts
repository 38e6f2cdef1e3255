/**
 * A time-stamp authority on loopback, with a certificate authority of its own: `openssl ts` answers where openssl is installed, else the
 * library that the product reads tokens with.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, createPrivateKey, randomBytes, sign, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from "@peculiar/asn1-cms";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  id_ct_tstInfo,
  PKIStatusInfo,
  TimeStampReq,
  TimeStampResp,
  TimeStampToken,
  TSTInfo,
} from "@peculiar/asn1-tsp";
import { AlgorithmIdentifier, Certificate } from "@peculiar/asn1-x509";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

export interface TimestampAuthority {
  url: string;
  /** Certificate (PEM) of the authority that vouches for it. */
  ca: string;
  /** What answers: openssl, or the library. */
  engine: "openssl" | "library";
  /** How many were asked for. */
  asked: number;
  /** While true, it answers 503. */
  away(isAway: boolean): void;
  /** The token for a digest, as bytes. */
  stamp(request: Uint8Array): Uint8Array;
  close(): Promise<void>;
}

/** Whether openssl can be called. */
export const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

export async function startTimestampAuthority(
  engine: TimestampAuthority["engine"] = hasOpenssl ? "openssl" : "library",
): Promise<TimestampAuthority> {
  const folder = mkdtempSync(join(tmpdir(), "fournines-tsa-"));
  const { ca, stamp } = engine === "openssl" ? opensslAuthority(folder) : await libraryAuthority();
  let isAway = false;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      authority.asked++;
      if (isAway) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { "content-type": "application/timestamp-reply" });
      response.end(stamp(Buffer.concat(parts)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const authority: TimestampAuthority = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ca,
    engine,
    asked: 0,
    away: (now) => (isAway = now),
    stamp,
    async close() {
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return authority;
}

const config = `
[tsa]
default_tsa = authority
[authority]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
ordering = no
tsa_name = yes
ess_cert_id_alg = sha256
`;

function opensslAuthority(folder: string) {
  const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  writeFileSync(join(folder, "tsa.cnf"), config);
  writeFileSync(join(folder, "serial"), "01\n");
  writeFileSync(
    join(folder, "use.cnf"),
    "extendedKeyUsage=critical,timeStamping\nbasicConstraints=CA:FALSE\n",
  );
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "2",
    "-subj",
    "/CN=Acme Root",
  );
  openssl("req", ...newKey, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Acme Time");
  openssl(
    "x509",
    "-req",
    "-in",
    "tsa.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-out",
    "tsa.pem",
    "-extfile",
    "use.cnf",
  );
  return {
    ca: readFileSync(join(folder, "ca.pem"), "utf8"),
    stamp(request: Uint8Array): Uint8Array {
      writeFileSync(join(folder, "request.tsq"), request);
      openssl(
        "ts",
        "-reply",
        "-config",
        "tsa.cnf",
        "-section",
        "authority",
        "-queryfile",
        "request.tsq",
        "-out",
        "reply.tsr",
      );
      return readFileSync(join(folder, "reply.tsr"));
    },
  };
}

const sha256 = "2.16.840.1.101.3.4.2.1";

async function libraryAuthority() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const pair = async () =>
    (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as {
      privateKey: CryptoKey;
      publicKey: CryptoKey;
    };
  const [caKeys, tsaKeys] = [await pair(), await pair()];
  const valid = {
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: algorithm,
  };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...valid,
    serialNumber: "01",
    name: "CN=Acme Root",
    keys: caKeys,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const own = await x509.X509CertificateGenerator.create({
    ...valid,
    serialNumber: "02",
    subject: "CN=Acme Time",
    issuer: root.subject,
    publicKey: tsaKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [new x509.ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.8"], true)],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", tsaKeys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return {
    ca: root.toString("pem"),
    stamp: (request: Uint8Array) => answer(request, new X509Certificate(own.toString("pem")), key),
  };
}

function answer(
  request: Uint8Array,
  certificate: X509Certificate,
  key: ReturnType<typeof createPrivateKey>,
): Uint8Array {
  const asked = AsnConvert.parse(request, TimeStampReq);
  const info = new TSTInfo({
    policy: "1.3.6.1.4.1.99999.1",
    messageImprint: asked.messageImprint,
    serialNumber: Uint8Array.from([0x10, ...randomBytes(6)]).buffer,
    genTime: new Date(Math.floor(Date.now() / 1000) * 1000),
    ...(asked.nonce === undefined ? {} : { nonce: asked.nonce }),
  });
  const content = AsnConvert.serialize(info);
  const digest = createHash("sha256").update(Buffer.from(content)).digest();
  const attributes = [
    new Attribute({
      attrType: "1.2.840.113549.1.9.3",
      attrValues: [Uint8Array.from(Buffer.from("060b2a864886f70d0109100104", "hex")).buffer],
    }),
    new Attribute({
      attrType: "1.2.840.113549.1.9.4",
      attrValues: [AsnConvert.serialize(new OctetString(digest))],
    }),
  ];
  const encoded = attributes.map((one) => Buffer.from(AsnConvert.serialize(one))).sort(Buffer.compare);
  const body = Buffer.concat(encoded);
  const signed = Buffer.concat([Buffer.from([0x31, body.length]), body]);
  const parsed = AsnConvert.parse(certificate.raw, Certificate);
  const data = new SignedData({
    version: 3,
    digestAlgorithms: new DigestAlgorithmIdentifiers([new AlgorithmIdentifier({ algorithm: sha256 })]),
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: id_ct_tstInfo,
      eContent: new EncapsulatedContent({ single: new OctetString(content) }),
    }),
    certificates: new CertificateSet([new CertificateChoices({ certificate: parsed })]),
    signerInfos: new SignerInfos([
      new SignerInfo({
        version: 1,
        sid: new SignerIdentifier({
          issuerAndSerialNumber: new IssuerAndSerialNumber({
            issuer: parsed.tbsCertificate.issuer,
            serialNumber: parsed.tbsCertificate.serialNumber,
          }),
        }),
        digestAlgorithm: new AlgorithmIdentifier({ algorithm: sha256 }),
        signedAttrs: attributes,
        signatureAlgorithm: new AlgorithmIdentifier({ algorithm: "1.2.840.10045.4.3.2" }),
        signature: new OctetString(sign("sha256", signed, key)),
      }),
    ]),
  });
  const token = new TimeStampToken({
    contentType: "1.2.840.113549.1.7.2",
    content: AsnConvert.serialize(data),
  });
  return new Uint8Array(
    AsnConvert.serialize(
      new TimeStampResp({ status: new PKIStatusInfo({ status: 0 }), timeStampToken: token }),
    ),
  );
}
