/**
 * The language in which the platform file is described, once: the reader and the JSON Schema for editors are both made from values
 * of these types.
 */

/** A piece of JSON Schema (draft 2020-12). */
export type JsonSchema = { [key: string]: unknown };

/** One scalar as YAML gives it. */
export interface Written {
  value: string | number | boolean | null;
  /** As it stands in the file, without quotes. */
  source: string;
  /** Whether the file has it in double quotes, where backslash escapes mean something. */
  escaped: boolean;
}

/** What became of a scalar: a value, or the rule it breaks. */
export type Reading<T> = { value: T } | { wrong: string };

export interface ScalarShape<T> {
  shape: "scalar";
  /** What is expected, after "must be": "a duration from 1s to 24h". */
  what: string;
  /** Everything of the rule that JSON Schema can say. */
  schema: JsonSchema;
  read(written: Written): Reading<T>;
}

/** A mapping with known keys. */
export interface SectionShape<K extends Keys> {
  shape: "section";
  what: string;
  keys: K;
  required: readonly string[];
  /** Of these keys exactly one must stand. */
  oneOf: readonly string[];
  /** Whether keys that begin with `x-` may hold anything, for YAML anchors. */
  extensible: boolean;
}

/** A mapping from names, which the author chooses, to values of one shape. */
export interface TableShape<V extends Shape> {
  shape: "table";
  what: string;
  key: ScalarShape<string>;
  value: V;
  min: number;
}

export interface ListShape<V extends Shape> {
  shape: "list";
  what: string;
  each: V;
  min: number;
}

/** A value that may be written in several ways, told apart by whether it is a scalar, a mapping or a list. */
export interface ChoiceShape<S, M, L> {
  shape: "choice";
  what: string;
  scalar: S;
  mapping: M;
  list: L;
}

export interface Key<V extends Shape> {
  value: V;
  /** For the editor's tooltip: meaning and default. */
  meaning: string;
}

export type Keys = { readonly [name: string]: Key<Shape> };

export type Shape =
  | ScalarShape<unknown>
  | SectionShape<Keys>
  | TableShape<Shape>
  | ListShape<Shape>
  | ChoiceShape<
      ScalarShape<unknown> | null,
      SectionShape<Keys> | TableShape<Shape> | null,
      ListShape<Shape> | null
    >;

/** What reading gives: every key may be missing, in the file or because it was mistaken. */
export type ValueOf<S> =
  S extends ScalarShape<infer T>
    ? T
    : S extends SectionShape<infer K>
      ? { [Name in keyof K]?: ValueOf<K[Name]["value"]> }
      : S extends TableShape<infer V>
        ? Map<string, ValueOf<V>>
        : S extends ListShape<infer V>
          ? ValueOf<V>[]
          : S extends ChoiceShape<infer A, infer B, infer C>
            ? ValueOf<NonNullable<A>> | ValueOf<NonNullable<B>> | ValueOf<NonNullable<C>>
            : never;

export function key<V extends Shape>(value: V, meaning: string): Key<V> {
  return { value, meaning };
}

export function section<K extends Keys>(
  what: string,
  keys: K,
  rules: { required?: (keyof K & string)[]; oneOf?: (keyof K & string)[]; extensible?: boolean } = {},
): SectionShape<K> {
  const { required = [], oneOf = [], extensible = false } = rules;
  return { shape: "section", what, keys, required, oneOf, extensible };
}

export function table<V extends Shape>(
  what: string,
  name: ScalarShape<string>,
  value: V,
  min = 0,
): TableShape<V> {
  return { shape: "table", what, key: name, value, min };
}

export function list<V extends Shape>(what: string, each: V, min = 0): ListShape<V> {
  return { shape: "list", what, each, min };
}

interface Ways {
  scalar?: ScalarShape<unknown>;
  mapping?: SectionShape<Keys> | TableShape<Shape>;
  list?: ListShape<Shape>;
}

/** The way of that name, null where there is none. */
type Way<W, Name extends keyof Ways> = W extends { [N in Name]: infer V } ? V : null;

export function choice<W extends Ways>(
  what: string,
  ways: W,
): ChoiceShape<Way<W, "scalar">, Way<W, "mapping">, Way<W, "list">> {
  return {
    shape: "choice",
    what,
    scalar: (ways.scalar ?? null) as Way<W, "scalar">,
    mapping: (ways.mapping ?? null) as Way<W, "mapping">,
    list: (ways.list ?? null) as Way<W, "list">,
  };
}

/** One value, or a list of several. */
export function oneOrMore<S extends ScalarShape<unknown>>(what: string, each: S) {
  return choice(what, { scalar: each, list: list(what, each, 1) });
}

/** One value, or a list of any number of them: an empty one takes back what was said before. */
export function anyNumber<S extends ScalarShape<unknown>>(what: string, each: S) {
  return choice(what, { scalar: each, list: list(what, each) });
}
