/** The numbers of each probe at /metrics: how long it is silent, how far its clock is off, what it holds. From the store, at each look. */
import { Gauge, type Registry } from "prom-client";
import type { Instant } from "../domain/time/interval.ts";
import type { StandingProbe } from "../store/probes.ts";

/** A look at the store serves all numbers of one answer. */
const sameLookMs = 500;
/** A probe that was not heard of for so long is history, not a number. */
const forgottenAfterMs = 7 * 86_400_000;

const labelNames = ["probe", "location"] as const;

/**
 * Adds them. While the store cannot be read, they stay as they were.
 *
 * @param read all probes there are
 */
export function addProbeMetrics(
  registry: Registry,
  read: () => Promise<StandingProbe[]>,
  now: () => Instant,
): void {
  let probes: StandingProbe[] = [];
  let looked: { at: Instant; done: Promise<void> } | undefined;
  function look(): Promise<void> {
    const at = now();
    if (looked === undefined || at - looked.at >= sameLookMs) {
      const done = read().then(
        (all) => void (probes = all.filter((one) => isHeardOf(one, at))),
        () => {},
      );
      looked = { at, done };
    }
    return looked.done;
  }

  function gauge(name: string, help: string, valueOf: (probe: StandingProbe) => number | null): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        await look();
        this.reset();
        for (const probe of probes) {
          const value = valueOf(probe);
          if (value !== null) {
            this.set({ probe: probe.id, location: probe.location }, value);
          }
        }
      },
    });
  }

  const secondsSince = (at: Instant | undefined | null) => (at == null ? null : (now() - at) / 1_000);
  gauge("fournines_probe_seen_age_seconds", "Time since a probe last polled or delivered.", ({ seenAt }) =>
    secondsSince(seenAt),
  );
  gauge(
    "fournines_probe_delivery_age_seconds",
    "Time since the last batch of a probe came.",
    ({ delivered }) => secondsSince(delivered?.at),
  );
  gauge(
    "fournines_probe_skew_seconds",
    "A probe's clock minus the server's, as measured at its last delivery.",
    ({ skewMs }) => (skewMs === null ? null : skewMs / 1_000),
  );
  gauge(
    "fournines_probe_held_samples",
    "Samples that a probe says it holds and nobody has acknowledged.",
    ({ state }) => state?.held ?? null,
  );
  gauge(
    "fournines_probe_refused_samples",
    "Samples that a probe says it could not hold, since it started.",
    ({ state }) => state?.refused ?? null,
  );
}

function isHeardOf({ revokedAt, seenAt, createdAt }: StandingProbe, now: Instant): boolean {
  return revokedAt === null && now - (seenAt ?? createdAt) < forgottenAfterMs;
}
