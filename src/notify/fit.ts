/** Texts that are cut to what a service takes: at a whole character, with "…" where something is missing. */

/** At most so many characters (code points). */
export function fit(text: string, most: number): string {
  const signs = [...text];
  return signs.length <= most ? text : `${signs.slice(0, most - 1).join("")}…`;
}

const encoder = new TextEncoder();

/** At most so many bytes of UTF-8. */
export function fitBytes(text: string, most: number): string {
  if (encoder.encode(text).length <= most) {
    return text;
  }
  let bytes = 3;
  let kept = "";
  for (const sign of text) {
    bytes += encoder.encode(sign).length;
    if (bytes > most) {
      break;
    }
    kept += sign;
  }
  return `${kept}…`;
}

/** At most so many UTF-16 units, never half a pair: how services in JavaScript and Java count. */
export function fitUnits(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }
  let kept = "";
  for (const sign of text) {
    if (kept.length + sign.length > most - 1) {
      break;
    }
    kept += sign;
  }
  return `${kept}…`;
}
