/** The languages of the public page: read once for all that is served of it, offered as the platform says. */
import { type Language, type Languages, readLanguages } from "../language.ts";

export const pageLanguages: Languages = readLanguages();

/** Those that a platform offers, in its order, the first is the default; English where none of them is known. */
export function offeredLanguages(codes: readonly string[]): Language[] {
  const wanted = codes.flatMap((code) => pageLanguages.get(code) ?? []);
  return wanted.length > 0 ? wanted : [pageLanguages.get("en")!];
}
