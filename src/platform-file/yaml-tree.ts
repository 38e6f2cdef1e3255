/**
 * Questions to the nodes of a YAML tree, for reader.ts.
 */
import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, visit } from "yaml";
import type { Written } from "./shapes.ts";

/** A node, or the absence of one. */
export type AnyNode = Node | null | undefined;

/** A scalar as YAML gives it; null for anything else. An empty value is a scalar: nothing. */
export function toWritten(node: AnyNode): Written | null {
  if (node === null || node === undefined) {
    return { value: null, source: "", escaped: false };
  }
  if (!isScalar(node)) {
    return null;
  }
  const { value, source, type } = node;
  const isPlain = value === null || ["string", "number", "boolean"].includes(typeof value);
  return isPlain
    ? {
        value: value as Written["value"],
        source: source ?? String(value ?? ""),
        escaped: type === "QUOTE_DOUBLE",
      }
    : null;
}

/** Found in one walk: `Alias.resolve` walks the whole document for every single one. */
export function targetsOf(document: Document.Parsed): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) {
          targets.set(node, target);
        }
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

/** What stands there; not the value itself, which might be a secret in a wrong place. */
export function kindOf(node: AnyNode): string {
  if (isMap(node)) {
    return "a section";
  }
  if (isSeq(node)) {
    return "a list";
  }
  const written = toWritten(node);
  return written === null || written.value === null
    ? "nothing"
    : typeof written.value === "string"
      ? "a text"
      : written.source;
}

/** Where a value begins; an empty one has no place of its own. */
export function startOf(node: AnyNode): number | undefined {
  const isEmpty = isScalar(node) && node.value === null && (node.source ?? "") === "";
  return isEmpty ? undefined : node?.range?.[0];
}
