/**
 * An answer from the copy: which file an address stands for, and how a reader is told that it is a copy, and of when. Pages get back the
 * addresses that they have on the server, so that whoever goes on from here is on the page itself as soon as that answers.
 */

import { chooseLanguage } from "../accepted-language.ts";
import type { CopiedFile, CopyManifest } from "../page-copy.ts";
import type { KnownCopy } from "./kept-page.ts";

/** What is shown in the place of a page that the copy does not have. */
const awayPage = "away/index.html";

/** The file that an address stands for, in the language of the address or of the reader; undefined: the copy has none. */
export function copiedFileAt(
  pathname: string,
  accepted: string | null,
  { manifest, files }: KnownCopy,
): CopiedFile | undefined {
  const path = pathname.slice(1).replace(/\/$/, "");
  const [first = "", ...rest] = path.split("/");
  const { languages } = manifest;
  if (first === "assets") {
    // Asked for by a page of another version of the server: right as far as anyone knows.
    return (
      files.get(path) ??
      manifest.files.find(({ name }) => /^assets\//.test(name) && name.endsWith(`/${rest[1]}`))
    );
  }
  const isNamed = languages.includes(first);
  const inLanguage = isNamed ? first : chosen(languages, accepted);
  const bare = isNamed ? rest.join("/") : path;
  const base = languages.length > 1 ? `${inLanguage}/` : "";
  return [`${base}${bare}`, `${base}${bare === "" ? "" : `${bare}/`}index.html`, bare]
    .map((name) => files.get(name))
    .find((file) => file !== undefined);
}

/** The page that says of another one that it cannot be reached. */
export function awayFileAt(
  pathname: string,
  accepted: string | null,
  copy: KnownCopy,
): CopiedFile | undefined {
  const [, first = ""] = pathname.split("/");
  const isNamed = copy.manifest.languages.includes(first);
  return copiedFileAt(isNamed ? `/${first}/${awayPage}` : `/${awayPage}`, accepted, copy);
}

/** The file as an answer. `content`: as it was printed. */
export function copiedAnswer(
  file: CopiedFile,
  content: Uint8Array<ArrayBuffer>,
  { at, headers }: CopyManifest,
  request: Request,
  now: number,
  status = 200,
): Response {
  const isPage = file.type.startsWith("text/html");
  const tag = `"${file.sha256.slice(0, 32)}"`;
  const said = new Headers({
    ...headers,
    ...file.headers,
    "content-type": file.type,
    "cache-control": status === 200 ? cacheControlOf(file) : "no-store",
    age: String(Math.max(0, Math.floor((now - at) / 1_000))),
    "fournines-copy": new Date(at).toISOString(),
    vary: "Accept-Language",
    ...(isPage
      ? {}
      : { etag: tag, "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" }),
    ...(status === 503 ? { "retry-after": "30" } : {}),
  });
  if (!isPage && isKnown(request.headers.get("if-none-match"), tag)) {
    return new Response(null, { status: 304, headers: said });
  }
  if (request.method === "HEAD") {
    return new Response(null, { status, headers: said });
  }
  const response = new Response(content, { status, headers: said });
  return isPage ? dressed(response, file, at, now) : response;
}

function chosen(languages: readonly string[], accepted: string | null): string {
  return chooseLanguage(
    accepted ?? undefined,
    languages.map((code) => ({ code })),
  ).code;
}

/** A page that tells its age is asked for anew; what has its digest in its address stays. */
function cacheControlOf({ name, type }: CopiedFile): string {
  if (name.startsWith("assets/")) {
    return "public, max-age=31536000, immutable";
  }
  return type.startsWith("text/html") ? "no-cache" : "public, max-age=30";
}

function isKnown(known: string | null, tag: string): boolean {
  return known !== null && known.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
}

/** The page with its banner brought up to now, and its addresses as the server has them. */
function dressed(response: Response, { name }: CopiedFile, at: number, now: number): Response {
  const place = new URL(`https://page/${name}`);
  let words: BannerWords | undefined;
  const rewriter = new HTMLRewriter()
    .on("#copy", {
      element(banner) {
        words = bannerWords(banner, at, now);
        banner.setAttribute("data-away", "");
      },
    })
    .on("#copy .away, #copy .age", { element: (part) => void part.removeAttribute("hidden") })
    .on("#copy .live", { element: (part) => void part.remove() })
    .on("#copy .age", { element: (part) => void (words && part.setInnerContent(` (${words.age})`)) })
    .on("#copy time", {
      element(time) {
        time.setAttribute("datetime", new Date(at).toISOString());
        time.removeAttribute("title");
        if (words !== undefined) {
          time.setInnerContent(words.at);
        }
      },
    });
  for (const attribute of ["href", "src", "srcset", "data-library", "data-latest"]) {
    rewriter.on(`[${attribute}]`, {
      element(element) {
        const address = element.getAttribute(attribute)!;
        if (!/^([a-z][a-z+.-]*:|#|\/)/i.test(address)) {
          const led = new URL(address, place);
          element.setAttribute(attribute, served(led.pathname) + led.search + led.hash);
        }
      },
    });
  }
  return rewriter.transform(response);
}

/** `/da/services/beacon/index.html` → `/da/services/beacon`; the first page of a language keeps its slash. */
function served(pathname: string): string {
  const path = pathname.replace(/\/index\.html$/, "");
  return path === "" || /^\/[a-z]{2}$/.test(path) ? `${path}/` : path;
}

interface BannerWords {
  at: string;
  age: string;
}

/** The instant in the page's language and zone, and how long ago it is, cut to whole units. */
function bannerWords(banner: Element, at: number, now: number): BannerWords {
  const language = banner.getAttribute("data-lang") ?? "en-GB";
  const timeZone = banner.getAttribute("data-zone") ?? "UTC";
  const [unit, length] = units.find(([, one]) => now - at >= one) ?? units.at(-1)!;
  return {
    at: new Intl.DateTimeFormat(language, { ...wholeInstant, timeZone }).format(at),
    age: new Intl.RelativeTimeFormat(language).format(-Math.max(0, Math.floor((now - at) / length)), unit),
  };
}

const wholeInstant: Intl.DateTimeFormatOptions = {
  ...{ day: "numeric", month: "long", year: "numeric" },
  ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" },
};

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];
