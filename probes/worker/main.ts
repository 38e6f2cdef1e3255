/**
 * The Worker: its cron wakes the object of every region, and `/status` tells how they are. Each object is a probe (location.ts). The
 * Worker itself asks nothing and keeps nothing.
 */

import type { LocationState } from "./location.ts";
import { regionsOf, serverOf } from "./settings.ts";
import type { Environment } from "./settings.ts";

export { ProbeLocation } from "./location.ts";

export default {
  async scheduled(_event, environment): Promise<void> {
    await wakeAll(environment);
  },

  async fetch(request, environment): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== "/status" || (request.method !== "GET" && request.method !== "HEAD")) {
      return new Response("There is nothing here. /status tells how the probes are.\n", { status: 404 });
    }
    const headers = { "cache-control": "no-store" };
    try {
      const locations = await wakeAll(environment);
      const well = locations.every(({ problems }) => problems.length === 0);
      return Response.json({ locations }, { status: well ? 200 : 503, headers });
    } catch (error) {
      return Response.json({ locations: [], problem: String(error) }, { status: 503, headers });
    }
  },
} satisfies ExportedHandler<Environment>;

/** Also tells the first time what each object is for. */
function wakeAll(environment: Environment): Promise<LocationState[]> {
  serverOf(environment);
  const { LOCATIONS } = environment;
  return Promise.all(
    regionsOf(environment.REGIONS).map(({ location, hint }) =>
      LOCATIONS.get(LOCATIONS.idFromName(location), { locationHint: hint }).wake(location),
    ),
  );
}
