/** Asks for the certificate behind a port: days it has left, the name it is for, the chain it stands on. */

import { checkServerIdentity } from "node:tls";
import type { TLSSocket } from "node:tls";
import { judgeExpiry } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import { ProbeFailure } from "../failure.ts";
import type { Asking } from "../prober.ts";
import type { TlsTarget } from "../protocol.ts";
import { openConnection } from "./connection.ts";

/** Probe function of the kind `tls`. */
export function askTls(asking: Asking<TlsTarget>): Promise<Answer> {
  const { target, timings, elapsed, assignment } = asking;
  return new Promise((resolve, reject) => {
    const socket = openConnection(
      {
        host: target.host,
        port: target.port,
        family: assignment.family,
        // The chain is judged here and not by the handshake, which would not tell a certificate's other faults.
        tls: { serverName: target.serverName, verify: false },
      },
      timings,
      elapsed,
      (error, open) => {
        try {
          if (error !== null) {
            throw error;
          }
          resolve(judge(target, open as TLSSocket, asking.at));
        } catch (wrong) {
          reject(wrong as Error);
        } finally {
          open.destroy();
        }
      },
    );
    asking.cancel = () => socket.destroy();
  });
}

/** Expiry first: an expired certificate also breaks its chain, and that is the lesser news. */
function judge(target: TlsTarget, socket: TLSSocket, now: number): Answer {
  const certificate = socket.getPeerCertificate();
  const validTo = Date.parse(certificate.valid_to ?? "");
  if (Number.isNaN(validTo)) {
    throw new ProbeFailure("tls_failed", "no certificate was shown");
  }
  const expiry = judgeExpiry(target, validTo, now);
  if (expiry.reason === "certificate_expired") {
    return expiry;
  }
  const mismatch = checkServerIdentity(target.serverName, certificate);
  if (mismatch !== undefined) {
    throw mismatch;
  }
  // Set although the handshake was not asked to verify; a string in fact, whatever its type says.
  const chainError = socket.authorizationError as unknown;
  if (target.verifyChain && !socket.authorized && chainError !== "ERR_TLS_CERT_ALTNAME_INVALID") {
    throw Object.assign(new Error(String(chainError)), {
      code: chainError instanceof Error ? (chainError as NodeJS.ErrnoException).code : chainError,
    });
  }
  return expiry;
}
