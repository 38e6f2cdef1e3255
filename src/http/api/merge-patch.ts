/** JSON merge patches (RFC 7396): what is left out stays, what is null goes, anything else stands in the place of what was there. */

type Json = Record<string, unknown>;

/** The object as patched; neither of the two is changed. */
export function mergePatch(target: Json, patch: Json): Json {
  const merged = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const stood = merged[name];
    if (value === null) {
      delete merged[name];
    } else {
      merged[name] = isObject(value) ? mergePatch(isObject(stood) ? stood : {}, value) : value;
    }
  }
  return merged;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
