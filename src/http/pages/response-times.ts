/**
 * Response times of services, kept in memory and read again in the background: the pages never wait for the database, except the very
 * first reader of a service's chart, and that one not for long.
 */
import type { ResponseTime } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";

export interface KeptTimes {
  times: ResponseTime[];
  readAt: Instant;
}

export interface ResponseTimes {
  /** What is at hand; reads anew in the background when that is old. Null: nothing yet. */
  peek(slug: string, now: Instant): KeptTimes | null;
  /** Ends when the first reading of the service has, or after a short while; null when something is at hand. */
  first(slug: string, now: Instant): Promise<void> | null;
}

export interface ResponseTimesSource {
  responseTimes(serviceSlug: string, from: Instant, to: Instant, seconds: number): Promise<ResponseTime[]>;
  onError(error: unknown): void;
}

/** What the chart spans, and its step. */
export const spanMs = 24 * 3_600_000;
export const stepSeconds = 300;

const freshForMs = 60_000;
const patienceMs = 1_000;

export function keepResponseTimes(source: ResponseTimesSource): ResponseTimes {
  const kept = new Map<string, KeptTimes>();
  const reading = new Map<string, Promise<void>>();

  const read = (slug: string, now: Instant): Promise<void> => {
    let running = reading.get(slug);
    if (running === undefined) {
      running = source
        .responseTimes(slug, now - spanMs, now, stepSeconds)
        .then((times) => {
          kept.set(slug, { times, readAt: now });
        })
        .catch((error: unknown) => {
          source.onError(error);
          // What was at hand stays, and is not asked for again before it would have been anyway.
          kept.set(slug, { times: kept.get(slug)?.times ?? [], readAt: now });
        })
        .finally(() => reading.delete(slug));
      reading.set(slug, running);
    }
    return running;
  };

  return {
    peek(slug, now) {
      const times = kept.get(slug) ?? null;
      if (times === null || now - times.readAt >= freshForMs) {
        void read(slug, now);
      }
      return times;
    },
    first(slug, now) {
      if (kept.has(slug)) {
        return null;
      }
      const patience = new Promise<void>((resolve) => {
        setTimeout(resolve, patienceMs).unref();
      });
      return Promise.race([read(slug, now), patience]);
    },
  };
}
