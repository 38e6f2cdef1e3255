/**
 * The Worker in its two roles, either alone or both. As probe: its cron wakes the object of every region (location.ts). Before the page:
 * it passes everything on to the server, and serves the last copy that was pushed when that does not answer (page-front.ts). `/status`
 * tells how both are.
 */

import type { LocationState } from "./location.ts";
import type { CopyState } from "./page-copy.ts";
import { answerForPage } from "./page-front.ts";
import { isPushPath, takePush } from "./page-pushes.ts";
import { copyOf, type Environment } from "./bindings.ts";
import { pageOf, regionsOf, serverOf } from "./settings.ts";

export { ProbeLocation } from "./location.ts";
export { PageCopy } from "./page-copy.ts";

export default {
  async scheduled(_event, environment): Promise<void> {
    await wakeAll(environment);
  },

  async fetch(request, environment, context): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/status" && (request.method === "GET" || request.method === "HEAD")) {
      return tellStatus(environment);
    }
    const page = pageOf(environment);
    if (page !== null) {
      return isPushPath(pathname)
        ? takePush(request, environment, page)
        : answerForPage(request, environment, page, context);
    }
    return new Response("There is nothing here. /status tells how the probes are.\n", { status: 404 });
  },
} satisfies ExportedHandler<Environment>;

async function tellStatus(environment: Environment): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  try {
    const locations = await wakeAll(environment);
    const page = await copyState(environment);
    const isWell = locations.every(({ problems }) => problems.length === 0) && page?.at !== null;
    return Response.json(
      { locations, ...(page === undefined ? {} : { page }) },
      { status: isWell ? 200 : 503, headers },
    );
  } catch (error) {
    return Response.json({ locations: [], problem: String(error) }, { status: 503, headers });
  }
}

/** Undefined: it stands before no page. */
async function copyState(environment: Environment): Promise<CopyState | undefined> {
  return pageOf(environment) === null ? undefined : copyOf(environment).state();
}

/** Also tells the first time what each object is for. */
function wakeAll(environment: Environment): Promise<LocationState[]> {
  const regions = regionsOf(environment.REGIONS ?? "");
  if (regions.length > 0 || pageOf(environment) === null) {
    serverOf(environment);
  }
  const { LOCATIONS } = environment;
  return Promise.all(
    regions.map(({ location, hint }) =>
      LOCATIONS.get(LOCATIONS.idFromName(location), { locationHint: hint }).wake(location),
    ),
  );
}
