/** Files of a platform's brand, kept under the digests of their bytes: pictures and a style sheet, a few kilobytes each. */
import { inArray, notInArray } from "drizzle-orm";
import type { BrandFile } from "../domain/status/brand.ts";
import type { Database } from "./database.ts";
import { brandFiles } from "./tables/watched.ts";

/** Those of these digests, by digest. */
export async function listBrandFiles(
  db: Database,
  digests: readonly string[],
): Promise<Map<string, BrandFile>> {
  const rows =
    digests.length === 0
      ? []
      : await db
          .select()
          .from(brandFiles)
          .where(inArray(brandFiles.digest, [...digests]));
  return new Map(rows.map((row) => [row.digest, { ...row, content: new Uint8Array(row.content) }]));
}

/** Keeps these and no others. */
export async function putBrandFiles(tx: Database, files: readonly BrandFile[]): Promise<void> {
  if (files.length === 0) {
    await tx.delete(brandFiles);
    return;
  }
  await tx
    .insert(brandFiles)
    .values([...files])
    .onConflictDoNothing();
  const digests = files.map(({ digest }) => digest);
  await tx.delete(brandFiles).where(notInArray(brandFiles.digest, digests));
}
