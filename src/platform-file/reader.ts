/**
 * Reads a YAML tree as the description of the file says: values out, every mistake noted with its place. Knows nothing of platforms.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Mistake, Path } from "./mistakes.ts";
import { nearestWord, orList } from "./nearest-word.ts";
import type {
  ChoiceShape,
  Keys,
  ListShape,
  ScalarShape,
  SectionShape,
  Shape,
  TableShape,
  ValueOf,
  Written,
} from "./shapes.ts";
import { type AnyNode, kindOf, startOf, targetsOf, toWritten } from "./yaml-tree.ts";

type Notes = (rule: string, path: Path, place?: "key" | "value") => void;

/** What came of reading. */
export interface ReadFile<S> {
  /** Values that were right; undefined when nothing could be read at all. */
  value: ValueOf<S> | undefined;
  mistakes: Mistake[];
  /** Notes one more mistake at the key or the value of a path, or of the nearest one above it that the file has. */
  note: Notes;
}

interface Reader {
  /** What each alias stands for; missing where there is no such anchor. */
  targets: Map<Alias, Node>;
  note: Notes;
  places: Map<string, { key: number; value: number }>;
  /** How many values were read by way of aliases. */
  aliased: { values: number; depth: number; told: boolean };
}

const mostAliasedValues = 100_000;

/** Reads a whole text. A text that is no YAML gets the mistakes of its syntax alone: all else would be guesses. */
export function readYaml<S extends Shape>(text: string, shape: S): ReadFile<S> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    // Silent would also silence that a second document follows.
    logLevel: "error",
  });
  const mistakes: Mistake[] = [];
  const noteAt = (rule: string, path: Path, offset: number) => {
    const { line, col } = lines.linePos(offset);
    mistakes.push({ line: Math.max(1, line), column: Math.max(1, col), path, rule });
  };
  const places: Reader["places"] = new Map();
  const note: Notes = (rule, path, place = "value") => {
    let above = path;
    while (above.length > 0 && !places.has(JSON.stringify(above))) {
      above = above.slice(0, -1);
    }
    noteAt(rule, path, places.get(JSON.stringify(above))?.[above === path ? place : "key"] ?? 0);
  };
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    const rule =
      code === "MULTIPLE_DOCS"
        ? "a second document begins here; a file holds one platform"
        : `not YAML: ${shorten(message.replace(/\.?\s*$/, ""))}`;
    noteAt(rule, [], pos[0]);
  }
  if (mistakes.length > 0) {
    return { value: undefined, mistakes, note };
  }
  if (document.contents === null) {
    noteAt("the file is empty", [], 0);
    return { value: undefined, mistakes, note };
  }
  places.set("[]", { key: 0, value: startOf(document.contents) ?? 0 });
  const value = readNode(
    { targets: targetsOf(document), note, places, aliased: { values: 0, depth: 0, told: false } },
    shape,
    document.contents,
    [],
  );
  return { value: value as ValueOf<S> | undefined, mistakes, note };
}

function readNode(reader: Reader, shape: Shape, written: AnyNode, path: Path): unknown {
  if (isAlias(written)) {
    return readAliased(reader, shape, written, path);
  }
  const node = written;
  reader.aliased.values += reader.aliased.depth > 0 ? 1 : 0;
  switch (shape.shape) {
    case "scalar":
      return readScalar(reader, shape, node, path);
    case "section":
      return readSection(reader, shape, node, path);
    case "table":
      return readTable(reader, shape, node, path);
    case "list":
      return readList(reader, shape, node, path);
    case "choice":
      return readChoice(reader, shape, node, path);
  }
}

/** What an alias stands for. Aliases of aliases could make millions of values of a few lines, so there is an end to them. */
function readAliased(reader: Reader, shape: Shape, alias: Alias, path: Path): unknown {
  const node = reader.targets.get(alias);
  if (node === undefined) {
    reader.note(`there is no anchor "&${alias.source}" before this`, path);
    return undefined;
  }
  const { aliased } = reader;
  if (aliased.values > mostAliasedValues) {
    if (!aliased.told) {
      reader.note(`aliases stand for more than ${mostAliasedValues} values`, path);
    }
    aliased.told = true;
    return undefined;
  }
  aliased.depth++;
  const value = readNode(reader, shape, node, path);
  aliased.depth--;
  return value;
}

function readScalar(reader: Reader, shape: ScalarShape<unknown>, node: AnyNode, path: Path): unknown {
  const written = toWritten(node);
  if (written === null) {
    reader.note(`must be ${shape.what}, not ${kindOf(node)}`, path);
    return undefined;
  }
  const reading = refusedByStore(written) ?? shape.read(written);
  if ("wrong" in reading) {
    reader.note(reading.wrong, path);
    return undefined;
  }
  return reading.value;
}

/** PostgreSQL has no place for NUL and for half a surrogate pair; every text ends there. */
function refusedByStore({ value }: Written): { wrong: string } | null {
  if (typeof value !== "string") {
    return null;
  }
  return value.includes("\0")
    ? { wrong: "must not hold the character NUL" }
    : value.isWellFormed()
      ? null
      : { wrong: "must be valid Unicode" };
}

function readSection(reader: Reader, shape: SectionShape<Keys>, node: AnyNode, path: Path): unknown {
  const entries = entriesOf(reader, shape.what, node, path);
  if (entries === null) {
    return undefined;
  }
  const names = Object.keys(shape.keys);
  const value: Record<string, unknown> = {};
  const has = (name: string) => entries.some((entry) => entry.name === name);
  /** What unknown keys probably meant: it is not missing as well. */
  const meant = new Set<string | undefined>();
  for (const { name, node: inner } of entries) {
    const known = Object.hasOwn(shape.keys, name) ? shape.keys[name] : undefined;
    if (known !== undefined) {
      value[name] = readNode(reader, known.value, inner, [...path, name]);
    } else if (!(shape.extensible && name.startsWith("x-"))) {
      const nearest = nearestWord(
        name,
        names.filter((one) => !has(one)),
      );
      meant.add(nearest);
      reader.note(
        nearest === undefined
          ? `unknown key; known are ${names.join(", ")}`
          : `unknown key; did you mean "${nearest}"?`,
        [...path, name],
        "key",
      );
    }
  }
  for (const name of shape.required.filter((one) => !has(one) && !meant.has(one))) {
    reader.note(`"${name}" is missing`, path, "key");
  }
  const given = shape.oneOf.filter(has);
  if (shape.oneOf.length > 0 && given.length === 0 && !shape.oneOf.some((name) => meant.has(name))) {
    reader.note(`one of ${orList(shape.oneOf)} is missing`, path, "key");
  }
  for (const name of given.slice(1)) {
    reader.note(
      `stands beside "${given[0]}"; only one of ${orList(shape.oneOf)} may be given`,
      [...path, name],
      "key",
    );
  }
  return value;
}

function readTable(reader: Reader, shape: TableShape<Shape>, node: AnyNode, path: Path): unknown {
  const entries = entriesOf(reader, shape.what, node, path);
  if (entries === null) {
    return undefined;
  }
  if (entries.length < shape.min) {
    reader.note("must not be empty", path);
  }
  const value = new Map<string, unknown>();
  for (const { name, node: inner } of entries) {
    const key = { value: name, source: name, escaped: true };
    const reading = refusedByStore(key) ?? shape.key.read(key);
    if ("wrong" in reading) {
      reader.note(reading.wrong, [...path, name], "key");
    }
    const read = readNode(reader, shape.value, inner, [...path, name]);
    // A bad value keeps its place: who refers to it is not mistaken.
    value.set(name, read);
  }
  return value;
}

function readList(reader: Reader, shape: ListShape<Shape>, node: AnyNode, path: Path): unknown {
  if (!isSeq(node)) {
    reader.note(`must be ${shape.what}, not ${kindOf(node)}`, path);
    return undefined;
  }
  if (node.items.length < shape.min) {
    reader.note("must not be empty", path);
  }
  return node.items.flatMap((each, i) => {
    const inner = each as AnyNode;
    const at = startOf(inner) ?? startOf(node) ?? 0;
    reader.places.set(JSON.stringify([...path, i]), { key: at, value: at });
    const value = readNode(reader, shape.each, inner, [...path, i]);
    return value === undefined ? [] : [value];
  });
}

function readChoice(
  reader: Reader,
  {
    what,
    scalar,
    mapping,
    list,
  }: ChoiceShape<ScalarShape<unknown> | null, Shape | null, ListShape<Shape> | null>,
  node: AnyNode,
  path: Path,
): unknown {
  const shape = isMap(node) ? mapping : isSeq(node) ? list : toWritten(node)?.value === null ? null : scalar;
  if (shape === null) {
    reader.note(`must be ${what}, not ${kindOf(node)}`, path);
    return undefined;
  }
  return readNode(reader, shape, node, path);
}

/** Entries of a mapping in the order of the file, each name once; null when it is no mapping. */
function entriesOf(
  reader: Reader,
  what: string,
  node: AnyNode,
  path: Path,
): { name: string; node: AnyNode }[] | null {
  if (!isMap(node)) {
    reader.note(`must be ${what}, not ${kindOf(node)}`, path);
    return null;
  }
  const seen = new Map<string, { name: string; node: AnyNode }>();
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : "";
    const at = startOf(key as AnyNode) ?? startOf(node) ?? 0;
    const first = seen.get(name);
    if (first === undefined) {
      reader.places.set(JSON.stringify([...path, name]), { key: at, value: startOf(value as AnyNode) ?? at });
      seen.set(name, { name, node: value as AnyNode });
    } else {
      noteTwice(reader, [...path, name], at);
    }
  }
  return [...seen.values()];
}

/** The second one is the mistake: it is what someone added. */
function noteTwice(reader: Reader, path: Path, at: number): void {
  const id = JSON.stringify(path);
  const first = reader.places.get(id)!;
  reader.places.set(id, { key: at, value: at });
  reader.note("stands here a second time", path, "key");
  reader.places.set(id, first);
}

function shorten(message: string): string {
  return message.length > 160 ? `${message.slice(0, 159)}…` : message;
}
