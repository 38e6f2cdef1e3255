/**
 * What is wrong in a platform file and where: line, column, path and rule. All mistakes of a file are told at once.
 */
import { InvalidInput } from "../domain/errors.ts";

/** Keys and positions from the top of the file down to a value. */
export type Path = readonly (string | number)[];

/** One mistake. */
export interface Mistake {
  /** Counted from 1, as editors do. */
  line: number;
  /** Counted from 1, in UTF-16 units. */
  column: number;
  path: Path;
  /** The rule that is broken, as words for a person. */
  rule: string;
  /** The included file in which it stands; absent: the one that was read. */
  file?: string;
}

/** The refusal of a whole file; its message tells every mistake, one a line. Code `bad_platform_file`. */
export class BadPlatformFile extends InvalidInput {
  readonly file: string;
  /** In the order of the file. */
  readonly mistakes: readonly Mistake[];

  constructor(file: string, mistakes: readonly Mistake[]) {
    const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
    const lines = mistakes.map((mistake) => printMistake(file, mistake));
    super(
      "bad_platform_file",
      [`${file} has ${count}:`, ...lines].join("\n"),
      mistakes.map(({ path, rule }) => ({ pointer: printPointer(path), detail: rule })),
    );
    this.file = file;
    this.mistakes = mistakes;
  }
}

/** A line for every mistake, `platform.yaml:12:5  services.api.title: must be …`; none when the error is of another kind. */
export function describeMistakes(error: unknown): string[] {
  return error instanceof BadPlatformFile
    ? error.mistakes.map((mistake) => printMistake(error.file, mistake))
    : [];
}

function printMistake(main: string, { file = main, line, column, path, rule }: Mistake): string {
  const where = path.length === 0 ? "" : `${printPath(path)}: `;
  return `${file}:${line}:${column}  ${where}${rule}`;
}

/** `services.api.checks.web.http.expect.status[0]`; keys that are no plain words stand in quotes. */
export function printPath(path: Path): string {
  return path
    .map((step, i) => {
      if (typeof step === "number") {
        return `[${step}]`;
      }
      return /^[\w-]+$/.test(step) ? `${i === 0 ? "" : "."}${step}` : `[${JSON.stringify(step)}]`;
    })
    .join("");
}

/** JSON pointer (RFC 6901). */
export function printPointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Notes a mistake at the key or the value of a path. */
export type Note = (rule: string, path: Path, place?: "key" | "value") => void;
