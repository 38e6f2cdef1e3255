/**
 * The link with which somebody confirms, changes and ends their own subscription: `<id>.<seal>`. The seal is made from the server's
 * secret, so it can be written again into every message, and nobody can make one. It holds as long as the subscription.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { NotFound } from "../domain/errors.ts";

/** The path of the page at which a subscription is looked after. */
export function pathOfSubscription(secretKey: string, id: string): string {
  return `/subscription/${id}.${sealOf(secretKey, id).toString("base64url")}`;
}

/**
 * Id of the subscription that a link is of.
 *
 * @throws NotFound subscription_not_found: it was not made here
 */
export function subscriptionOfLink(secretKey: string, sealed: string): string {
  const id = findSubscriptionOfLink(secretKey, sealed);
  if (id === undefined) {
    throw new NotFound("subscription_not_found", "There is no such subscription.");
  }
  return id;
}

/** The same; undefined: it was not made here. */
export function findSubscriptionOfLink(secretKey: string, sealed: string): string | undefined {
  const [, id = "", seal = ""] = /^(sub_[\w-]{16})\.([\w-]{32})$/.exec(sealed) ?? [];
  return id !== "" && timingSafeEqual(Buffer.from(seal, "base64url"), sealOf(secretKey, id)) ? id : undefined;
}

/** 192 bits are beyond guessing and make a short address. */
function sealOf(secretKey: string, id: string): Buffer {
  return createHmac("sha256", secretKey).update(`fournines subscription ${id}`).digest().subarray(0, 24);
}
