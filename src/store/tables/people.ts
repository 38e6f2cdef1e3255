/** Who may come in, and do what: people and what they sign in with, tokens, links, sessions. */
import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  smallint,
  text,
} from "drizzle-orm/pg-core";
import type { Role, Scope } from "../../domain/people/rights.ts";
import type { LinkOpens } from "../../domain/status/page-access.ts";
import { customers } from "./agreements.ts";
import { bytes, instant, type LinkPurpose } from "./columns.ts";

/** The one place with names and addresses of people: erased, the id stays, and with it everything that was recorded under it. */
export const people = pgTable(
  "people",
  {
    id: text("id").primaryKey(),
    role: text("role").$type<Role>().notNull(),
    customerId: integer("customer_id").references(() => customers.id),
    /** Null: not said yet, or erased. */
    name: text("name"),
    mail: text("mail").unique(),
    /** Language that was chosen; null: what the browser accepts. */
    language: text("language"),
    author: text("author").notNull(),
    createdAt: instant("created_at").notNull(),
    /** When the invitation was followed; null: not yet. */
    joinedAt: instant("joined_at"),
    deactivatedAt: instant("deactivated_at"),
    erasedAt: instant("erased_at"),
  },
  (table) => [
    check("people_customer", sql`(${table.role} = 'customer') = (${table.customerId} is not null)`),
  ],
);

export const passwords = pgTable("passwords", {
  personId: text("person_id")
    .primaryKey()
    .references(() => people.id),
  /** Argon2id, in the notation of the PHC. */
  hash: text("hash").notNull(),
  changedAt: instant("changed_at").notNull(),
});

/** Who people are at an identity provider. */
export const identities = pgTable(
  "identities",
  {
    issuer: text("issuer").notNull(),
    /** Its name for them, which it never gives to anybody else. */
    subject: text("subject").notNull(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject] }),
    index("identities_person").on(table.personId),
  ],
);

/** Passkeys: the public half of keys that devices of people keep. */
export const passkeys = pgTable(
  "passkeys",
  {
    /** As the device names it, base64url. */
    id: text("id").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    /** COSE. */
    publicKey: bytes("public_key").notNull(),
    /** How often it was used, as the device counts; 0: it does not count. */
    counter: bigint("counter", { mode: "number" }).notNull(),
    transports: jsonb("transports").$type<string[]>().notNull(),
    /** What its person calls it. */
    name: text("name").notNull(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [index("passkeys_person").on(table.personId)],
);

/** Questions that wait for a passkey to answer them, each once. */
export const passkeyChallenges = pgTable("passkey_challenges", {
  challenge: text("challenge").primaryKey(),
  expiresAt: instant("expires_at").notNull(),
});

/** Authenticators: the secret that makes their codes, enciphered with a key made from the server's. */
export const secondFactors = pgTable("second_factors", {
  personId: text("person_id")
    .primaryKey()
    .references(() => people.id),
  sealed: bytes("sealed").notNull(),
  createdAt: instant("created_at").notNull(),
  /** When a first code of it was shown; null: none was, and none is asked for. */
  confirmedAt: instant("confirmed_at"),
  /** Step of 30 s of the last code that let in: no code of it or before lets in again. */
  lastStep: bigint("last_step", { mode: "number" }).notNull(),
});

/** Codes for whoever lost their authenticator. */
export const backupCodes = pgTable(
  "backup_codes",
  {
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    digest: bytes("digest").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [primaryKey({ columns: [table.personId, table.digest] })],
);

export const tokens = pgTable("tokens", {
  id: serial("id").primaryKey(),
  name: text("name").notNull().unique(),
  /** SHA-256 of the token; the token itself is shown once and stored nowhere. */
  digest: bytes("digest").notNull().unique(),
  /** What it may do; null: everything, as all could that were made before there were rights. */
  scopes: jsonb("scopes").$type<Scope[]>(),
  /** Whose it is: it may no more than they may; null: a machine's. */
  personId: text("person_id").references(() => people.id),
  /** Who made it; null: made before that was recorded. */
  author: text("author"),
  /** Null: it holds until it is revoked. */
  expiresAt: instant("expires_at"),
  createdAt: instant("created_at").notNull(),
  lastUsedAt: instant("last_used_at"),
  revokedAt: instant("revoked_at"),
});

/** Answers already given to a request that names its own key, so that the same request again does nothing twice. Kept for a day. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** Whose key: name of the token. */
    author: text("author").notNull(),
    key: text("key").notNull(),
    /** SHA-256 over method, path and body of the request. */
    requestDigest: bytes("request_digest").notNull(),
    status: smallint("status").notNull(),
    /** JSON text of the answer. */
    response: text("response").notNull(),
    /** The `Location` header of the answer; null: it had none. */
    location: text("location"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.author, table.key] }),
    index("idempotency_keys_created").on(table.createdAt),
  ],
);

/** Links that let somebody in: once, as whoever holds a token or as a person; or again and again until they expire, as a customer. */
export const accessLinks = pgTable(
  "access_links",
  {
    /** Random, part of the address; the rest of it is its seal, made from the server's secret (actions/access-link.ts). */
    id: text("id").primaryKey(),
    tokenId: integer("token_id").references(() => tokens.id),
    customerId: integer("customer_id").references(() => customers.id),
    personId: text("person_id").references(() => people.id),
    purpose: text("purpose").$type<LinkPurpose>().notNull().default("sign-in"),
    author: text("author").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** When it was first followed; null: not yet. */
    usedAt: instant("used_at"),
    revokedAt: instant("revoked_at"),
    /** When the letter that brought it came back; null: it did not, or nobody said. */
    returnedAt: instant("returned_at"),
  },
  (table) => [
    check(
      "access_links_one_holder",
      sql`num_nonnulls(${table.tokenId}, ${table.customerId}, ${table.personId}) = 1`,
    ),
    index("access_links_customer").on(table.customerId),
    index("access_links_person").on(table.personId),
  ],
);

/** Links that let in to pages of audiences (domain/status/page-access.ts). */
export const pageLinks = pgTable(
  "page_links",
  {
    /** Random, part of the address; the rest of it is its seal, made from the server's secret (actions/page-pass.ts). */
    id: text("id").primaryKey(),
    page: text("page").notNull(),
    name: text("name").notNull(),
    opens: text("opens").$type<LinkOpens>().notNull(),
    author: text("author").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Null: it holds until it is revoked. */
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("page_links_page").on(table.page)],
);

/** Passes that an address handed over to a page under another name, and that were used: each is good once. Kept for as long as they would hold. */
export const spentHandovers = pgTable("spent_handovers", {
  /** SHA-256 of the pass. */
  digest: bytes("digest").primaryKey(),
  spentAt: instant("spent_at").notNull(),
});

/** Passwords of pages. */
export const pagePasswords = pgTable("page_passwords", {
  page: text("page").primaryKey(),
  /** Argon2id in the notation of the PHC (actions/password-hash.ts). */
  hash: text("hash").notNull(),
  setAt: instant("set_at").notNull(),
});

/** Who is signed in, in which browser: as long as what let them in holds. */
export const sessions = pgTable(
  "sessions",
  {
    /** SHA-256 of what the cookie holds; the secret itself is stored nowhere. */
    digest: bytes("digest").primaryKey(),
    /** The link that was followed; null: the token itself was shown. */
    linkId: text("link_id").references(() => accessLinks.id),
    tokenId: integer("token_id").references(() => tokens.id),
    customerId: integer("customer_id").references(() => customers.id),
    personId: text("person_id").references(() => people.id),
    /** Language that was chosen; null: what the browser accepts. */
    language: text("language"),
    /** From where it was opened, and by which browser, for its person to know it again. */
    address: text("address").notNull().default(""),
    agent: text("agent").notNull().default(""),
    createdAt: instant("created_at").notNull(),
    seenAt: instant("seen_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    check(
      "sessions_one_holder",
      sql`num_nonnulls(${table.tokenId}, ${table.customerId}, ${table.personId}) = 1`,
    ),
    index("sessions_expires").on(table.expiresAt),
    index("sessions_person").on(table.personId),
  ],
);
