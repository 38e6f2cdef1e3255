/**
 * Pictures of pages, drawn once for all readers: whoever asks gets what was drawn of the same drawing, and only a drawing that is new is
 * turned into pixels, one at a time, whoever waits for it together. Between preview-drawing.ts and the socket.
 */
import { createHash } from "node:crypto";
import type { Snapshot } from "../snapshot.ts";

export interface Pictures {
  /**
   * The picture of a key, up to date. Null: too many are being waited for, ask later.
   *
   * @param draw the drawing, as it is now
   */
  take(key: string, version: string, now: number, draw: () => string): Promise<Snapshot | null>;
}

export interface PicturesOptions {
  /** Turns a drawing into a picture that can be sent. */
  render(drawing: string): Promise<Snapshot>;
  /** For so long nobody looks whether the drawing of a key is still the same. */
  maxAgeMs: number;
  /** Keys that are kept; the one not asked for longest goes first. */
  limit: number;
  /** Drawings that may wait to be rendered. */
  waiting: number;
}

interface KeptPicture {
  version: string;
  drawnAt: number;
  digest: string;
}

export function keepPictures({ render, maxAgeMs, limit, waiting }: PicturesOptions): Pictures {
  const kept = new Map<string, KeptPicture>();
  /** What drawings became, by digest; those of no key are let go. */
  const pictures = new Map<string, Promise<Snapshot>>();
  let running: Promise<unknown> = Promise.resolve();
  let queued = 0;

  const renderInTurn = (drawing: string): Promise<Snapshot> => {
    queued++;
    const picture = running.then(() => render(drawing)).finally(() => queued--);
    running = picture.catch(() => {});
    return picture;
  };

  const letGo = (): void => {
    while (kept.size > limit) {
      kept.delete(kept.keys().next().value!);
    }
    const used = new Set([...kept.values()].map(({ digest }) => digest));
    for (const digest of pictures.keys()) {
      if (!used.has(digest)) {
        pictures.delete(digest);
      }
    }
  };

  return {
    async take(key, version, now, draw) {
      const known = kept.get(key);
      const isCurrent = known?.version === version && now - known.drawnAt < maxAgeMs;
      const drawing = isCurrent ? null : draw();
      const digest = drawing === null ? known!.digest : digestOf(drawing);
      let picture = pictures.get(digest);
      if (picture === undefined) {
        if (queued >= waiting) {
          return null;
        }
        picture = renderInTurn(drawing ?? draw());
        // What could not be drawn is tried again by whoever asks next.
        picture.catch(() => pictures.get(digest) === picture && pictures.delete(digest));
        pictures.set(digest, picture);
      }
      kept.delete(key);
      kept.set(key, { version, drawnAt: drawing === null ? known!.drawnAt : now, digest });
      letGo();
      return picture;
    },
  };
}

function digestOf(drawing: string): string {
  return createHash("sha256").update(drawing).digest("base64url");
}
