/** What a page of an audience is to show, and what decides for each service whether it does (page.ts). */

/** What decides whether a service is shown. */
export interface ShownPlace {
  slug: string;
  groupSlug: string | null;
  /** Whether it is shown only where it is named; absent: it is not. */
  isPrivate?: boolean;
}

/** `public`: everything that is not private. `all`: everything. Else what is named, and all of the groups that are named. */
export type PageScope = "public" | "all" | { services: readonly string[]; groups: readonly string[] };

/** What everybody may see of a page that is closed. */
export const nothing: PageScope = { services: [], groups: [] };
