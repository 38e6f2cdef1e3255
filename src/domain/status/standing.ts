/** What stands under a slug, and who made it, so that a file and people do not take things from each other. */

/** Who made a thing: `file` and `starter` belong to `fournines apply`, which leaves what people made alone. */
export type Maker = "file" | "people" | "starter";

/** What stands under a slug. */
export interface Standing<T> {
  wanted: T;
  managedBy: Maker;
  archived: boolean;
}
