/** Certificates for tests, made when they are needed: an authority of our own and what it signs, or fails to. */

import "reflect-metadata";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { X509Certificate } from "@peculiar/x509";

export interface ServerCertificate {
  /** PEM, as node:tls takes them. */
  key: string;
  cert: string;
}

export interface Authority {
  /** PEM of the authority itself, to be trusted. */
  cert: string;
  /** A certificate for a name, valid from and to so many days from now. */
  issue(name: string, fromDays: number, toDays: number): Promise<ServerCertificate>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayMs = 86_400_000;

export async function createAuthority(): Promise<Authority> {
  const keys = await newKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: "CN=Test Authority",
    keys,
    signingAlgorithm: algorithm,
    ...validity(-400, 400),
    extensions: [
      new BasicConstraintsExtension(true, 1, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return {
    cert: authority.toString("pem"),
    async issue(name, fromDays, toDays) {
      const own = await newKeys();
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: authority.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        ...validity(fromDays, toDays),
        extensions: [alternativeName(name)],
      });
      return inPem(certificate, own.privateKey);
    },
  };
}

export async function selfSigned(name: string, fromDays: number, toDays: number): Promise<ServerCertificate> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    ...validity(fromDays, toDays),
    extensions: [alternativeName(name)],
  });
  return inPem(certificate, keys.privateKey);
}

function newKeys() {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function validity(fromDays: number, toDays: number): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(Date.now() + fromDays * dayMs),
    notAfter: new Date(Date.now() + toDays * dayMs),
  };
}

function alternativeName(name: string): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension([{ type: "dns", value: name }]);
}

async function inPem(certificate: X509Certificate, privateKey: CryptoKey): Promise<ServerCertificate> {
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)).toBase64();
  const lines = pkcs8.replace(/.{64}/g, "$&\n");
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString("pem"),
  };
}
