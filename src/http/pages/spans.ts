/**
 * How many days the strips show: as many as fit, or what the reader chose, by address and so without cookies: "/days/365". From the choice
 * to the links that offer it.
 */
import type { PageContext } from "./markup.ts";
import type { Site } from "./site.ts";

/** What may be chosen. */
export const spans = [30, 90, 365] as const;

/** What was chosen; null: as many as fit, which are ninety, and thirty on a phone. */
export type Span = (typeof spans)[number] | null;

/** Days of a page on which nobody chose. */
export const daysShown = 90;

export interface SpanLink {
  address: string;
  text: string;
  isHere: boolean;
  /** Where nobody chose: "wide" and "narrow" are what is shown on such a screen. */
  fits: "wide" | "narrow" | null;
}

/** The part of a path behind the page it is of: "/days/365" → 365; undefined: it names no choice. */
export function spanAt(part: string): Span | undefined {
  return part === "" ? null : spans.find((days) => part === `/days/${days}`);
}

/** The path of a page with what was chosen. */
export function pathWith(path: string, span: Span): string {
  return span === null ? path : `${path.replace(/\/$/, "")}/days/${span}`;
}

/** @param path of the page without its choice: "" for the first one, "/services/beacon" */
export function spanLinks(path: string, chosen: Span, { base, language }: PageContext): SpanLink[] {
  return spans.map((days) => ({
    address: `${base}${pathWith(path, days)}`,
    text: language.say("strip.span", { n: days }),
    isHere: days === chosen,
    fits: chosen !== null ? null : days === daysShown ? "wide" : days === 30 ? "narrow" : null,
  }));
}

/** A copy holds each page once, as it is where nobody chose. */
export function offeredSpans(
  page: { spans: readonly SpanLink[] },
  { copiedAt }: Pick<Site, "copiedAt">,
): readonly SpanLink[] {
  return copiedAt === undefined ? page.spans : [];
}
