/** Links and passwords of pages in memory, so that whoever may see a page is let in while the database is away. After the store. */
import type { PageLink } from "../domain/status/page-access.ts";
import type { Database } from "../store/database.ts";
import { listPagePasswords, listStandingPageLinks, type PagePassword } from "../store/page-keys.ts";

export interface PageKeys {
  /** The link of this id, unless it was revoked. */
  link(id: string): PageLink | undefined;
  password(page: string): PagePassword | undefined;
  /** Takes over what changed. */
  read(): Promise<void>;
}

/** Reads them once, and again whenever it is told to. */
export async function holdPageKeys(db: Database): Promise<PageKeys> {
  let links = new Map<string, PageLink>();
  let passwords = new Map<string, PagePassword>();
  const keys: PageKeys = {
    link: (id) => links.get(id),
    password: (page) => passwords.get(page),
    async read() {
      const [standing, set] = [await listStandingPageLinks(db), await listPagePasswords(db)];
      links = new Map(standing.map((link) => [link.id, link]));
      passwords = new Map(set.map((password) => [password.page, password]));
    },
  };
  await keys.read();
  return keys;
}
