/**
 * Copies of the page, wired: in a folder, and at the Worker before the page. Where the page is open, the copy follows it; once it is closed,
 * the copy is withdrawn. Used by server.ts alone.
 */
import type { ReportSeal } from "../actions/report-seal.ts";
import { writeCopy } from "../copy/copy-folder.ts";
import { type CopyPlace, type CopyWatch, watchCopies } from "../copy/copy-watch.ts";
import { openPusher } from "../copy/push-copy.ts";
import type { PageCopies } from "../http/pages/page-copies.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Copied {
  copies: PageCopies;
  /** Whether everybody may see the page at the root, which is what is copied. */
  isOpen(): boolean;
  seal: ReportSeal;
  onChange(listener: () => void): void;
}

/** Null: no copies of the page are kept anywhere. */
export function keepCopies(around: Surroundings, copied: Copied): CopyWatch | null {
  const { config, log, now } = around;
  const { folder, worker, everyMs } = config.pageCopies;
  const { seal, onChange } = copied;
  const places = [
    folder === null ? null : inFolder(folder, copied),
    worker === null ? null : atWorker(worker, around, copied),
  ].filter((place) => place !== null);
  if (places.length === 0) {
    return null;
  }
  log.info({ places: places.map(({ name }) => name), key: seal.publicKey }, "copies of the page are kept");
  return watchCopies({
    ...{ places, everyMs, now, onChange },
    failed: (place, error) =>
      log.error({ place, err: error }, "the copy of the page could not be kept there"),
    resumed: (place) => log.info({ place }, "the copy of the page is kept there again"),
  });
}

function inFolder(folder: string, { copies, isOpen }: Copied): CopyPlace {
  return {
    name: folder,
    isOurs: () => true,
    async bring() {
      await writeCopy(folder, (before) => (isOpen() ? copies.make([], before) : copies.withdraw()));
    },
  };
}

function atWorker(
  url: string,
  { log, now, derives }: Surroundings,
  { copies, isOpen, seal }: Copied,
): CopyPlace {
  const pusher = openPusher({ url, sign: seal.sign, now });
  return {
    name: url,
    isOurs: derives,
    async bring() {
      const open = isOpen();
      const went = await pusher.push(() => (open ? copies.make([]) : copies.withdraw()));
      log.debug(went, `the copy of the page was ${open ? "pushed" : "withdrawn"}`);
    },
  };
}
