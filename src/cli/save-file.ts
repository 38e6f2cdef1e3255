/** A file that a command fetches from the server, written as it comes; half a file is never left under its name. */
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InvalidInput } from "../domain/errors.ts";

/** @throws InvalidInput export_failed */
export async function saveFile(body: ReadableStream, file: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(Readable.fromWeb(body as never), createWriteStream(part));
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new InvalidInput("export_failed", `${file} was not written (${code ?? message}).`, [], { cause });
  }
}
