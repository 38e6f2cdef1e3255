/**
 * `fournines export-page DIR`: brings a sealed copy of the public page in a folder up to date: from the running server, or from the
 * database where none is in charge of it.
 */
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Command } from "commander";
import { openSeal } from "../actions/report-seal.ts";
import { dataPaths, readConfig } from "../config.ts";
import { openCopyArchive } from "../copy/copy-archive.ts";
import { type WrittenCopy, writeCopy } from "../copy/copy-folder.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import { openLook } from "../http/look.ts";
import { openPageCopies } from "../http/pages/page-copies.ts";
import { listServiceResponseTimes } from "../live/service-response-times.ts";
import { wordsInSight } from "../domain/status/older-words.ts";
import { boardOf, placesOf, sightOf } from "../domain/status/page.ts";
import { readStoredBoard } from "../live/stored-board.ts";
import { readOlderWords } from "../store/older-words.ts";
import { keepSecretKey } from "../store/data-folder.ts";
import { type Connection, findServerFor, openServerFile } from "./connection.ts";
import { withDatabase } from "./database.ts";
import { collect, type CommonOptions, type Terminal, withServerOptions } from "./words.ts";

interface ExportPageOptions extends CommonOptions {
  language?: string[];
}

export function addExportPageCommand(program: Command, terminal: Terminal): void {
  withServerOptions(
    program
      .command("export-page")
      .description(
        "the public page as signed files that any host serves; what did not change stays untouched",
      )
      .argument("<folder>", "where they go; made where there is none"),
  )
    .option(
      "--language <code>",
      "only in this language; may be repeated, the first is the page's own",
      collect,
    )
    .action(async (folder: string, options: ExportPageOptions) => {
      const { environment } = terminal;
      const languages = options.language ?? [];
      const server = await findServerFor(options, environment);
      const written =
        server === null
          ? await fromDatabase(folder, languages, environment)
          : await fromServer(folder, languages, server);
      if (options.json === true) {
        terminal.print(JSON.stringify(toJson(written), null, 2));
      } else {
        linesOf(folder, written).forEach(terminal.print);
      }
    });
}

async function fromServer(folder: string, languages: string[], server: Connection): Promise<WrittenCopy> {
  const query = new URLSearchParams(languages.map((code) => ["language", code]));
  const { body } = await openServerFile(server, `/api/v1/page/copy.zip?${query}`);
  const archive = await buffer(Readable.fromWeb(body as never));
  return writeCopy(folder, () => openCopyArchive(archive));
}

function fromDatabase(
  folder: string,
  languages: string[],
  environment: Terminal["environment"],
): Promise<WrittenCopy> {
  const { baseUrl, dataDir, secretKey } = readConfig(environment);
  return withDatabase(async ({ db }) => {
    const now = Date.now();
    const { board, live } = await readStoredBoard(db, now);
    const shown = boardOf(board, "public");
    const copies = openPageCopies({
      ...{ look: openLook(), board: () => shown, now: () => now, baseUrl },
      sealer: openSeal(secretKey ?? keepSecretKey(dataPaths(dataDir).secretKey)),
      olderWords: async (asked) =>
        wordsInSight(await readOlderWords(db, asked), sightOf("public", placesOf(board))),
      responseTimes: (slug, from, to, seconds) =>
        listServiceResponseTimes(db, live, slug, [from, to], seconds),
      onError(error) {
        throw error;
      },
    });
    return writeCopy(folder, (before) => copies.make(languages, before));
  }, environment);
}

function linesOf(folder: string, { manifest, publicKey, added, changed, removed }: WrittenCopy): string[] {
  const unchanged = manifest.files.length - added - changed;
  return [
    `${folder} holds the page of ${manifest.platform} as of ${isoInstant(manifest.at)}: ${manifest.files.length} files in ${manifest.languages.join(", ")}`,
    `  ${added} new, ${changed} changed, ${unchanged} as they were, ${removed} removed`,
    `  sealed by the key ${publicKey}`,
  ];
}

function toJson({ manifest, publicKey, added, changed, removed }: WrittenCopy): object {
  const { at, languages, files } = manifest;
  return {
    ...{ at: isoInstant(at), languages, public_key: publicKey },
    ...{ files: files.length, added, changed, removed },
  };
}
