/**
 * What the columns of all tables have in common (PostgreSQL dialect, the same for PGlite and a PostgreSQL server). Instants are epoch ms in
 * bigint columns named `…At`; intervals are `start`/`end`, half-open.
 */
import { bigint, customType } from "drizzle-orm/pg-core";

/** Epoch ms. */
export const instant = (name: string) => bigint(name, { mode: "number" });

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
});

/** What a link is for: to come in, to follow an invitation, to choose a new password. */
export type LinkPurpose = "sign-in" | "invitation" | "reset";

/** Who made a thing: `file` rows belong to `fournines apply`, which leaves all others alone. */
export type ManagedBy = "file" | "people" | "starter";
