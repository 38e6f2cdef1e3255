/**
 * Addresses that jobs call: `/check-in/<number>-<seal>`. The seal is made from the server's secret and the check's number, so nobody
 * can guess it and nothing more is stored. Changing the secret changes every address.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** What stands after `/check-in/` for this check. */
export function checkInToken(secretKey: string, checkId: number): string {
  return `${checkId}-${sealOf(secretKey, checkId).toString("base64url")}`;
}

/** The check a token was made for; null when it was not made with this secret. */
export function checkOfToken(secretKey: string, token: string): number | null {
  const parts = /^([1-9]\d{0,9})-([A-Za-z0-9_-]{32})$/.exec(token);
  if (parts === null) {
    return null;
  }
  const checkId = Number(parts[1]);
  const seal = Buffer.from(parts[2]!, "base64url");
  return timingSafeEqual(seal, sealOf(secretKey, checkId)) ? checkId : null;
}

/** 192 bits are beyond guessing and make a short address. */
function sealOf(secretKey: string, checkId: number): Buffer {
  return createHmac("sha256", secretKey).update(`fournines check-in ${checkId}`).digest().subarray(0, 24);
}
