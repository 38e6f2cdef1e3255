/** Which version of something a caller has looked at before they change it: `ETag` tells it, `If-Match` takes it. Who is late is refused. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { editionOf } from "../../actions/edition.ts";
import { InvalidInput } from "../../domain/errors.ts";

/** The header with the version that a change was made for. */
export const ifMatchHeader = z.object({
  "If-Match": z.string().optional().openapi({
    example: '"3"',
    description:
      "The `ETag` of it as it was looked at: whoever is late is refused. Left out: whatever stands.",
  }),
});

/**
 * The version that a caller has looked at; null: they do not say.
 *
 * @throws InvalidInput if_match
 */
export function versionSeen(c: Context): number | null {
  const header = c.req.header("If-Match");
  if (header === undefined || header === "*") {
    return null;
  }
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(header)?.[1];
  if (version === undefined) {
    throw new InvalidInput("if_match", 'If-Match holds the ETag of what is changed, like "3" in quotes.');
  }
  return Number(version);
}

/**
 * The same of something that is told by what it says, and not counted; null: they do not say.
 *
 * @throws InvalidInput if_match
 */
export function editionSeen(c: Context): string | null {
  const header = c.req.header("If-Match");
  if (header === undefined || header === "*") {
    return null;
  }
  const edition = /^(?:W\/)?"([\w-]{1,64})"$/.exec(header)?.[1];
  if (edition === undefined) {
    throw new InvalidInput("if_match", "If-Match holds the ETag of what is changed, in its quotes.");
  }
  return edition;
}

/** The header that names an edition, of what such a thing says now. */
export async function editionTag(said: object): Promise<{ ETag: string }> {
  return { ETag: `"${await editionOf(said)}"` };
}

/** The header that names a version. */
export function etagOf({ version }: { version: number }): { ETag: string } {
  return { ETag: `"${version}"` };
}
