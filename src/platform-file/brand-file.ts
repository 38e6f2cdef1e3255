/**
 * What a file of a brand may be: a picture with a size of its own that is only a picture, a style sheet that asks for nothing from
 * elsewhere. The headers it is served with forbid the rest once more; here it is told to whoever wrote it.
 */
import type { BrandPicture } from "../domain/status/brand.ts";

/** What was found, or the rest of "must …" that is broken. */
export type Found<T> = { value: T } | { wrong: string };

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Longest side of a PNG, px: what is small in a file may be large once it is unpacked. */
const longestSide = 2_000;
/** A logo is a strip at most so many times wider than high. */
const widest = 10;

/** The kind and the size of a picture. */
export function lookAtPicture(content: Uint8Array, path: string): Found<Omit<BrandPicture, "digest">> {
  const kind = /\.svg$/i.test(path) ? "svg" : "png";
  const size = kind === "svg" ? sizeOfSvg(content) : sizeOfPng(content);
  if ("wrong" in size) {
    return size;
  }
  const { width, height } = size.value;
  if (width > height * widest || height > width * widest) {
    return { wrong: `must not be more than ${widest} times as long as wide, which ${width} by ${height} is` };
  }
  return { value: { kind, width, height } };
}

function sizeOfPng(content: Uint8Array): Found<{ width: number; height: number }> {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const isPng = pngSignature.every((byte, i) => content[i] === byte) && content.length > 33;
  if (!isPng) {
    return { wrong: "must be a PNG file, which its first bytes are not" };
  }
  // The first chunk is IHDR; its first words are width and height.
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return width < 1 || height < 1 || Math.max(width, height) > longestSide
    ? { wrong: `must be at most ${longestSide} pixels wide and high, not ${width} by ${height}` }
    : { value: { width, height } };
}

/** What makes a picture do more than be looked at, and how it is called in a message. */
const notOnlyAPicture: readonly [pattern: RegExp, what: string][] = [
  [/<!doctype|<!entity/i, "a document type"],
  [/<\?xml-stylesheet/i, "a style sheet of its own address"],
  [/<([\w.-]+:)?script[\s/>]/i, "a script"],
  [/<([\w.-]+:)?(foreignobject|iframe|embed|object|audio|video|a)[\s/>]/i, "something that is no picture"],
  [/<([\w.-]+:)?(set|animate\w*|handler|listener)[\s/>]/i, "something that moves"],
  [/[\s"'/]on\w+\s*=/i, "an event"],
  [/\bhref\s*=(?!\s*["']\s*(#|data:image\/(png|jpeg|webp|gif)[;,]))/i, "an address that is not within it"],
];

function sizeOfSvg(content: Uint8Array): Found<{ width: number; height: number }> {
  const text = new TextDecoder().decode(content);
  const held = notOnlyAPicture.find(([pattern]) => pattern.test(text))?.[1] ?? addressedInStyle(text);
  if (held !== null && held !== undefined) {
    return { wrong: `must be nothing but a picture: it holds ${held}` };
  }
  const root = /<svg\b[^>]*>/.exec(text)?.[0];
  if (
    root === undefined ||
    !/^(\uFEFF)?\s*(<\?xml[^>]*\?>\s*|<!--[^]*?-->\s*|<!doctype\b[^>]*>\s*)*<svg\b/i.test(text)
  ) {
    return { wrong: "must be an SVG file, which begins with <svg>" };
  }
  const attribute = (name: string) =>
    new RegExp(`\\s${name}\\s*=\\s*["']\\s*([^"']+?)\\s*["']`).exec(root)?.[1];
  const [, , width, height] = (attribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  const own = [lengthOf(attribute("width")) ?? width, lengthOf(attribute("height")) ?? height] as const;
  const [wide, high] = own.map((length) => Math.round(length ?? 0)) as [number, number];
  return wide >= 1 && high >= 1
    ? { value: { width: wide, height: high } }
    : { wrong: "must say how large it is: width and height, or a viewBox" };
}

/** "24", "24px"; what is said in percent says nothing. */
function lengthOf(text: string | undefined): number | undefined {
  const [, digits] = /^(\d+(?:\.\d+)?)(?:px)?$/.exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** What a style sheet asks for from elsewhere, in words; null: nothing. */
function addressedInStyle(css: string): string | null {
  const plain = unescaped(css.replace(/\/\*[^]*?(\*\/|$)/g, " "));
  if (/@import\b/i.test(plain)) {
    return "@import";
  }
  const addresses = [...plain.matchAll(/\burl\(\s*["']?\s*([^"')]*)/gi)].map(([, address]) =>
    address!.trim(),
  );
  const elsewhere = addresses.find((address) => !/^(#|data:)/i.test(address));
  if (elsewhere !== undefined) {
    return `url(${elsewhere.slice(0, 60)})`;
  }
  return /\b(image-set|src|image)\(\s*["'](?!data:)/i.test(plain) ? "an address of a picture" : null;
}

/** `\75 rl(` as what it means. */
function unescaped(css: string): string {
  return css.replace(
    /\\(?:([0-9a-f]{1,6})\s?|([^\n]))/gi,
    (_, hex: string | undefined, sign: string | undefined) =>
      hex === undefined ? sign! : codePoint(Number.parseInt(hex, 16)),
  );
}

function codePoint(value: number): string {
  return value > 0 && value <= 0x10ffff ? String.fromCodePoint(value) : "\uFFFD";
}

/** A style sheet as text. */
export function lookAtStyle(content: Uint8Array): Found<string> {
  const text = new TextDecoder().decode(content);
  const asked = addressedInStyle(text);
  if (asked !== null) {
    return { wrong: `must ask for nothing from elsewhere, and it holds ${asked}` };
  }
  if (/<\/?style|\0/i.test(text)) {
    return { wrong: "must be a style sheet and nothing else" };
  }
  const opened = [...text.replace(/\/\*[^]*?(\*\/|$)|"[^"\n]*"|'[^'\n]*'/g, "")];
  const depth = opened.filter((sign) => sign === "{").length - opened.filter((sign) => sign === "}").length;
  return depth === 0 ? { value: text } : { wrong: "must close every { with a }" };
}
