/**
 * Durations as configuration writes them, "15s" or "1h30m", to and from ms. Words for people are http/format.ts's.
 */
import { InvalidInput } from "../errors.ts";

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

const shape = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** The rule, for whoever has to say it. */
export const durationRule =
  "A duration is whole numbers with the units d, h, m, s or ms, the largest first, like 15s, 5m, 24h, 7d or 1h30m.";

/** Ms of "1h30m"; refuses anything else (spaces, fractions, a bare number, units twice or out of order). */
export function parseDuration(text: string): number {
  const parts = text === "" ? null : shape.exec(text);
  const ms =
    parts === null ? NaN : units.reduce((sum, [, unitMs], i) => sum + Number(parts[i + 1] ?? 0) * unitMs, 0);
  if (!Number.isSafeInteger(ms)) {
    throw new InvalidInput("duration", `"${text}" is not a duration. ${durationRule}`);
  }
  return ms;
}

/** The shortest text that parses to these whole ms: 5400000 → "1h30m", 0 → "0s". */
export function printDuration(ms: number): string {
  let left = ms;
  let text = "";
  for (const [unit, unitMs] of units) {
    const count = Math.floor(left / unitMs);
    left -= count * unitMs;
    text += count > 0 ? `${count}${unit}` : "";
  }
  return text === "" ? "0s" : text;
}
