/** Reads a brand's logo as letters and documents carry it. Drawn once, and again when the brand's files change. */
import type { Brand, BrandLogo } from "../domain/status/brand.ts";
import { drawLetterhead, type Letterhead } from "../documents/letterhead.ts";
import { listBrandFiles } from "../store/brand-files.ts";
import type { Database } from "../store/database.ts";

let drawn: { from: string; head: Letterhead | null } | undefined;

/** Null: the platform has no logo, or none that can be drawn; letters go out without. */
export async function readLetterhead(
  db: Database,
  { brand = {} }: { brand?: Brand },
): Promise<Letterhead | null> {
  const { logo } = brand;
  if (logo === undefined) {
    return null;
  }
  const from = JSON.stringify(logo);
  if (drawn?.from !== from) {
    drawn = { from, head: await draw(db, logo) };
  }
  return drawn.head;
}

async function draw(db: Database, logo: BrandLogo): Promise<Letterhead | null> {
  const digests = [logo.light.digest, logo.dark?.digest ?? []].flat();
  const files = await listBrandFiles(db, digests);
  try {
    return await drawLetterhead(logo, files);
  } catch {
    // A picture that browsers show and our drawing does not must keep no letter from going out.
    return null;
  }
}
