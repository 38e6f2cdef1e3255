/** Turns what a platform file says of pages into their definitions, and notes what does not fit together. */
import { rootSlug } from "../domain/status/page-access.ts";
import type { PageAccess, PageDefinition } from "../domain/status/page-definition.ts";
import type { Note, Path } from "./mistakes.ts";
import type { page, rootPage } from "./described-pages.ts";
import { guess } from "./nearest-word.ts";
import type { ValueOf } from "./shapes.ts";
import { titleFromSlug } from "./words.ts";

type SaidPage = ValueOf<typeof page>;

/** What pages may name. */
export interface PageContext {
  services: readonly string[];
  groups: readonly string[];
  customers: readonly string[];
  /** Public address of the platform; null: the file says none. */
  address: string | null;
  note: Note;
}

export function toPages(
  said: ReadonlyMap<string, SaidPage | undefined>,
  context: PageContext,
): PageDefinition[] {
  const pages = [...said].flatMap(([slug, one]) => (one === undefined ? [] : [toPage(slug, one, context)]));
  noteTakenDomains(pages, context);
  return pages;
}

function toPage(slug: string, said: SaidPage, context: PageContext): PageDefinition {
  const path = ["pages", slug];
  const { title, domain, services = [], groups = [] } = said;
  const { note } = context;
  if (slug === rootSlug) {
    note('is the page at the root: say who may see it under "page"', path, "key");
  }
  if (services !== "all") {
    noteUnknown("service", services, context.services, [...path, "services"], note);
  }
  noteUnknown("group", groups, context.groups, [...path, "groups"], note);
  if (services !== "all" && services.length + groups.length === 0) {
    note("must show something: name services or groups, or say services: all", path, "key");
  }
  return {
    slug,
    title: title ?? titleFromSlug(slug),
    scope: services === "all" ? "all" : { services: [...new Set(services)], groups: [...new Set(groups)] },
    ...(domain === undefined ? {} : { domain }),
    ...toPageAccess(said, path, context),
  };
}

/** A name leads to one page alone. */
function noteTakenDomains(pages: readonly PageDefinition[], { address, note }: PageContext): void {
  const taken = new Map<string, string>(
    address === null ? [] : [[new URL(address).host, "the page at the root"]],
  );
  for (const { slug, domain } of pages) {
    if (domain !== undefined) {
      const holder = taken.get(domain);
      if (holder === undefined) {
        taken.set(domain, `pages/${slug}`);
      } else {
        note(`leads to ${holder} already`, ["pages", slug, "domain"]);
      }
    }
  }
}

/** Who may see a page: that at the root, or one beside it. */
export function toPageAccess(
  said: ValueOf<typeof rootPage>,
  path: Path,
  { note, ...known }: Pick<PageContext, "note" | "customers">,
): PageAccess {
  const { access = [], networks = [], customers = [] } = said;
  const kinds = [...new Set([access].flat())];
  noteUnknown("customer", customers, known.customers, [...path, "customers"], note);
  if (kinds.includes("network") && said.networks === undefined) {
    note("takes networks: where it lets in from", [...path, "access"]);
  }
  if (!kinds.includes("network") && networks.length > 0) {
    note("means nothing without access: network", [...path, "networks"], "key");
  }
  if (!kinds.includes("sign_in") && customers.length > 0) {
    note("means nothing without access: sign_in", [...path, "customers"], "key");
  }
  return { access: kinds, networks: [...new Set(networks)], customers: [...new Set(customers)] };
}

function noteUnknown(
  noun: string,
  named: readonly string[],
  known: readonly string[],
  path: Path,
  note: Note,
): void {
  named.forEach((one, i) => {
    if (!known.includes(one)) {
      note(`there is no ${noun} "${one}"${guess(one, known)}`, [...path, i]);
    }
  });
}
