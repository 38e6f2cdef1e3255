/**
 * Colours as people write them, how far two stand apart (WCAG 2.2, relative luminance), and the nearest of a hue that can be read. Pure
 * arithmetic, for whoever lets somebody choose a colour.
 */

/** Linear light, 0 to 1. */
type Light = readonly [red: number, green: number, blue: number];
/** Lightness, and how strong and in which direction the colour leaves grey. */
interface Perceived {
  lightness: number;
  chroma: number;
  hue: number;
}

/** Text below this is not read by everybody (WCAG 2.2, 1.4.3). */
export const readableContrast = 4.5;

/** "#0a5" and "#00AA55" → "#00aa55"; null: it is no such colour. */
export function toColour(text: string): string | null {
  const [, digits = ""] = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text) ?? [];
  const whole = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  return whole === "" ? null : `#${whole.toLowerCase()}`;
}

/** From 1, no difference, to 21, black on white. Colours as `toColour` gives them. */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** The least contrast with any of several surfaces. */
export function leastContrast(colour: string, surfaces: readonly string[]): number {
  return Math.min(...surfaces.map((surface) => contrast(colour, surface)));
}

/**
 * The colour of the same hue that is as little lighter or darker as it takes to be read on every one of these surfaces; itself where it
 * can be read already. Surfaces are all light or all dark, so one direction leads there.
 */
export function nearestReadable(colour: string, surfaces: readonly string[]): string {
  if (leastContrast(colour, surfaces) >= readableContrast) {
    return colour;
  }
  const { lightness, ...rest } = perceived(lightOf(colour));
  const mean = surfaces.reduce((sum, surface) => sum + perceived(lightOf(surface)).lightness, 0);
  const end = mean / surfaces.length > 0.5 ? 0 : 1;
  let [from, to] = [lightness, end];
  for (let i = 0; i < 24; i++) {
    const middle = (from + to) / 2;
    if (leastContrast(hexOf({ ...rest, lightness: middle }), surfaces) >= readableContrast) {
      to = middle;
    } else {
      from = middle;
    }
  }
  return hexOf({ ...rest, lightness: to });
}

/** A colour of CSS, `oklch(0.4 0.09 255)`, as the screen shows it. */
export function fromOklch(lightness: number, chroma: number, hue: number): string {
  return hexOf({ lightness, chroma, hue });
}

function luminance(colour: string): number {
  const [red, green, blue] = lightOf(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function lightOf(colour: string): Light {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** OKLCH, as CSS Color 4 defines it. */
function perceived([red, green, blue]: Light): Perceived {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(a, b),
    hue: (Math.atan2(b, a) * 180) / Math.PI,
  };
}

function toLight({ lightness, chroma, hue }: Perceived): Light {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** The strongest colour of that lightness and hue that a screen has, up to the chroma asked for. */
function hexOf(colour: Perceived): string {
  let { chroma } = colour;
  let light = toLight(colour);
  for (let i = 0; i < 40 && light.some((channel) => channel < -0.0005 || channel > 1.0005); i++) {
    chroma *= 0.95;
    light = toLight({ ...colour, chroma });
  }
  return `#${light.map(digitsOf).join("")}`;
}

function digitsOf(light: number): string {
  const value = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, value)) * 255)
    .toString(16)
    .padStart(2, "0");
}
