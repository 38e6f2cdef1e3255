/**
 * What may be done here, and by whom: every right, every role, and the one table that says which role has which. API, console and tokens
 * all read it.
 */

/** What a caller may be allowed to do. */
export const scopes = [
  "write:incidents",
  "write:maintenance",
  "read:alerts",
  "write:alerts",
  "write:platform",
  "write:services",
  "write:tokens",
  "write:probes",
  "read:probes",
  "read:evidence",
  "read:check-ins",
  "read:contracts",
  "write:contracts",
  "read:reports",
  "write:reports",
  "write:corrections",
  "admin:corrections",
  "read:people",
  "write:people",
  "read:audit",
  "read:requests",
  "write:requests",
] as const;
export type Scope = (typeof scopes)[number];

/** What somebody is here; from who may least to who may most, and the customer, who has a room of their own. */
export const roles = ["viewer", "ops", "account-manager", "admin", "customer"] as const;
export type Role = (typeof roles)[number];

const viewing = [
  "read:alerts",
  "read:probes",
  "read:check-ins",
  "read:contracts",
  "read:reports",
  "read:requests",
] as const;

const rights: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: viewing,
  ops: [
    ...viewing,
    "read:evidence",
    "write:incidents",
    "write:maintenance",
    "write:alerts",
    "write:services",
    "write:probes",
    "write:corrections",
    "write:requests",
  ],
  "account-manager": [
    ...viewing,
    "read:evidence",
    "write:contracts",
    "write:reports",
    "write:corrections",
    "write:requests",
    "read:people",
  ],
  admin: scopes,
  /** Nothing of the console: the portal shows a customer what is theirs. */
  customer: [],
};

/** What somebody of this role may do. */
export function scopesOfRole(role: Role): readonly Scope[] {
  return rights[role];
}

/**
 * What a token may do: what it was made for, of what its owner may.
 *
 * @param made null: everything, as tokens of old may
 * @param owner role of the person it belongs to; null: it is a machine's
 */
export function scopesOfToken(made: readonly Scope[] | null, owner: Role | null): readonly Scope[] {
  const may = owner === null ? scopes : scopesOfRole(owner);
  return made === null ? may : may.filter((scope) => made.includes(scope));
}
