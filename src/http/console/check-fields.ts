/**
 * The fields of a check, kind by kind: one line a field says where in the words of the platform file its value stands and how it is typed.
 * Forms are made of these lines, what was typed is read by them, and faults find their field by them.
 */
import type { CheckKind } from "../../../probes/protocol.ts";
import { InvalidInput } from "../../domain/errors.ts";
import { keptSecret } from "../../platform-file/written-service.ts";
import type { ConsoleWordKey } from "../language.ts";
import { lineReaders, type WrittenLines } from "./check-lines.ts";
import type { Typed } from "./form.ts";

/** How a value is typed. */
export type FieldLook =
  | { as: "text" | "number" | "flag" | "secret" }
  | { as: "lines" | "line"; of: WrittenLines }
  | { as: "choice"; among: readonly string[] };

export type CheckField = FieldLook & {
  name: string;
  label: ConsoleWordKey;
  note?: ConsoleWordKey;
  /** Keys from the check down to the value. */
  path: readonly string[];
  isNeeded?: boolean;
  /** Whether it stands among the rarer ones, folded away. */
  isRare?: boolean;
};

export type Words = Record<string, unknown>;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const records = ["A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "SRV", "CAA", "PTR"];

const headers = (kind: CheckKind): CheckField => ({
  ...{ name: "headers", label: "console.check.headers", note: "console.check.headersNote" },
  ...{ path: [kind, "headers"], as: "lines", of: "pairs", isRare: true },
});
const verifies = (kind: CheckKind, name: string): CheckField => ({
  ...{ name: "verify", label: "console.check.verify", path: [kind, name], as: "flag", isRare: true },
});
const dialogue = (kind: CheckKind): CheckField[] => [
  {
    ...{ name: "send", label: "console.check.send", note: "console.check.sendNote" },
    ...{ path: [kind, "send"], as: "lines", of: "sent" },
  },
  { name: "expect", label: "console.check.expectAnswer", path: [kind, "expect"], as: "text" },
];
const host = (kind: CheckKind): CheckField => ({
  ...{ name: "host", label: "console.check.host", path: [kind, "host"], as: "text", isNeeded: true },
});
const url = (kind: CheckKind): CheckField => ({
  ...{ name: "url", label: "console.check.url", path: [kind, "url"], as: "text", isNeeded: true },
});

const ofKind: Readonly<Record<CheckKind, readonly CheckField[]>> = {
  http: [
    url("http"),
    {
      ...{ name: "status", label: "console.check.status", note: "console.check.statusNote" },
      ...{ path: ["http", "expect", "status"], as: "line", of: "statuses" },
    },
    {
      ...{ name: "text", label: "console.check.text", note: "console.check.lineNote" },
      ...{ path: ["http", "expect", "text"], as: "lines", of: "lines" },
    },
    {
      ...{ name: "method", label: "console.check.method", path: ["http", "method"] },
      ...{ as: "choice", among: methods, isRare: true },
    },
    headers("http"),
    {
      ...{ name: "bearer", label: "console.check.bearer", path: ["http", "bearer_token"] },
      ...{ as: "secret", isRare: true },
    },
    {
      ...{ name: "username", label: "console.check.username", path: ["http", "basic_auth", "username"] },
      ...{ as: "text", isRare: true },
    },
    {
      ...{ name: "password", label: "console.check.password", path: ["http", "basic_auth", "password"] },
      ...{ as: "secret", isRare: true },
    },
    {
      ...{ name: "body", label: "console.check.body", path: ["http", "body"] },
      ...{ as: "lines", of: "whole", isRare: true },
    },
    {
      ...{ name: "no_text", label: "console.check.noText", note: "console.check.lineNote" },
      ...{ path: ["http", "expect", "no_text"], as: "lines", of: "lines", isRare: true },
    },
    {
      ...{ name: "json", label: "console.check.json", note: "console.check.jsonNote" },
      ...{ path: ["http", "expect", "json"], as: "lines", of: "json", isRare: true },
    },
    {
      ...{ name: "expect_headers", label: "console.check.expectHeaders" },
      ...{ note: "console.check.expectHeadersNote" },
      ...{ path: ["http", "expect", "headers"], as: "lines", of: "pairs", isRare: true },
    },
    {
      ...{ name: "redirects", label: "console.check.redirects", path: ["http", "redirects"] },
      ...{ as: "number", isRare: true },
    },
    verifies("http", "verify_certificate"),
    {
      ...{ name: "keep", label: "console.check.keepConnection", path: ["http", "keep_connection"] },
      ...{ as: "flag", isRare: true },
    },
  ],
  tcp: [
    host("tcp"),
    {
      ...{ name: "port", label: "console.check.port", path: ["tcp", "port"], as: "number", isNeeded: true },
    },
    ...dialogue("tcp"),
  ],
  tls: [
    host("tls"),
    { name: "port", label: "console.check.port", path: ["tls", "port"], as: "number" },
    {
      ...{ name: "warn_days", label: "console.check.warnDays", path: ["tls", "warn_days"], as: "number" },
    },
    { name: "min_days", label: "console.check.minDays", path: ["tls", "min_days"], as: "number" },
    {
      ...{ name: "server_name", label: "console.check.serverName", path: ["tls", "server_name"] },
      ...{ as: "text", isRare: true },
    },
    verifies("tls", "verify_chain"),
  ],
  dns: [
    { name: "name", label: "console.check.dnsName", path: ["dns", "name"], as: "text", isNeeded: true },
    { name: "record", label: "console.check.record", path: ["dns", "record"], as: "choice", among: records },
    {
      ...{ name: "answers", label: "console.check.answers", note: "console.check.lineNote" },
      ...{ path: ["dns", "expect"], as: "lines", of: "lines" },
    },
    {
      ...{ name: "resolver", label: "console.check.resolver", path: ["dns", "resolver", "host"] },
      ...{ as: "text", isRare: true },
    },
    {
      ...{ name: "resolver_port", label: "console.check.resolverPort", path: ["dns", "resolver", "port"] },
      ...{ as: "number", isRare: true },
    },
  ],
  icmp: [host("icmp")],
  websocket: [
    url("websocket"),
    ...dialogue("websocket"),
    headers("websocket"),
    verifies("websocket", "verify_certificate"),
  ],
  "check-in": [
    {
      ...{ name: "period", label: "console.check.period", note: "console.check.periodNote" },
      ...{ path: ["check-in", "period"], as: "text" },
    },
    {
      ...{ name: "cron", label: "console.check.cron", note: "console.check.cronNote" },
      ...{ path: ["check-in", "cron"], as: "text" },
    },
    { name: "zone", label: "console.check.zone", path: ["check-in", "time_zone"], as: "text", isRare: true },
    { name: "grace", label: "console.check.grace", path: ["check-in", "grace"], as: "text" },
  ],
};

const families = ["any", "ipv4", "ipv6"];

/** What every check has; where it is asked from and what it depends on are chosen among what there is, and stand apart. */
const ofEach: readonly CheckField[] = [
  { name: "interval", label: "console.check.interval", path: ["interval"], as: "text" },
  { name: "timeout", label: "console.check.timeout", path: ["timeout"], as: "text" },
  {
    ...{ name: "slow_above", label: "console.check.slowAbove", note: "console.check.slowAboveNote" },
    ...{ path: ["slow_above"], as: "text" },
  },
  {
    name: "confirm_down",
    label: "console.check.down",
    path: ["confirm", "down"],
    as: "number",
    isRare: true,
  },
  { name: "confirm_up", label: "console.check.up", path: ["confirm", "up"], as: "number", isRare: true },
  {
    ...{ name: "quorum", label: "console.check.quorum", note: "console.check.quorumNote" },
    ...{ path: ["confirm", "locations"], as: "number", isRare: true },
  },
  {
    ...{ name: "family", label: "console.check.family", path: ["family"] },
    ...{ as: "choice", among: families, isRare: true },
  },
  {
    ...{ name: "parent", label: "console.check.parent", note: "console.check.parentNote" },
    ...{ path: ["parent"], as: "text", isRare: true },
  },
  { name: "counts", label: "console.check.counts", path: ["counts"], as: "flag" },
];

/** The fields of this kind, then those of each. */
export function fieldsOf(kind: CheckKind): readonly CheckField[] {
  const common = ofEach.filter(({ name }) => kind !== "check-in" || !asksOnly.includes(name));
  return [...ofKind[kind], ...common];
}

/** Nothing of a job is asked: it calls. */
const asksOnly = ["timeout", "slow_above", "family", "quorum", "interval"];

/** Names of the fields of this kind, where it is asked from among them. */
export function namesOf(kind: CheckKind): string[] {
  return [...fieldsOf(kind).map(({ name }) => name), "locations"];
}

/**
 * What was typed, in the words of the platform file. What was left empty is left out, and its default holds.
 *
 * @param secretOf what stands for the secret of a field; undefined: it has none
 */
export function typedCheck(
  kind: CheckKind,
  typed: Typed,
  secretOf: (name: string) => string | undefined,
): Words {
  const words: Words = { [kind]: {} };
  for (const field of fieldsOf(kind)) {
    const value = typedValue(field, typed, secretOf);
    if (value !== undefined) {
      put(words, field.path, value);
    }
  }
  const locations = typed.all("locations");
  return { ...words, ...(locations.length === 0 ? {} : { locations }) };
}

function typedValue(
  field: CheckField,
  typed: Typed,
  secretOf: (name: string) => string | undefined,
): unknown {
  const text = typed.one(field.name);
  switch (field.as) {
    case "flag":
      return text === "yes";
    case "secret":
      return secretOf(field.name);
    case "number":
      return text.trim() === "" ? undefined : /^\s*\d+\s*$/.test(text) ? Number(text) : text;
    case "line":
    case "lines":
      return text.trim() === "" ? undefined : lineReaders[field.of].read(text.replaceAll("\r\n", "\n"));
    default:
      return text.trim() === "" ? undefined : text.trim();
  }
}

/** A check as its form shows it: what it would have to be typed like. Secrets are never in it. */
export function shownCheck(kind: CheckKind, words: Words): Record<string, string | string[]> {
  const shown = fieldsOf(kind).map((field): [string, string] => {
    const value = find(words, field.path);
    return [field.name, value === undefined ? "" : shownValue(field, value)];
  });
  return { ...Object.fromEntries(shown), locations: [words.locations ?? []].flat() as string[] };
}

function shownValue(field: CheckField, value: unknown): string {
  switch (field.as) {
    case "flag":
      return value === true ? "yes" : "";
    case "secret":
      return "";
    case "line":
    case "lines":
      return lineReaders[field.of].print(value);
    default:
      return String(value);
  }
}

/** The secret fields in which something is kept. */
export function keptSecrets(kind: CheckKind, words: Words): Set<string> {
  const secrets = fieldsOf(kind).filter(({ as }) => as === "secret");
  return new Set(secrets.filter(({ path }) => find(words, path) === keptSecret).map(({ name }) => name));
}

/** The same refusal, its faults at the fields of the form. */
export function atFields(error: unknown, kind: CheckKind, check: string): unknown {
  if (!(error instanceof InvalidInput)) {
    return error;
  }
  const inside = `/checks/${check}/`;
  const fields = error.fields.map(({ pointer, detail }) => {
    if (pointer === "?slug") {
      return { pointer: "/slug", detail };
    }
    const place = pointer.startsWith(inside) ? pointer.slice(inside.length).split("/") : null;
    if (place === null) {
      return { pointer: pointer === `/checks/${check}` ? "/check" : pointer, detail };
    }
    if (place[0] === "locations") {
      return { pointer: "/locations", detail };
    }
    const best = fieldsOf(kind)
      .map(({ name, path }) => ({ name, shared: sharedSteps(path, place), whole: path.length }))
      .filter(({ shared, whole }) => shared === Math.min(whole, place.length) && shared > 0)
      .sort((a, b) => b.shared - a.shared)[0];
    return { pointer: `/${best?.name ?? "check"}`, detail };
  });
  return new InvalidInput(error.code, "Some of it cannot be so.", fields);
}

function sharedSteps(path: readonly string[], place: readonly string[]): number {
  let i = 0;
  while (i < path.length && path[i] === place[i]) {
    i++;
  }
  return i;
}

function put(words: Words, [first, ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    words[first!] = value;
  } else {
    words[first!] ??= {};
    put(words[first!] as Words, rest, value);
  }
}

function find(words: Words, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Words | undefined)?.[step], words);
}
