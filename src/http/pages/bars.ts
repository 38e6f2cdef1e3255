/**
 * The last days of a service as a strip of bars: one shape a kind of day, all days of a kind in one path, so that a year of calm costs a
 * hundred bytes. The state is told by shape first, colour second (up full, degraded notched, down a gap with a foot, maintenance
 * hatched, unmeasured hollow). From eventful days to SVG geometry and the words of each day.
 */
import { sayMarkup, type Markup, type PageContext, spokenTimeMarkup } from "./markup.ts";
import { titleFor } from "./story.ts";
import type { ServiceDay } from "../../domain/status/service-day.ts";
import type { LocalDay } from "../../domain/time/local-day.ts";
import { formatDuration, formatInstant } from "../format.ts";

export const barKinds = [
  "up",
  "rest",
  "before",
  "degraded",
  "dented",
  "down",
  "maintenance",
  "part",
  "hollow",
  "mark",
  "corrected",
] as const;
export type BarKind = (typeof barKinds)[number];

/** What a whole day is drawn as; a mark stands above it, the rest of an up bar over a dent, dots over a day that was corrected. */
export type DayKind = Exclude<BarKind, "mark" | "rest" | "corrected">;

export interface Shape {
  kind: BarKind;
  path: string;
}

/** Width of a bar with its gap, and of a bar, in units of the drawing. */
export const pitch = 7;
const width = 5;
/** Width of a strip of so many days. */
export function stripWidth(count: number): number {
  return count * pitch - (pitch - width);
}
/** Height of a bar; the row of marks stands above it. */
export const height = 28;

/** From this much downtime on a day is drawn fallen, below it dented. */
const fallenFromMs = 30 * 60_000;
/** Less unmeasured time than this is told in words only. */
const hollowFromMs = 5 * 60_000;

/** The kind of bar a day is drawn as: the gravest thing that is known of it. */
export function barKind(day: ServiceDay): DayKind {
  if (day.downMs > 0) {
    return day.downMs >= fallenFromMs ? "down" : "dented";
  }
  if (day.unobservedMs >= day.elapsedMs) {
    return "before";
  }
  if (day.degradedMs > 0) {
    return "degraded";
  }
  if (day.unknownMs + day.unobservedMs >= day.elapsedMs) {
    return "hollow";
  }
  if (day.unknownMs >= hollowFromMs) {
    return "part";
  }
  return day.windows.length > 0 ? "maintenance" : "up";
}

/** What each of `count` days is drawn as, of which these are the eventful ones. */
export function dayKinds(eventful: readonly ServiceDay[], count: number): DayKind[] {
  const kinds: DayKind[] = Array.from({ length: count }, () => "up");
  for (const day of eventful) {
    kinds[day.index] = barKind(day);
  }
  return kinds;
}

/** The strip of `count` days of which these are the eventful ones. */
export function barShapes(eventful: readonly ServiceDay[], count: number): Shape[] {
  const kinds = dayKinds(eventful, count);
  const paths: Partial<Record<BarKind, string>> = {};
  for (const day of eventful) {
    if (day.incidents.length > 0) {
      paths.mark = `${paths.mark ?? ""}${markAt(day.index * pitch)}`;
    }
    if (day.corrections.length > 0) {
      paths.corrected = `${paths.corrected ?? ""}${dotsAt(day.index * pitch)}`;
    }
  }
  addRuns(kinds, paths);
  return shapesOf(paths);
}

/** A strip of such days, without what stands above or upon them. */
export function kindShapes(kinds: readonly DayKind[]): Shape[] {
  const paths: Partial<Record<BarKind, string>> = {};
  addRuns(kinds, paths);
  return shapesOf(paths);
}

function shapesOf(paths: Partial<Record<BarKind, string>>): Shape[] {
  return barKinds.flatMap((kind) => (paths[kind] === undefined ? [] : [{ kind, path: paths[kind] }]));
}

/** Adds what is drawn of each run of equal days. */
function addRuns(kinds: readonly DayKind[], paths: Partial<Record<BarKind, string>>): void {
  for (let i = 0; i < kinds.length;) {
    const kind = kinds[i]!;
    let length = 1;
    while (kinds[i + length] === kind) {
      length++;
    }
    paths[kind] = `${paths[kind] ?? ""}${draw(kind, i, length)}`;
    if (kind === "dented") {
      paths.rest = `${paths.rest ?? ""}${restOfDents(i, length)}`;
    }
    i += length;
  }
}

/** A run of equal days. The dashes of a stroked line are bars already; other shapes are drawn one by one. */
function draw(kind: DayKind, from: number, length: number): string {
  const x = from * pitch;
  switch (kind) {
    case "up":
      return `M${x} 14h${length * pitch - 2}`;
    case "before":
      return `M${x} 27h${length * pitch - 2}`;
    default: {
      let path = "";
      for (let i = 0; i < length; i++) {
        path += figures[kind](x + i * pitch);
      }
      return path;
    }
  }
}

/** What still stands of bars that are dented. */
function restOfDents(from: number, length: number): string {
  return Array.from({ length }, (_, i) => `M${(from + i) * pitch} 0h5v14h-5z`).join("");
}

const figures: Record<Exclude<DayKind, "up" | "before">, (x: number) => string> = {
  degraded: (x) => `M${x} 0h2v12h3v16h-5z`,
  dented: (x) => `M${x} 20h5v8h-5z`,
  down: (x) => `M${x} 18h5v10h-5z`,
  maintenance: (x) => `M${x + width / 2} 0v28`,
  part: (x) => `M${x} 16h5v12h-5zM${x} 0h5v16h-1v-15h-3v15h-1z`,
  hollow: (x) => `M${x} 0h5v28h-5zm1 1v26h3v-26z`,
};

/** One bar of each kind, for the legend. */
export function barSamples(): { kind: Exclude<BarKind, "rest">; shapes: Shape[] }[] {
  return barKinds
    .filter((kind) => kind !== "rest")
    .map((kind) => ({
      kind,
      shapes: [
        ...(kind === "corrected" ? [{ kind: "up" as const, path: draw("up", 0, 1) }] : []),
        { kind, path: kind === "mark" ? markAt(0) : kind === "corrected" ? dotsAt(0) : draw(kind, 0, 1) },
        ...(kind === "dented" ? [{ kind: "rest" as const, path: restOfDents(0, 1) }] : []),
      ],
    }));
}

function markAt(x: number): string {
  return `M${x} -7h5l-2.5 4z`;
}

/** A column of dots down the bar, on whatever it is drawn. */
function dotsAt(x: number): string {
  return [3, 11, 19].map((y) => `M${x + 1} ${y}h3v4h-3z`).join("");
}

/** A day in words, for the list under the strip and for whoever asks a bar. */
export interface DayWords {
  /** "2026-11-12". */
  date: string;
  label: string;
  kind: DayKind;
  /** Down, degraded, unmeasured: how long each, and that it was corrected, and why. Empty when only people had something to say. */
  measured: string;
  links: { address: string; text: string; kind: "incident" | "maintenance" }[];
}

/** The words of an eventful day. */
export function dayWords(day: ServiceDay, localDay: LocalDay, context: PageContext): DayWords {
  const { language, timeZone, base } = context;
  const say = language.say;
  const time = (ms: number): string => formatDuration(ms, language);
  const measured: string[] = [];
  if (day.downMs > 0) {
    measured.push(
      time(day.lowerMs) === time(day.upperMs)
        ? say("day.down", { time: time(day.downMs) })
        : say("day.downBounds", {
            time: time(day.downMs),
            lower: time(Math.min(day.lowerMs, day.downMs)),
            upper: time(Math.max(day.upperMs, day.downMs)),
          }),
    );
  }
  if (day.degradedMs > 0) {
    measured.push(say("day.degraded", { time: time(day.degradedMs) }));
  }
  if (day.unknownMs > 0) {
    measured.push(say("day.unknown", { time: time(day.unknownMs) }));
  }
  if (day.unobservedMs > 0) {
    measured.push(
      day.unobservedMs >= day.elapsedMs
        ? say("day.before")
        : say("day.observedFor", { time: time(day.elapsedMs - day.unobservedMs) }),
    );
  }
  for (const { reason } of day.corrections) {
    measured.push(say("day.corrected", { reason }));
  }
  return {
    date: localDay.date,
    label: formatInstant(localDay.start, "day", timeZone, language),
    kind: barKind(day),
    measured: measured.join("; "),
    links: [
      ...day.incidents.map((incident) => ({
        address: `${base}/incidents/${incident.reference}`,
        text: titleFor(incident, context).text,
        kind: "incident" as const,
      })),
      ...day.windows.map(({ reference, title }) => ({
        address: `${base}/maintenance/${reference}`,
        text: title,
        kind: "maintenance" as const,
      })),
    ],
  };
}

/** "Observed since 3 November", or that nothing was. */
export function observedWords(observedFrom: number | null, context: PageContext): Markup {
  return observedFrom === null
    ? sayMarkup(context.language, "service.notYet")
    : sayMarkup(context.language, "service.observedSince", {
        since: spokenTimeMarkup(observedFrom, context),
      });
}
