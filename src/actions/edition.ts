/**
 * Stands for something as it was read, where its versions are not counted: whoever changes it names what they had before them, and whoever is
 * late is told.
 */
import { Conflict } from "../domain/errors.ts";
import { canonical } from "../domain/status/platform-plan.ts";

/** In the place of an edition: whatever stands is replaced, and what is not there is made. */
export const anyEdition = "*";

/** A short digest of all that it says; the same for the same words, in whatever order a database gives them. */
export async function editionOf(said: object): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonical(said)));
  return new Uint8Array(digest).subarray(0, 12).toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * @param edition that was read; `anyEdition`: whatever stands
 * @param said what stands now; undefined: nothing does
 * @throws Conflict version_changed
 */
export async function refuseLate(
  edition: string,
  said: object | undefined,
  words = "Somebody else has changed it meanwhile: look at how it stands now, then change that.",
): Promise<void> {
  if (edition !== anyEdition && (said === undefined || (await editionOf(said)) !== edition)) {
    throw new Conflict("version_changed", words);
  }
}
