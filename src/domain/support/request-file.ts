/**
 * Files that come with a customer's mail: whole as they came, within bounds that keep one sender from filling the place. What is over is named
 * with the reason why it is not kept, so that whoever answers can ask for it another way.
 */

/** Why a file is not kept: more came at once than are kept; together they are too large; the request holds as much as it may. */
export const fileRefusals = ["too_many", "too_large", "full"] as const;
export type FileRefusal = (typeof fileRefusals)[number];

/** A file of a request, without its content. */
export interface RequestFile {
  /** Within its request, from 1. */
  number: number;
  /** The step that it came with. */
  step: number;
  /** As the sender calls it: never a path of ours. */
  name: string;
  bytes: number;
  /** Null: it is kept. */
  refusal: FileRefusal | null;
}

/** With one mail. */
export const mostFilesAtOnce = 10;
/** Of one mail together; a mail has at most 10 MiB, of which its files are three quarters. */
export const mostBytesAtOnce = 8 * 1024 * 1024;
/** Of one request together. */
export const mostBytesOfRequest = 64 * 1024 * 1024;
/** Files that are named, kept or not: a mail of a thousand empty ones names no more. */
export const mostFilesNamed = 50;
export const fileNameLimit = 200;

/**
 * What becomes of files that come together, in their order: a small one after one that is too large is still kept.
 *
 * @param held bytes that the request holds by then
 */
export function judgeFiles(sizes: readonly number[], held: number): (FileRefusal | null)[] {
  let count = 0;
  let together = 0;
  return sizes.map((bytes) => {
    if (count === mostFilesAtOnce) {
      return "too_many";
    }
    if (together + bytes > mostBytesAtOnce) {
      return "too_large";
    }
    if (held + together + bytes > mostBytesOfRequest) {
      return "full";
    }
    count++;
    together += bytes;
    return null;
  });
}
