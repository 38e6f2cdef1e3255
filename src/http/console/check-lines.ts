/** Values of checks that are typed as text of several lines: read into the words of the platform file, and printed as they would be typed. */

/** How such a text is written. */
export type WrittenLines = "lines" | "pairs" | "statuses" | "json" | "sent" | "whole";

interface LineReader {
  read(text: string): unknown;
  print(value: unknown): string;
}

const linesOf = (text: string) => text.split("\n").filter((line) => line.trim() !== "");

export const lineReaders: Readonly<Record<WrittenLines, LineReader>> = {
  /** One text a line. */
  lines: { read: linesOf, print: (value) => [value].flat().join("\n") },
  /** `Name: value`, a line each. */
  pairs: {
    read: (text) => Object.fromEntries(linesOf(text).map((line) => cutAt(line, ":"))),
    print: (value) =>
      Object.entries(value as Record<string, string>)
        .map(([name, one]) => `${name}: ${one}`)
        .join("\n"),
  },
  /** `200-299, 301`. */
  statuses: {
    read: (text) =>
      text
        .split(/[,\s]+/)
        .filter((one) => one !== "")
        .map((one) => (/^\d+$/.test(one) ? Number(one) : one)),
    print: (value) => [value].flat().join(", "),
  },
  json: {
    read: (text) => linesOf(text).map(readExpectation),
    print: (value) => (value as Record<string, unknown>[]).map(printExpectation).join("\n"),
  },
  /** With `\r`, `\n` and the like for what cannot be typed. */
  sent: {
    read: (text) =>
      text.replaceAll(/\\(r|n|t|0|\\|x[0-9a-fA-F]{2})/g, (_, what: string) =>
        what.startsWith("x") ? String.fromCharCode(parseInt(what.slice(1), 16)) : escapes[what]!,
      ),
    print: (value) =>
      String(value).replaceAll(/[\r\n\t\0\\]/g, (one) => {
        const [name] = Object.entries(escapes).find(([, char]) => char === one)!;
        return `\\${name}`;
      }),
  },
  /** As it stands. */
  whole: { read: (text) => text, print: String },
};

const escapes: Readonly<Record<string, string>> = { r: "\r", n: "\n", t: "\t", "0": "\0", "\\": "\\" };

function cutAt(line: string, mark: string): [string, string] {
  const at = line.indexOf(mark);
  return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

/** `$.status = "ok"`, `$.version ~ ^2\.`, `$.error missing`, `$.items exists`; a path alone must find something. */
function readExpectation(line: string): Record<string, unknown> {
  const found = /^(\$.*?)\s+(?:(=|~)\s+(.*)|(exists|missing))\s*$/.exec(line.trim());
  if (found === null) {
    return { path: line.trim(), exists: true };
  }
  const [, path, sign, value = "", word] = found;
  return sign === "="
    ? { path, equals: scalarOf(value) }
    : sign === "~"
      ? { path, matches: value }
      : { path, exists: word === "exists" };
}

function printExpectation({ path, equals, matches, exists }: Record<string, unknown>): string {
  return matches !== undefined
    ? `${String(path)} ~ ${String(matches)}`
    : exists !== undefined
      ? `${String(path)} ${exists === true ? "exists" : "missing"}`
      : `${String(path)} = ${JSON.stringify(equals)}`;
}

/** As JSON where it is a number, a text in quotes, true, false or null; as the text it is otherwise. */
function scalarOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? text : value;
  } catch {
    return text;
  }
}
