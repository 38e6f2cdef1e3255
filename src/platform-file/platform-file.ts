/**
 * The platform file: YAML text in, PlatformDefinition out, or every mistake at once with its line and column.
 */
import type { PlatformDefinition } from "../domain/status/platform.ts";
import { type Surroundings, toDefinition } from "./definition.ts";
import { platformFile } from "./described-file.ts";
import { BadPlatformFile, type Mistake } from "./mistakes.ts";
import { readYaml } from "./reader.ts";

export interface ParseOptions extends Surroundings {
  /** Name of the file, for messages. */
  file: string;
}

/** Beyond this it is no file that someone wrote. */
const longestText = 5_000_000;

/**
 * Reads a platform file.
 *
 * @throws BadPlatformFile (an InvalidInput, code bad_platform_file) with every mistake in the order of the file
 */
export function parsePlatformFile(text: string, options: ParseOptions): PlatformDefinition {
  const { file, ...surroundings } = options;
  if (text.length > longestText) {
    const rule = `the file is too long: ${text.length} characters, at most ${longestText} are read`;
    throw new BadPlatformFile(file, [{ line: 1, column: 1, path: [], rule }]);
  }
  const { value, mistakes, note } = readYaml(text, platformFile);
  const definition = value === undefined ? null : toDefinition(value, surroundings, note);
  if (definition === null || mistakes.length > 0) {
    throw new BadPlatformFile(file, mistakes.toSorted(byPlace));
  }
  return definition;
}

function byPlace(a: Mistake, b: Mistake): number {
  return a.line - b.line || a.column - b.column;
}
