/** Names in place of ids: what is recorded names people by ids, and whoever reads it is told who they are, as long as that is known. */

/** What a person is called. */
export type NameOf = (id: string) => string;

/** An id where a reader would read it: not in an address, nor in a longer word. */
const idInWords = /(?<![\w/="-])p_[a-z0-9]{16}(?!\w)/g;

/**
 * The value with people called by their names wherever words tell of them. Members named `id` stay: they are for programs. Only plain
 * objects and lists are looked into; what tells of nobody stays the very same, for a page may list thousands of services.
 */
export function withNames<Value>(value: Value, nameOf: NameOf): Value {
  return named(value, nameOf) as Value;
}

function named(value: unknown, nameOf: NameOf): unknown {
  if (typeof value === "string") {
    return value.includes("p_") ? value.replace(idInWords, nameOf) : value;
  }
  if (Array.isArray(value)) {
    const all = value.map((one) => named(one, nameOf));
    return all.every((one, i) => one === value[i]) ? value : all;
  }
  if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    let copy: Record<string, unknown> | null = null;
    for (const [key, member] of Object.entries(value)) {
      const its = key === "id" ? member : named(member, nameOf);
      if (its !== member) {
        copy ??= { ...value };
        copy[key] = its;
      }
    }
    return copy ?? value;
  }
  return value;
}
