/** A page as the platform file says it: what it shows, where it stands, and who is let in (page-access.ts). */
import type { PageScope } from "./page-scope.ts";

export const accessKinds = ["public", "sign_in", "link", "network", "password"] as const;

export type AccessKind = (typeof accessKinds)[number];

export interface PageAccess {
  /** Any of them lets in; at least one. */
  access: AccessKind[];
  /** Addresses and networks in CIDR notation that `network` lets in. */
  networks: string[];
  /** Customers, by slug, whom `sign_in` lets in beside those who run the platform. */
  customers: string[];
}

export interface PageDefinition extends PageAccess {
  /** Names it in addresses: "/pages/acme". */
  slug: string;
  title: string;
  scope: PageScope;
  /** The name at which it stands by itself, "status.acme.example", with a port where that is not the usual one; absent: it has none. */
  domain?: string;
}
