/** What the Worker is bound to: what it is told, and its objects, each of which holds a location or the page's copy. */
import type { ProbeLocation } from "./location.ts";
import type { PageCopy } from "./page-copy.ts";
import type { Settings } from "./settings.ts";

export interface Environment extends Settings {
  LOCATIONS: DurableObjectNamespace<ProbeLocation>;
  PAGES: DurableObjectNamespace<PageCopy>;
}

/** The object that keeps the page's copy. */
export function copyOf({ PAGES }: Environment): DurableObjectStub<PageCopy> {
  return PAGES.get(PAGES.idFromName("page"));
}
