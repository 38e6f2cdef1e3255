/** The demo's platform: as its file says it, and as it was in the years before, when everything was asked from the fjord. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PlatformDefinition } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";
import { parsePlatformFile } from "../platform-file/platform-file.ts";
import { historyProbe } from "./history/chain.ts";
import { dayMs, type Origin, spanOf } from "./history/span.ts";
import type { DemoService } from "./places.ts";

const file = fileURLToPath(new URL("./platform.yaml", import.meta.url));

/** The platform as it is watched now. */
export function presentPlatform(): PlatformDefinition {
  return parsePlatformFile(readFileSync(file, "utf8"), {
    file: "src/demo/platform.yaml",
    capabilities: { icmp: false },
  });
}

/** Between two samples of the history where nothing happens. */
const pastIntervalMs = 300_000;

/** Services that came later than the rest, by how many days ago. */
const launches: Partial<Record<DemoService, number>> = { "live-sessions": 215, exports: 301 };

/** When a service began to be watched. */
export function launchOf(service: string, origin: Origin): Instant {
  const { start, end } = spanOf(origin);
  const daysAgo = launches[service as DemoService];
  return daysAgo === undefined ? start : Math.max(start, Math.floor(end / dayMs) * dayMs - daysAgo * dayMs);
}

/** The platform as it was at each instant at which a service came, in order: thinner rounds, from the history's location. */
export function pastPlatforms(
  present: PlatformDefinition,
  origin: Origin,
): { at: Instant; platform: PlatformDefinition }[] {
  const instants = new Set(present.services.map(({ slug }) => launchOf(slug, origin)));
  return [...instants]
    .sort((a, b) => a - b)
    .map((at) => ({
      at,
      platform: {
        ...present,
        services: present.services
          .filter(({ slug }) => launchOf(slug, origin) <= at)
          .map((service) => ({
            ...service,
            checks: service.checks.map((check) => ({
              ...check,
              intervalMs: Math.max(check.intervalMs, pastIntervalMs),
              locations: [historyProbe.location],
            })),
          })),
      },
    }));
}
