/**
 * A copy of the page, whole and sealed: every file as it is printed, a manifest over them, the seal of the server. A page that is what it
 * was in an earlier copy keeps its bytes, its instant included, so that whoever passes copies on moves only what changed.
 */
import { hash } from "node:crypto";
import {
  type CopiedFile,
  type CopyManifest,
  printManifest,
  type SealedManifest,
} from "../../../probes/page-copy.ts";
import { sealText, type Sealer } from "../../evidence/report-seal.ts";
import { openHeaders } from "./security.ts";
import { type CopySource, printCopy, type PrintedFile } from "./print-copy.ts";

/** A file with its bytes. */
export interface MadeFile {
  file: CopiedFile;
  content: Buffer;
}

/** A copy in the making: its files one after the other, and in the end what seals them. */
export type MadeCopy = AsyncGenerator<MadeFile, SealedManifest>;

/** @param before the files of an earlier copy by name, whose instants hold for what is the same */
export async function* composeCopy(
  source: CopySource,
  sealer: Sealer,
  before: ReadonlyMap<string, CopiedFile>,
): MadeCopy {
  const files: CopiedFile[] = [];
  for await (const printed of printCopy(source)) {
    const made = settled(printed, before.get(printed.name), source.now);
    files.push(made.file);
    yield made;
  }
  const manifest: CopyManifest = {
    at: source.now,
    platform: source.board.settings.name,
    address: source.address,
    languages: source.languages.map(({ code }) => code),
    headers: { ...openHeaders },
    files,
  };
  const text = printManifest(manifest);
  return { manifest, text, seal: sealText(text, sealer) };
}

/** What takes the place of copies once not everybody may see the page: no file, and nothing that says what they told. */
export async function* composeWithdrawal(now: number, language: string, sealer: Sealer): MadeCopy {
  const manifest: CopyManifest = {
    ...{ at: now, platform: "", address: null, languages: [language], headers: {}, files: [] },
  };
  const text = printManifest(manifest);
  return { manifest, text, seal: sealText(text, sealer) };
}

/** Hands over every file as soon as it is made; what seals them. */
export async function eachFile(
  copy: MadeCopy,
  keep: (made: MadeFile) => Promise<void> | void,
): Promise<SealedManifest> {
  for (;;) {
    const { done, value } = await copy.next();
    if (done === true) {
      return value;
    }
    await keep(value);
  }
}

/** Files by name. */
export function filesByName({ files }: Pick<CopyManifest, "files">): Map<string, CopiedFile> {
  return new Map(files.map((file) => [file.name, file]));
}

function settled(
  { name, type, tellsInstant, headers, print }: PrintedFile,
  known: CopiedFile | undefined,
  now: number,
): MadeFile {
  const toFile = (content: Buffer): CopiedFile => ({
    ...{ name, type, bytes: content.length, sha256: digest(content) },
    ...(Object.keys(headers).length === 0 ? {} : { headers: { ...headers } }),
  });
  if (tellsInstant && known?.at !== undefined) {
    const content = print(known.at);
    if (digest(content) === known.sha256) {
      return { file: { ...toFile(content), at: known.at }, content };
    }
  }
  const content = print(now);
  return { file: tellsInstant ? { ...toFile(content), at: now } : toFile(content), content };
}

function digest(content: Buffer): string {
  return hash("sha256", content, "hex");
}
