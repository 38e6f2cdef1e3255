/** Situations for tests of alerts: services that are up or down, and nothing else to tell. */
import type { Situation, WatchedService } from "../../src/domain/alerting/troubles.ts";

/** Services by slug, written as `beacon < gateway` where the one depends on the other; the ones that are down are listed. */
export function situation(services: readonly string[], down: readonly string[]): Omit<Situation, "refusals"> {
  return {
    services: services.map((written): WatchedService => {
      const [slug = "", parent] = written.split(" < ");
      const reading = down.includes(slug) ? "down" : "up";
      return {
        slug,
        title: slug[0]!.toUpperCase() + slug.slice(1),
        reading,
        readingSince: null,
        checks: [
          {
            slug: "web",
            kind: "http",
            counts: true,
            reading,
            parent: parent === undefined ? null : `${parent}/web`,
            trouble: reading === "down" ? "no answer in time" : null,
          },
        ],
      };
    }),
    probes: [],
    gaps: [],
    waitingSince: null,
    undelivered: null,
  };
}
