/**
 * Canonical JSON: one text for one value, whatever order its keys were written in. What is sealed, hashed or compared byte by byte goes
 * through here; reports and what they were computed from (report.ts).
 */

/** What can stand in canonical JSON: numbers are integers, everything else that is exact is a text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The value without spaces, keys in order of their UTF-16 units; fields that are undefined do not exist.
 *
 * @throws TypeError for what has no canonical text: a fraction as a float, a function, a big integer
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new TypeError(`${value} is no whole number and has no canonical text`);
  }
  if (value === null || typeof value === "boolean" || typeof value === "number") {
    // -0 reads as 0: one number, one text.
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  if (typeof value === "object") {
    // Without lists of pairs in between: a month of a thousand contracts writes a million fields.
    const fields = value as Record<string, unknown>;
    let text = "";
    for (const key of Object.keys(fields).sort()) {
      if (fields[key] !== undefined) {
        text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(fields[key])}`;
      }
    }
    return `{${text}}`;
  }
  throw new TypeError(`a ${typeof value} has no canonical text`);
}
