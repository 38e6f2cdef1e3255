/**
 * The platform file: YAML text in, definition out, or every mistake at once with its file, line and column.
 */
import { brandPaths } from "./brand.ts";
import { type FileDefinition, toDefinition } from "./definition.ts";
import type { Surroundings } from "./surroundings.ts";
import type { SaidFile } from "./said-file.ts";
import { includedFile, platformFile } from "./described-file.ts";
import { type FileMistake, type ReadBeside, type ReadInclude, readFiles } from "./includes.ts";
import { BadPlatformFile } from "./mistakes.ts";

export interface ParseOptions extends Surroundings {
  /** Name of the file, for messages. */
  file: string;
  /** Gives the text of an included file; absent: none can be read. */
  readInclude?: ReadInclude;
}

/** Beyond this it is no file that someone wrote. */
const longestText = 5_000_000;

/**
 * Reads a platform file and those it includes.
 *
 * @throws BadPlatformFile (an InvalidInput, code bad_platform_file) with every mistake in the order of the files
 */
export function parsePlatformFile(text: string, options: ParseOptions): FileDefinition {
  const { file, readInclude, ...surroundings } = options;
  refuseLong(file, file, text);
  const read = readFiles({ file, text }, { main: platformFile, included: includedFile }, (path) => {
    const included = readInclude?.(path) ?? null;
    refuseLong(file, path, included ?? "");
    return included;
  });
  const definition =
    read.value === undefined ? null : toDefinition(read.value as SaidFile, surroundings, read.note);
  const { mistakes } = read;
  if (definition === null || mistakes.length > 0) {
    const order = [...new Set(mistakes.map((mistake) => mistake.file))];
    const byPlace = (a: FileMistake, b: FileMistake) =>
      order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line || a.column - b.column;
    throw new BadPlatformFile(
      file,
      mistakes
        .toSorted(byPlace)
        .map(({ file: where, ...mistake }) => (where === file ? mistake : { ...mistake, file: where })),
    );
  }
  return definition;
}

/** The bytes of all files that a file names for its brand, by path, in base64: what a server needs that cannot read them itself. */
export function collectBrandFiles(text: string, file: string, readFile: ReadBeside): Record<string, string> {
  const { value } = readFiles({ file, text }, { main: platformFile, included: includedFile }, () => null);
  const paths = brandPaths((value as SaidFile | undefined)?.platform?.brand ?? {});
  return Object.fromEntries(
    paths.flatMap((path) => {
      const content = readFile(path);
      return content === null ? [] : [[path, Buffer.from(content).toString("base64")]];
    }),
  );
}

/** The texts of all files that a file includes, by path: what a server needs that cannot read them itself. */
export function collectIncludes(
  text: string,
  file: string,
  readInclude: ReadInclude,
): Record<string, string> {
  const texts: Record<string, string> = {};
  readFiles({ file, text }, { main: platformFile, included: includedFile }, (path) => {
    const included = readInclude(path);
    if (included !== null) {
      texts[path] = included;
    }
    return included;
  });
  return texts;
}

function refuseLong(main: string, file: string, text: string): void {
  if (text.length > longestText) {
    const rule = `the file is too long: ${text.length} characters, at most ${longestText} are read`;
    throw new BadPlatformFile(main, [
      { line: 1, column: 1, path: [], rule, ...(file === main ? {} : { file }) },
    ]);
  }
}
