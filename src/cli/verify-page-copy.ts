/** `fournines verify DIR`, where it is a copy of the page: what the look at it came to, in words or as JSON. */
import { plain } from "../evidence/findings.ts";
import type { CopyVerdict } from "../evidence/page-copy.ts";
import type { Terminal } from "./words.ts";

export function tellPageCopy(verdict: CopyVerdict, asJson: boolean, { print }: Terminal): void {
  if (asJson) {
    print(JSON.stringify(toJson(verdict), null, 2));
  } else {
    wordsOf(verdict).forEach((line) => print(line));
  }
}

function wordsOf({ verified, told, publicKey, files, newer, faults }: CopyVerdict): string[] {
  return [
    verified ? "Identical: the folder holds the copy of the page that was sealed, whole." : "NOT verified.",
    "",
    ...(told === null
      ? []
      : [
          `  page      ${plain(told.platform)}${told.address === null ? "" : `, ${plain(told.address)}`}`,
          `  as of     ${new Date(told.at).toISOString()}`,
          `  files     ${files} in ${told.languages.join(", ")}`,
        ]),
    `  sealed    ${publicKey === null ? "by nobody" : `by the key ${plain(publicKey)}; compare it with the one the server shows`}`,
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
      at: new Date(told.at).toISOString(),
      languages: told.languages,
    },
    public_key: publicKey,
    files,
    newer,
    faults,
  };
}
