/** How often somebody may try and fail: beyond that, an address is refused for a while without a look at what it brings. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Instant } from "../domain/time/interval.ts";

export interface Attempts {
  /** Throws 429 for an address that has failed too often lately. */
  mayTry(c: Context, now: Instant): void;
  failed(c: Context, now: Instant): void;
}

const rememberedAddresses = 10_000;

/** @param most failures of one address within `perMs` */
export function limitAttempts(most: number, perMs: number): Attempts {
  const failures = new Map<string, Instant[]>();
  const recent = (address: string, now: Instant) =>
    (failures.get(address) ?? []).filter((at) => at > now - perMs);
  return {
    mayTry(c, now) {
      if (recent(addressOf(c), now).length >= most) {
        const message = `Too many attempts have failed; try again in ${Math.ceil(perMs / 1000)} s.`;
        throw new HTTPException(429, { message });
      }
    },
    failed(c, now) {
      const address = addressOf(c);
      const list = [...recent(address, now), now];
      failures.delete(address);
      failures.set(address, list);
      if (failures.size > rememberedAddresses) {
        failures.delete(failures.keys().next().value!);
      }
    },
  };
}

/** The address at the other end of the connection; behind a proxy, that of the proxy. */
function addressOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress ?? "unknown";
}
