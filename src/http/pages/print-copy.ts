/**
 * The whole public page as files: everything that copied-addresses.ts names, in every language, and the assets that it uses. From the
 * board to bytes, one file after the other, with a breath between them so that the server goes on answering.
 */
import { setImmediate as breathe } from "node:timers/promises";
import type { ResponseTime, StatusBoard } from "../../domain/status/status-board.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Language } from "../language.ts";
import type { Look } from "../look.ts";
import type { Snapshot } from "../snapshot.ts";
import { brandOf } from "./brand.ts";
import { type CopiedAddress, copiedAddresses } from "./copied-addresses.ts";
import { copiedAt, copiedAtName } from "./copy-banner.ts";
import { relativeLinks } from "./copy-links.ts";
import { faceAt } from "./faces.ts";
import { fileAt, touchIcon, touchIconPath } from "./files.ts";
import type { PageContext } from "./markup.ts";
import { pageAt } from "./pages.ts";
import { problemPage } from "./print-page.ts";
import type { Printed } from "./printed.ts";
import { drawPreview } from "./preview-drawing.ts";
import { isPicture, previewAt } from "./preview.ts";
import { type Site, siteOf } from "./site.ts";

/** A file of the copy. */
export interface PrintedFile {
  name: string;
  /** Its Content-Type. */
  type: string;
  /** Whether it says of which instant it is. */
  tellsInstant: boolean;
  /** What goes with it in the place of, or beside, what goes with every answer. */
  headers: Readonly<Record<string, string>>;
  /** Its bytes, said to be of that instant. */
  print(at: Instant): Buffer;
}

export interface CopySource {
  look: Look;
  board: StatusBoard;
  /** The same with what was said longer ago than it remembers. */
  olderBoard: StatusBoard;
  /** A drawing as a picture, PNG. */
  picture(drawing: string): Promise<Buffer>;
  /** Address of the page itself, without a slash at the end; null: not known. */
  address: string | null;
  /** The first stands at the root; where there are several, each in a folder of its name, too. */
  languages: readonly Language[];
  /** What the chart of a service shows. */
  responseTimes(serviceSlug: string): Promise<readonly ResponseTime[]>;
  /** Of what everything is told. */
  now: Instant;
}

/** What is shown in the place of a page that the copy does not have, while the server does not answer. */
export const awayName = "away/index.html";

const htmlType = "text/html; charset=utf-8";

/** Every file, pages first. */
export async function* printCopy(source: CopySource): AsyncGenerator<PrintedFile> {
  const { board, olderBoard, languages, now } = source;
  const addresses = copiedAddresses(olderBoard);
  const bases = ["", ...(languages.length > 1 ? languages.map(({ code }) => `/${code}`) : [])];
  const files = new Map(
    addresses.flatMap(({ path, isWorded }) =>
      bases
        .filter((base) => isWorded || base === "")
        .map((base) => [`${base}${path}`, nameOf(`${base}${path}`, isPage(path, olderBoard))] as const),
    ),
  );
  const assets = new Set<string>();
  files.set(`/${copiedAtName}`, copiedAtName);
  const fileOf = (address: string): string | undefined => {
    if (assetAt(address, source) !== undefined) {
      assets.add(address);
      return address.slice(1);
    }
    return files.get(address);
  };
  for (const base of bases) {
    const language = languages.find(({ code }) => base === `/${code}`) ?? languages[0]!;
    const context: PageContext = { language, base, timeZone: board.settings.timeZone, now };
    for (const address of addresses.filter(({ isWorded }) => isWorded || base === "")) {
      yield await printAddress(address, files.get(`${base}${address.path}`)!, context, fileOf, source);
      await breathe();
    }
    const away = problemPage({ status: 503, requestId: null }, board, siteIn(source), context);
    yield pageFile(away, `${base}/${awayName}`.slice(1), context, fileOf, source);
  }
  yield fixed(copiedAtName, "application/json; charset=utf-8", JSON.stringify({ at: new Date(now) }));
  yield* printAssets(assets, source);
}

async function printAddress(
  { path }: CopiedAddress,
  name: string,
  context: PageContext,
  fileOf: (address: string) => string | undefined,
  source: CopySource,
): Promise<PrintedFile> {
  const { board } = source;
  if (path === touchIconPath) {
    return fixed(name, "image/png", await source.picture(touchIcon(board)));
  }
  if (isPicture(path)) {
    const { platform, brand } = siteIn(source);
    const preview = previewAt("/", board)!(context);
    const drawing = drawPreview(preview, { platform, logo: brand.drawnLogo() });
    return fixed(name, "image/png", await source.picture(drawing));
  }
  const words = /^\/(incidents|maintenance|history)\//.test(path) ? source.olderBoard : board;
  const page = pageAt(path, words);
  if (page !== undefined) {
    const times = page.serviceSlug === null ? [] : await source.responseTimes(page.serviceSlug);
    return pageFile(page.print(words, siteIn(source), context, times), name, context, fileOf, source);
  }
  const face = faceAt(path, words);
  if (face !== undefined) {
    const text = face.print(words, siteIn(source).origin, context);
    return fixed(name, face.type, text);
  }
  const file = fileAt(path, board, source.address, context)!;
  return fixed(name, file.type, file.text);
}

function pageFile(
  { template, model, headers = {} }: Printed,
  name: string,
  context: PageContext,
  fileOf: (address: string) => string | undefined,
  { look, address, now }: CopySource,
): PrintedFile {
  const html = relativeLinks(look.print(template, model), name, fileOf, address);
  const said = copiedAt(now, context);
  const place = html.indexOf(said, html.indexOf('id="copy"'));
  return {
    name,
    type: htmlType,
    tellsInstant: true,
    headers,
    print: (at) =>
      Buffer.from(html.slice(0, place) + copiedAt(at, context) + html.slice(place + said.length)),
  };
}

function fixed(name: string, type: string, content: string | Buffer): PrintedFile {
  const bytes = Buffer.from(content);
  return { name, type, tellsInstant: false, headers: {}, print: () => bytes };
}

/** The assets that were asked for, and those that these ask for in turn. */
function* printAssets(addresses: Set<string>, source: CopySource): Generator<PrintedFile> {
  // A set gives what is added while it is walked, too.
  for (const address of addresses) {
    const { body, headers } = assetAt(address, source)!;
    const type = headers[headers.indexOf("Content-Type") + 1]!;
    yield fixed(address.slice(1), type, body);
    for (const [, name] of /javascript|css/.test(type) ? body.toString().matchAll(imported) : []) {
      const other = new URL(name!, `http://copy${address}`).pathname;
      if (assetAt(other, source) !== undefined) {
        addresses.add(other);
      }
    }
  }
}

/** A file that pages refer to: of ours, or of the platform's brand. */
function assetAt(address: string, { look, board }: CopySource): Snapshot | undefined {
  return look.assets.find(address) ?? brandOf(board).find(address);
}

/** `from "./bars.js"`, `import("./bars.js")`, `url("./mark.svg")`. */
const imported = /(?:\bfrom\s*|\bimport\s*\(?\s*|\burl\(\s*)["']?(\.?\.?\/?[\w./-]+\.\w+)["']?/g;

function siteIn({ board, look, address, languages, now }: CopySource): Site {
  return { ...siteOf(board, { look, baseUrl: address }), languages, copiedAt: now };
}

function isPage(path: string, board: StatusBoard): boolean {
  return pageAt(path, board) !== undefined;
}

/** A page becomes the first file of a folder of its name, so that any host serves it at its address with a slash. */
function nameOf(address: string, isPage: boolean): string {
  return isPage ? `${address.replace(/\/$/, "")}/index.html`.slice(1) : address.slice(1);
}
