/** `fournines verify DIR`, where it is a copy of the page: what the look at it came to, in words or as JSON. */
import { isoInstant } from "../domain/time/written-instant.ts";
import { plain } from "../evidence/findings.ts";
import type { CopyVerdict } from "../evidence/page-copy.ts";
import { sealedBy } from "./sealed-by.ts";
import type { Terminal } from "./words.ts";

export function tellPageCopy(
  verdict: CopyVerdict,
  { json = false, key }: { json?: boolean; key?: string },
  { print }: Terminal,
): void {
  if (json) {
    print(JSON.stringify(toJson(verdict), null, 2));
  } else {
    wordsOf(verdict, key).forEach((line) => print(line));
  }
}

/** @param named the key that whoever asks knows from elsewhere */
function wordsOf(
  { verified, told, publicKey, files, newer, faults }: CopyVerdict,
  named: string | undefined,
): string[] {
  return [
    verified ? "Identical: the folder holds the copy of the page that was sealed, whole." : "NOT verified.",
    "",
    ...(told === null
      ? []
      : [
          `  page      ${plain(told.platform)}${told.address === null ? "" : `, ${plain(told.address)}`}`,
          `  as of     ${isoInstant(told.at)}`,
          `  files     ${files} in ${told.languages.join(", ")}`,
        ]),
    `  sealed    ${sealedBy(publicKey, named, "the server shows")}`,
    ...(newer === 0
      ? []
      : [
          `  replaced  ${newer} files are of the next copy already: its export broke off, and goes on with the next one`,
        ]),
    ...(faults.length === 0 ? [] : ["", "What is broken:", ...faults.map((words) => `  ${words}`)]),
  ];
}

function toJson({ verified, told, publicKey, files, newer, faults }: CopyVerdict): object {
  return {
    verified,
    page: told && {
      platform: told.platform,
      address: told.address,
      at: isoInstant(told.at),
      languages: told.languages,
    },
    public_key: publicKey,
    files,
    newer,
    faults,
  };
}
