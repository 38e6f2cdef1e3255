/** By which key something is sealed, in the words of `fournines verify`; and whether that is known to be the right one. */
import { plain } from "../evidence/findings.ts";

/**
 * @param named the key that whoever asks knows from elsewhere; absent: none
 * @param shownBy where the right one can be found: "the server shows"
 */
export function sealedBy(publicKey: string | null, named: string | undefined, shownBy: string): string {
  if (publicKey === null) {
    return "by nobody";
  }
  const key = `by the key ${plain(publicKey)}`;
  if (named === undefined) {
    return `${key}; compare it with the one ${shownBy}`;
  }
  return named === publicKey ? `${key}, as you named it` : `${key}, not the one you named`;
}
