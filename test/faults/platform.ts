/**
 * What a fault run watches: a few services with one check each, asked every second, so that minutes of a real installation pass in
 * seconds here; and how long its readings may lag behind the truth by the rules of confirmation.
 */
import type { Targets } from "./target.ts";

export const intervalMs = 1_000;
export const timeoutMs = 500;
/** sla-semantics 3: a reading holds that long without a conclusive round. */
export const staleAfterMs = 2.5 * intervalMs;
/** What a loaded machine may take between two steps that should follow at once. */
export const slackMs = 1_000;

/**
 * A reading may differ from the truth this long after the target changed: the old one holds while nobody reports, then the first round of
 * the new kind has to be asked and answered.
 */
export const lagMs = staleAfterMs + intervalMs + timeoutMs + slackMs;

/** How long failing rounds may go on without being enough to confirm anything: two are needed. */
export const unconfirmedMs = intervalMs + timeoutMs + slackMs;

/** Where the cast stands; servers with a probe of their own stand in the last. */
export const remoteLocations = ["lisbon", "osaka"] as const;
export const ownLocation = "copenhagen";

/** The platform file. */
export function platformFile(
  services: readonly string[],
  targets: Pick<Targets, "url">,
  locations: readonly string[],
  selfCheck: boolean,
): string {
  return [
    `platform: { name: Acme, time_zone: UTC${selfCheck ? `, self_check: [${targets.url("reference")}]` : ""} }`,
    "locations:",
    ...locations.map((location) => `  ${location}: ${location}`),
    `defaults: { interval: ${intervalMs}ms, timeout: ${timeoutMs}ms, confirm: { down: 2, up: 1 } }`,
    "services:",
    ...services.map((service) => `  ${service}: { checks: { web: { http: "${targets.url(service)}" } } }`),
    "",
  ].join("\n");
}
