/**
 * Why an asking failed, as one word of a closed list and a short sentence: raw errors of sockets, resolvers, TLS and HTTP
 * are mapped here and nowhere else, so that the same trouble has the same name on every platform a probe runs on.
 */

import type { FailureReason } from "./protocol.ts";

/** A failure as an observation carries it. */
export interface Failure {
  reason: FailureReason;
  detail: string;
}

/** Longest detail an observation may carry. */
export const maxDetailLength = 200;

/** Thrown inside a probe when it already knows the reason. */
export class ProbeFailure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, detail: string) {
    super(detail);
    this.name = "ProbeFailure";
    this.reason = reason;
  }
}

/** Any thrown value as a failure of the target. An error nobody knows is a fault of the probe: `probe_failed`. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ProbeFailure) {
    return { reason: error.reason, detail: shorten(error.message) };
  }
  for (const link of chainOf(error)) {
    const code = codeOf(link);
    const known = reasonOfCode(code);
    if (known !== undefined) {
      return { reason: known.reason, detail: shorten(known.detail ?? plainMessage(link, code)) };
    }
  }
  return { reason: "probe_failed", detail: shorten(wordsOf(error)) };
}

/** Anything may be thrown, even what cannot be turned into text. */
function wordsOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return "something without words was thrown";
  }
}

/** True for reasons that say something of the probe instead of the target; their outcome is `probe_error`. */
export function isProbesOwn(reason: FailureReason): boolean {
  return (
    reason === "probe_failed" ||
    reason === "probe_overloaded" ||
    reason === "not_asked_yet" ||
    reason === "network_lost"
  );
}

/** At most `maxDetailLength` characters on one line, without control characters or halves of surrogate pairs. */
export function shorten(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
  if (line.length <= maxDetailLength) {
    return line;
  }
  return `${line.slice(0, maxDetailLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

interface Known {
  reason: FailureReason;
  detail?: string;
}

/** Codes of Node's sockets and resolver, of undici and of TLS verification (OpenSSL's names). */
const reasons = new Map<string, Known>([
  ["ENOTFOUND", { reason: "name_not_found" }],
  ["ENODATA", { reason: "name_not_found" }],
  ["ENONAME", { reason: "name_not_found" }],
  ["EAI_NONAME", { reason: "name_not_found" }],
  ["EAI_NODATA", { reason: "name_not_found" }],
  ["EAI_AGAIN", { reason: "name_lookup_failed" }],
  ["EAI_FAIL", { reason: "name_lookup_failed" }],
  ["ESERVFAIL", { reason: "name_lookup_failed" }],
  ["EREFUSED", { reason: "name_lookup_failed" }],
  ["EFORMERR", { reason: "name_lookup_failed" }],
  ["ENOTIMP", { reason: "name_lookup_failed" }],
  ["EBADRESP", { reason: "name_lookup_failed" }],
  ["EBADNAME", { reason: "name_lookup_failed" }],
  ["ETIMEOUT", { reason: "name_lookup_failed", detail: "the resolver did not answer" }],
  ["ECONNREFUSED", { reason: "connection_refused", detail: "connection refused" }],
  ["ECONNRESET", { reason: "connection_reset", detail: "connection reset" }],
  ["EPIPE", { reason: "connection_reset", detail: "connection reset while sending" }],
  ["ECONNABORTED", { reason: "connection_reset", detail: "connection aborted" }],
  [
    "UND_ERR_SOCKET",
    { reason: "connection_closed", detail: "connection closed before the answer was complete" },
  ],
  [
    "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
    { reason: "protocol_error", detail: "body and Content-Length differ" },
  ],
  ["UND_ERR_HEADERS_OVERFLOW", { reason: "protocol_error", detail: "headers too large" }],
  ["ENETUNREACH", { reason: "network_unreachable", detail: "network unreachable" }],
  ["EHOSTUNREACH", { reason: "network_unreachable", detail: "host unreachable" }],
  ["EADDRNOTAVAIL", { reason: "network_unreachable", detail: "no address of that family to ask from" }],
  ["EHOSTDOWN", { reason: "network_unreachable", detail: "host down" }],
  ["ENETDOWN", { reason: "network_unreachable", detail: "network down" }],
  ["EACCES", { reason: "network_unreachable", detail: "connecting was not permitted" }],
  ["EPERM", { reason: "network_unreachable", detail: "connecting was not permitted" }],
  ["ETIMEDOUT", { reason: "timeout", detail: "no answer to the connection attempt" }],
  ["UND_ERR_CONNECT_TIMEOUT", { reason: "timeout", detail: "no answer to the connection attempt" }],
  ["EMFILE", { reason: "probe_overloaded", detail: "the probe has no file descriptors left" }],
  ["ENFILE", { reason: "probe_overloaded", detail: "the probe's machine has no file descriptors left" }],
  ["ENOBUFS", { reason: "probe_overloaded", detail: "the probe's machine has no buffers left" }],
  ["ENOMEM", { reason: "probe_overloaded", detail: "the probe's machine has no memory left" }],
  ["CERT_HAS_EXPIRED", { reason: "certificate_expired", detail: "the certificate has expired" }],
  ["CERT_NOT_YET_VALID", { reason: "certificate_untrusted", detail: "the certificate is not valid yet" }],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", { reason: "certificate_untrusted", detail: "self-signed certificate" }],
  [
    "SELF_SIGNED_CERT_IN_CHAIN",
    { reason: "certificate_untrusted", detail: "self-signed certificate in the chain" },
  ],
  [
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    { reason: "certificate_untrusted", detail: "an intermediate certificate is missing" },
  ],
  ["UNABLE_TO_GET_ISSUER_CERT", { reason: "certificate_untrusted", detail: "the issuer is not known" }],
  [
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    { reason: "certificate_untrusted", detail: "the issuer is not known" },
  ],
  ["CERT_REVOKED", { reason: "certificate_untrusted", detail: "the certificate was revoked" }],
  ["CERT_UNTRUSTED", { reason: "certificate_untrusted", detail: "the certificate is not trusted" }],
  ["CERT_REJECTED", { reason: "certificate_untrusted", detail: "the certificate was rejected" }],
  [
    "CERT_SIGNATURE_FAILURE",
    { reason: "certificate_untrusted", detail: "the certificate's signature is wrong" },
  ],
  ["CERT_CHAIN_TOO_LONG", { reason: "certificate_untrusted", detail: "the certificate chain is too long" }],
  ["INVALID_CA", { reason: "certificate_untrusted", detail: "the issuer may not issue certificates" }],
  ["INVALID_PURPOSE", { reason: "certificate_untrusted", detail: "the certificate is not for servers" }],
  ["ERR_TLS_CERT_ALTNAME_INVALID", { reason: "certificate_name_mismatch" }],
  ["HOSTNAME_MISMATCH", { reason: "certificate_name_mismatch" }],
]);

/** Whole families of codes, where single ones are not told apart. */
const families: [prefix: string, reason: FailureReason][] = [
  ["ERR_SSL_", "tls_failed"],
  ["ERR_TLS_", "tls_failed"],
  ["ERR_OSSL_", "tls_failed"],
  ["HPE_", "protocol_error"],
  ["UND_ERR_", "protocol_error"],
  ["ERR_HTTP", "protocol_error"],
  ["CERT_", "certificate_untrusted"],
  ["EAI_", "name_lookup_failed"],
];

function reasonOfCode(code: string): Known | undefined {
  const exact = reasons.get(code);
  if (exact !== undefined) {
    return exact;
  }
  const family = families.find(([prefix]) => code.startsWith(prefix));
  return family && { reason: family[1] };
}

interface ErrorLink {
  code?: unknown;
  name?: unknown;
  message?: unknown;
}

/** undici names its parser's errors, but does not give each of them a code. */
function codeOf({ code, name }: ErrorLink): string {
  if (typeof code === "string") {
    return code;
  }
  return name === "HTTPParserError" ? "HPE_" : "";
}

/** An error, the errors it bundles (several addresses tried) and its causes, outermost first. */
function chainOf(error: unknown): ErrorLink[] {
  const links: ErrorLink[] = [];
  let current: unknown = error;
  while (typeof current === "object" && current !== null && links.length < 8) {
    if (current instanceof AggregateError) {
      links.push(...(current.errors as ErrorLink[]).slice(0, 4));
    }
    links.push(current as ErrorLink);
    current = (current as { cause?: unknown }).cause;
  }
  return links;
}

/** A resolver's or TLS library's own words, without the code they start with. */
function plainMessage(error: ErrorLink, code: string): string {
  if (code === "ENOTFOUND" || code === "ENODATA" || code === "ENONAME") {
    return "the name has no address";
  }
  const message = typeof error.message === "string" ? error.message : code;
  return message.replace(/^[0-9A-F]+:error:[0-9A-F]*:/i, "");
}
