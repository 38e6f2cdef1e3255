/**
 * Platform files that include others: `include: contracts.yaml`, relative to the file that says so. What they say becomes one; every
 * mistake keeps the file and line at which it stands.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Mistake, Note, Path } from "./mistakes.ts";
import { readYaml, type ReadFile } from "./reader.ts";
import { quote, text } from "./scalars.ts";
import type { SectionShape, Keys, ScalarShape } from "./shapes.ts";

/** A file of one of these kinds, beside or below the one that names it, or above it; never an absolute path. */
export function besideFile(what: string, extensions: readonly string[]): ScalarShape<string> {
  return text({
    what: `the path of ${what}`,
    pattern: `[^\\0\\\\]+\\.(${extensions.join("|")})`,
    max: 500,
    refuse: (path) =>
      /^([/~]|[A-Za-z]:)/.test(path) ? `must be relative to the file it stands in, not ${quote(path)}` : null,
  });
}

export const includedPath = besideFile("a .yaml file, relative to this one", ["ya?ml"]);

/** The text of a file by its path relative to the folder of the main file; null: it cannot be read. */
export type ReadInclude = (path: string) => string | null;

/** The bytes of a file by its path relative to the folder of the main file; null: it cannot be read. */
export type ReadBeside = (path: string) => Uint8Array | null;

/** Beyond this a file that is named is not even read, bytes. */
const longestBeside = 1_000_000;

/** Reads files of any kind that stand beside one on this machine's disk. */
export function readBytesBeside(file: string): ReadBeside {
  return (path) => {
    try {
      const whole = resolve(dirname(file), path);
      const { size } = statSync(whole);
      return size > longestBeside ? new Uint8Array(longestBeside) : readFileSync(whole);
    } catch {
      return null;
    }
  };
}

/** Reads what stands beside a file on this machine's disk. */
export function readBeside(file: string): ReadInclude {
  return (path) => {
    try {
      return readFileSync(resolve(dirname(file), path), "utf8");
    } catch {
      return null;
    }
  };
}

/** "teams/a/../b.yaml" → "teams/b.yaml"; steps above the main file's folder stay. */
export function joinPath(from: string, to: string): string {
  const steps = [...from.split("/").slice(0, -1), ...to.split("/")];
  const joined: string[] = [];
  for (const step of steps) {
    if (step === ".." && joined.length > 0 && joined.at(-1) !== "..") {
      joined.pop();
    } else if (step !== "." && step !== "") {
      joined.push(step);
    }
  }
  return joined.join("/");
}

/** A mistake and the file in which it stands. */
export interface FileMistake extends Mistake {
  file: string;
}

/** Several files read as one. */
export interface ReadFiles {
  /** Sections of all of them; undefined: the main file could not be read at all. */
  value: Record<string, unknown> | undefined;
  mistakes: FileMistake[];
  note: Note;
}

interface OneFile {
  name: string;
  read: ReadFile<SectionShape<Keys>>;
}

/** Reads the main file and all it includes, each once. */
export function readFiles(
  main: { file: string; text: string },
  shapes: { main: SectionShape<Keys>; included: SectionShape<Keys> },
  readInclude: ReadInclude | undefined,
): ReadFiles {
  const files: OneFile[] = [];
  /** Which file says a key, or a name in a table. */
  const owners = new Map<string, OneFile>();
  const value: Record<string, unknown> = {};

  const take = (file: OneFile): void => {
    files.push(file);
    for (const [section, said] of Object.entries(file.read.value ?? {})) {
      const standing = value[section];
      if (!(said instanceof Map)) {
        if (section !== "include" && section in value) {
          file.read.note(`stands in ${owners.get(section)!.name} too`, [section], "key");
        } else if (section !== "include") {
          value[section] = said;
          owners.set(section, file);
        }
        continue;
      }
      const table = standing instanceof Map ? standing : new Map<string, unknown>();
      value[section] = table;
      for (const [name, thing] of said as Map<string, unknown>) {
        const id = ownerId(section, name);
        if (table.has(name)) {
          file.read.note(`stands in ${owners.get(id)!.name} too`, [section, name], "key");
        } else {
          table.set(name, thing);
          owners.set(id, file);
        }
      }
    }
  };

  const follow = (file: OneFile, path: string, above: readonly string[]): void => {
    const said = (file.read.value as { include?: string | string[] } | undefined)?.include;
    const list = said === undefined ? [] : Array.isArray(said) ? said : [said];
    list.forEach((one, i) => {
      const place: Path = Array.isArray(said) ? ["include", i] : ["include"];
      const target = joinPath(path, one);
      if (above.includes(target)) {
        file.read.note(`${one} includes this file: files must not include each other in a circle`, place);
      } else if (files.some(({ name }) => name === target)) {
        file.read.note(`${one} is included already`, place);
      } else if (files.length > mostFiles) {
        file.read.note(`includes more than ${mostFiles} files`, place);
      } else {
        const text = readInclude?.(target) ?? null;
        if (text === null) {
          file.read.note(`${one} cannot be read`, place);
          return;
        }
        const included = { name: target, read: readYaml(text, shapes.included) as OneFile["read"] };
        take(included);
        follow(included, target, [...above, target]);
      }
    });
  };

  const first: OneFile = { name: main.file, read: readYaml(main.text, shapes.main) as OneFile["read"] };
  take(first);
  // Paths begin in the folder of the main file, whatever it is called in messages.
  const base = main.file.split("/").at(-1)!;
  follow(first, base, [base]);
  return {
    value: first.read.value === undefined ? undefined : value,
    get mistakes() {
      return files.flatMap(({ name, read }) => read.mistakes.map((mistake) => ({ ...mistake, file: name })));
    },
    note(rule, path, place) {
      const [section, name] = path;
      const owner =
        owners.get(ownerId(String(section), String(name))) ?? owners.get(String(section)) ?? first;
      owner.read.note(rule, path, place);
    },
  };
}

const mostFiles = 1_000;

function ownerId(section: string, name: string): string {
  return `${section}/${name}`;
}
