/** How a figure is printed: one line, our value first, then each peer with the ratio, then the target. */

export interface Figure {
  name: string;
  unit: string;
  better: "lower" | "higher";
  /** What the project wants to reach; null = only compared. */
  target: number | null;
  /** Our own values by how we ran. */
  ours: Record<string, number>;
  /** Values of the peers; a text says why there is none. */
  peers: Record<string, number | string>;
  note?: string;
}

/** "not installed": what is printed for a peer that is not on this machine. */
export const notInstalled = "not installed";

export function printFigure(figure: Figure): void {
  console.log(lineOf(figure));
}

export function lineOf({ name, unit, better, target, ours, peers, note }: Figure): string {
  const best = Object.values(ours);
  const own = Object.entries(ours).map(([system, value]) => {
    const met = target === null ? "" : (better === "lower" ? value <= target : value >= target) ? " ✓" : " ✗";
    return `${system} ${shown(value)}${met}`;
  });
  const others = Object.entries(peers).map(([peer, value]) =>
    typeof value === "string" || best.length === 0
      ? `${peer} ${typeof value === "string" ? value : shown(value)}`
      : `${peer} ${shown(value)} (we: ${ratio(best[0]!, value)})`,
  );
  const wanted = target === null ? [] : [`target ${better === "lower" ? "≤" : "≥"} ${shown(target)}`];
  return [`${name} [${unit}]`, own.join(", "), ...wanted, ...others, ...(note === undefined ? [] : [note])]
    .filter((part) => part !== "")
    .join(" · ");
}

/** Said while measuring, beside the figures. */
export function progress(words: string): void {
  console.error(`  ${words}`);
}

function ratio(ours: number, theirs: number): string {
  return theirs === 0 ? "–" : `${(ours / theirs).toFixed(2)}×`;
}

function shown(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 5;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}
