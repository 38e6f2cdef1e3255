/**
 * What addresses carry in the feeds and calendars of a page that is not open to all, for who reads them by a key: an entry leads to its page, and
 * opens it. Never with the key itself: an entry is forwarded, posted and kept by programs, and gives away no more than it says anyway. All
 * that leads further from there leads to the door. Between admission and the faces.
 */
import { openPageLink, sealEntry } from "../../actions/page-pass.ts";

export interface FeedReader {
  /** As the address of the feed has it. */
  key: string;
  /** What opens the page of an entry, by its path below the root of the page, without a language. */
  entryKey(path: string): string;
}

/** Who reads by the key in this address; null: none is there, or it is none of this page. */
export function feedReaderOf(secretKey: string, page: string, url: string): FeedReader | null {
  const key = keyIn(url);
  const id = key === null ? undefined : openPageLink(secretKey, page, key);
  return id === undefined ? null : { key: key!, entryKey: (path) => sealEntry(secretKey, page, path, id) };
}

/** The key that an address carries; null: none. */
export function keyIn(url: string): string | null {
  const at = url.indexOf("?");
  return at === -1 ? null : new URLSearchParams(url.slice(at + 1)).get("key");
}

/** The path of an entry without its language, where an address is that of one; null: it is not. */
export function entryPathIn(url: string): string | null {
  return /^(?:\/[a-z]{2})?(\/(?:incidents|maintenance)\/[\w-]{1,100})(?:\?|$)/.exec(url)?.[1] ?? null;
}

/** What to put after the address of an entry. */
export function entryQuery(reader: FeedReader | undefined, path: string): string {
  return reader === undefined ? "" : `?key=${reader.entryKey(path)}`;
}

/** What to put after the address of a feed. */
export function feedQuery(reader: FeedReader | undefined): string {
  return reader === undefined ? "" : `?key=${reader.key}`;
}
