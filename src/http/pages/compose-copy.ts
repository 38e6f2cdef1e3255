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
import { securityHeaders } from "./security.ts";
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
    headers: { ...securityHeaders },
    files,
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
  { name, type, tellsInstant, print }: PrintedFile,
  known: CopiedFile | undefined,
  now: number,
): MadeFile {
  if (tellsInstant && known?.at !== undefined) {
    const content = print(known.at);
    if (digest(content) === known.sha256) {
      return { file: known, content };
    }
  }
  const content = print(now);
  const file = { name, type, bytes: content.length, sha256: digest(content) };
  return { file: tellsInstant ? { ...file, at: now } : file, content };
}

function digest(content: Buffer): string {
  return hash("sha256", content, "hex");
}
