/**
 * The demo's platform and what is agreed with its customers: as the files say it, and as it was in the months before, when everything was
 * asked from the fjord and later terms were not agreed yet.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Agreements, noAgreements } from "../domain/sla/promise/agreement-plan.ts";
import type { PlatformDefinition } from "../domain/status/platform.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoDay } from "../domain/time/written-instant.ts";
import { readBeside, readBytesBeside } from "../platform-file/includes.ts";
import { parsePlatformFile } from "../platform-file/platform-file.ts";
import { historyProbe } from "./history/chain.ts";
import { dayMs, monthOf, type Origin, spanOf } from "./history/span.ts";
import type { DemoService } from "./places.ts";

const file = fileURLToPath(new URL("./platform.yaml", import.meta.url));

/** A platform with customers. */
export type DemoPlatform = PlatformDefinition & { agreements: Agreements };

/** The platform as it is watched now, with every contract, its dates said from the day of the first start. */
export function presentPlatform(origin: Origin): DemoPlatform {
  const readInclude = readBeside(file);
  const { agreements = noAgreements, ...platform } = parsePlatformFile(readFileSync(file, "utf8"), {
    file: "src/demo/platform.yaml",
    capabilities: { icmp: false },
    readInclude: (path) => dated(readInclude(path), origin),
    readFile: readBytesBeside(file),
  });
  return { ...platform, agreements };
}

/** `{first}` and `{-6}` of contracts.yaml as dates. */
function dated(text: string | null, origin: Origin): string | null {
  const first = isoDay(spanOf(origin).start + dayMs);
  return (
    text &&
    text.replaceAll("{first}", first).replace(/\{-(\d+)\}/g, (_, months: string) => monthOf(origin, +months))
  );
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

/** New terms are agreed so long before they hold. */
const agreedAheadMs = 20 * dayMs;

/** The platform as it was at each instant at which a service came or something was agreed, in order: with thinner rounds than now. */
export function pastPlatforms(
  present: DemoPlatform,
  origin: Origin,
): { at: Instant; platform: DemoPlatform }[] {
  const { start } = spanOf(origin);
  const agreed = present.agreements.contracts.flatMap(({ versions }) =>
    versions.map(({ effectiveAt }) => Math.max(start, effectiveAt - agreedAheadMs)),
  );
  const instants = new Set([...present.services.map(({ slug }) => launchOf(slug, origin)), ...agreed]);
  return [...instants]
    .sort((a, b) => a - b)
    .map((at) => ({
      at,
      platform: {
        ...present,
        agreements: agreementsBy(at, present.agreements),
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

/** What had been agreed by an instant. */
function agreementsBy(at: Instant, { contracts, ...rest }: Agreements): Agreements {
  return {
    ...rest,
    contracts: contracts.flatMap((contract) => {
      const versions = contract.versions.filter(({ effectiveAt }) => effectiveAt - agreedAheadMs <= at);
      return versions.length === 0 ? [] : [{ ...contract, versions }];
    }),
  };
}
