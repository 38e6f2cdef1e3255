/**
 * How many event streams are kept open at once: so many for one address, and so many for all together, over the pages of all audiences.
 * Whoever finds no place polls; a page does so by itself. Given to every set of pages by whoever opens the server.
 */
import type { IncomingMessage } from "node:http";
import { countedAs, type ReadClient } from "../proxies.ts";

export interface StreamPlaces {
  /** A place for whoever asks, as what gives it back; or whose share is used up. */
  take(request: IncomingMessage): (() => void) | "of_address" | "of_all";
}

export interface StreamLimits {
  /** Of one address; of IPv6, of its network of 64 bits. */
  perAddress: number;
  inTotal: number;
}

export function openStreamPlaces(
  readClient: ReadClient,
  { perAddress, inTotal }: StreamLimits,
): StreamPlaces {
  const taken = new Map<string, number>();
  let all = 0;
  const step = (name: string, by: 1 | -1): void => {
    const left = (taken.get(name) ?? 0) + by;
    all += by;
    if (left === 0) {
      taken.delete(name);
    } else {
      taken.set(name, left);
    }
  };
  return {
    take(request) {
      const name = countedAs(readClient(request).address);
      if ((taken.get(name) ?? 0) >= perAddress) {
        return "of_address";
      }
      if (all >= inTotal) {
        return "of_all";
      }
      step(name, 1);
      let isTaken = true;
      return () => {
        if (isTaken) {
          isTaken = false;
          step(name, -1);
        }
      };
    },
  };
}
