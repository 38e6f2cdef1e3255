/**
 * What of a change the audit keeps: the members that differ, as they stood and as they stand. Names and addresses of people are told to
 * have changed and not kept: the chain is for ever, and they must be able to be forgotten.
 */
import { canonicalJson } from "../sla/figures/canonical-json.ts";

export interface RecordedChange {
  before: unknown;
  after: unknown;
}

/** One member that differs: its dotted name, and its values. */
export interface ChangedField {
  name: string;
  from: unknown;
  to: unknown;
}

/** Of a thing that is made (`before` null), changed, or taken away (`after` null). Lists that only grew keep what was added. */
export function changeOf(before: object | null, after: object | null): RecordedChange {
  if (before === null || after === null) {
    return { before: before && told("", before), after: after && told("", after) };
  }
  const [old, wanted] = [before, after] as Record<string, unknown>[];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [from, to] = [old![name], wanted![name]];
    return isSame(from, to) ? [] : [{ name, ...(grown(from, to) ?? { from, to }) }];
  });
  return changeOfFields(fields);
}

/** The same of members that are known to differ. */
export function changeOfFields(fields: readonly ChangedField[]): RecordedChange {
  const side = (which: "from" | "to") =>
    Object.fromEntries(fields.map((field) => [field.name, told(field.name, field[which])]));
  return { before: side("from"), after: side("to") };
}

function grown(from: unknown, to: unknown): Omit<ChangedField, "name"> | undefined {
  const hasGrown =
    Array.isArray(from) &&
    Array.isArray(to) &&
    from.length < to.length &&
    from.every((one, i) => isSame(one, to[i]));
  return hasGrown ? { from: [], to: to.slice(from.length) } : undefined;
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(told("", a)) === canonicalJson(told("", b));
}

/** Members that hold names and addresses of people, wherever they stand. */
const personal = /(^|\.)(recipients|contacts|(?<!routes\.)escalation|email|mail|phone|to|members)(\.|$)/;
/** A person named by their address where they could be named by their number (domain/alerting/reach.ts). */
const addressed = /^person:\S+@\S+$/;

/** A value as it is kept: what is personal left out, numbers exact. */
function told(name: string, value: unknown): unknown {
  if (value === undefined || value === null) {
    return null;
  }
  if ((personal.test(name) && !isEmpty(value)) || (typeof value === "string" && addressed.test(value))) {
    return "(not kept)";
  }
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? value : String(value);
  }
  if (Array.isArray(value)) {
    return value.map((one) => told(name, one));
  }
  if (value instanceof Map || value instanceof Set) {
    return told(name, [...value]);
  }
  return typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, told(`${name}.${key}`, member)]))
    : value;
}

function isEmpty(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}
