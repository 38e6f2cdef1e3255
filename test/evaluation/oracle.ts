/**
 * A second, slow way to the figures of an availability case, by another method: time is cut at every instant that anything names, and
 * each piece is asked what it is by looking through everything. Only UTC, only what a test needs; shares no code with the product.
 */

export interface Piece {
  start: number;
  end: number;
}

interface Timed {
  start: string;
  end: string | null;
}

export interface OracleCase {
  contract: {
    starts_at: string | null;
    ends_at: string | null;
    target_percent: string | null;
    rollup: string;
    k: number | null;
    degraded_weight_ppm: number;
    granularity: string;
    min_outage_ms: number;
    unknown: string;
    maintenance: {
      exclude: boolean;
      min_notice_ms: number;
      max_window_ms: number | null;
      over_cap: string;
      max_per_quarter: number | null;
      outside_hours_of: OracleCalendar | null;
      denominator: string;
    };
    service_hours: OracleCalendar | null;
    verdict_rounding: { decimals: number; mode: string } | null;
  };
  cycle: string;
  services: { id: string; weight: number; segments: (Timed & { state: string })[] }[];
  corrections: (Timed & { service: string; state: string; recorded_at: string })[];
  maintenance_windows: (Timed & { services: "*" | string[]; announced_at: string | null; end: string })[];
  exclusions: (Timed & { services: "*" | string[]; end: string })[];
  as_of: string | null;
}

interface OracleCalendar {
  weekly: Record<string, [string, string][]>;
  closed_dates: readonly string[];
}

type State = "up" | "degraded" | "down" | "unknown";

const minute = 60_000;
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Everything of the result but the credit. */
export function oracle(given: OracleCase): Record<string, unknown> {
  const { contract } = given;
  const [year, month] = given.cycle.split("-").map(Number) as [number, number];
  const cycle = { start: Date.UTC(year, month - 1, 1), end: Date.UTC(year, month, 1) };
  const at = (text: string | null, otherwise: number) => (text === null ? otherwise : Date.parse(text));
  const start = Math.max(cycle.start, at(contract.starts_at, cycle.start));
  const period = { start, end: Math.max(start, Math.min(cycle.end, at(contract.ends_at, cycle.end))) };
  const asOf = at(given.as_of, Infinity);
  const provisional = asOf < period.end;
  const openEnd = at(given.as_of, cycle.end);

  const ids = given.services.map(({ id }) => id);
  const judged = judge(given, ids);
  const pieces = cut(
    given,
    [cycle.start, cycle.end, period.start, period.end, Math.min(asOf, cycle.end)],
    openEnd,
  );
  const isWithin = (piece: Piece, start: number, end: number) => start <= piece.start && piece.end <= end;

  const isExcluded = (piece: Piece, id: string) =>
    judged.some(
      ({ window, covered }) =>
        (window.services === "*" || window.services.includes(id)) &&
        covered.start <= piece.start &&
        piece.end <= covered.end &&
        !(
          contract.maintenance.outside_hours_of !== null &&
          isOpen(piece, contract.maintenance.outside_hours_of)
        ),
    ) ||
    given.exclusions.some(
      (one) =>
        (one.services === "*" || one.services.includes(id)) &&
        isWithin(piece, Date.parse(one.start), Date.parse(one.end)),
    );
  const stateOf = (piece: Piece, service: OracleCase["services"][number]): State => {
    let state = "up";
    for (const one of service.segments) {
      if (isWithin(piece, Date.parse(one.start), at(one.end, openEnd))) {
        state = one.state;
      }
    }
    let recordedAt = -Infinity;
    for (const one of given.corrections.filter(({ service: id }) => id === service.id)) {
      const recorded = Date.parse(one.recorded_at);
      if (recorded >= recordedAt && isWithin(piece, Date.parse(one.start), at(one.end, openEnd))) {
        [state, recordedAt] = [one.state, recorded];
      }
    }
    return state as State;
  };

  const n = ids.length;
  const k = contract.rollup === "all_down" ? n : contract.rollup === "k_of_n" ? contract.k! : 1;
  const rolledUp = (states: State[]): State => {
    const count = (state: State) => states.filter((one) => one === state).length;
    if (count("down") >= k) return "down";
    if (count("down") + count("unknown") >= k) return "unknown";
    if (k === n) return count("degraded") > 0 && count("up") === 0 ? "degraded" : "up";
    return count("degraded") + count("down") > 0 ? "degraded" : "up";
  };

  // Views: for each piece, one rolled-up state, or one per service when weighted. Weights are brought to their sum.
  const weights = contract.rollup === "weighted" ? given.services.map(({ weight }) => BigInt(weight)) : [1n];
  const total = weights.reduce((a, b) => a + b);
  const view = (change: (state: State) => State, excluding: boolean) =>
    pieces.map((piece) => {
      const states = given.services.map((service) =>
        change(excluding && isExcluded(piece, service.id) ? "up" : stateOf(piece, service)),
      );
      return contract.rollup === "weighted" ? states : [rolledUp(states)];
    });
  const same = (state: State) => state;
  const replaced = (by: State) => (state: State) => (state === "unknown" ? by : state);
  const raw = view(same, false);
  const left = view(same, true);
  const counted = contract.unknown === "remove" ? left : view(replaced(contract.unknown as State), true);

  const isHours = (piece: Piece) =>
    isWithin(piece, period.start, period.end) &&
    (contract.service_hours === null || isOpen(piece, contract.service_hours));
  const isElapsed = (piece: Piece) => isHours(piece) && piece.end <= asOf;
  const isAllExcluded = (piece: Piece) => ids.every((id) => isExcluded(piece, id));
  const isRemoved = (piece: Piece) => contract.maintenance.denominator === "remove" && isAllExcluded(piece);

  const length = ({ start, end }: Piece) => BigInt(end - start);
  const amount = (some: State[][], state: State, keep: (piece: Piece) => boolean) => {
    let sum = 0n;
    pieces.forEach((piece, i) =>
      some[i]!.forEach((one, j) => (sum += one === state && keep(piece) ? weights[j]! * length(piece) : 0n)),
    );
    return sum;
  };
  const span = (keep: (piece: Piece) => boolean) =>
    pieces.reduce((sum, piece) => sum + (keep(piece) ? length(piece) : 0n), 0n);
  const isEligible = (piece: Piece) => isElapsed(piece) && !isRemoved(piece);

  /** Counted downtime of a view, times a million and the sum of weights. */
  const countDown = (some: State[][], removesUnknown: boolean): { down: bigint; unknown: bigint } => {
    const kept = withoutShort(some, pieces, contract.min_outage_ms);
    let down = 0n;
    let unknown = 0n;
    const perMinute = new Map<number, number>();
    const isIn = (i: number, j: number) =>
      isEligible(pieces[i]!) && !(removesUnknown && some[i]![j] === "unknown");
    pieces.forEach((piece, i) =>
      kept[i]!.forEach((state, j) => {
        if (removesUnknown && isEligible(piece) && state === "unknown") unknown += length(piece);
        if (state === "down" && isIn(i, j)) {
          const of = Math.floor(piece.start / minute);
          perMinute.set(of, (perMinute.get(of) ?? 0) + (piece.end - piece.start));
        }
      }),
    );
    const needed =
      { minute_any: 1, minute_majority: 30_000, minute_full: 60_000 }[contract.granularity] ?? Infinity;
    // A piece of several whole minutes is of one state, so its first minute speaks for all of them.
    const isCounted = (piece: Piece) => (perMinute.get(Math.floor(piece.start / minute)) ?? 0) >= needed;
    pieces.forEach((piece, i) =>
      kept[i]!.forEach((state, j) => {
        if (!isIn(i, j)) return;
        const isDown =
          contract.granularity === "exact_ms" ? state === "down" : isCounted(piece) && !isAllExcluded(piece);
        if (isDown) down += 1_000_000n * weights[j]! * length(piece);
        else if (state === "degraded" && !(contract.granularity !== "exact_ms" && isCounted(piece)))
          down += BigInt(contract.degraded_weight_ppm) * weights[j]! * length(piece);
      }),
    );
    return { down, unknown };
  };

  const scale = 1_000_000n * total;
  const figure = countDown(counted, contract.unknown === "remove");
  const low = countDown(view(replaced("down"), true), false).down;
  const high = countDown(view(replaced("up"), true), false).down;
  const elapsed = span(isEligible);
  const eligible = elapsed - figure.unknown;
  const removedSoFar = span((piece) => isElapsed(piece) && isRemoved(piece));
  const whole = span(isHours) - removedSoFar;
  const unknown = amount(left, "unknown", isEligible);
  const measurable = span((piece) => isEligible(piece) && !isAllExcluded(piece));
  const isMeasured = measurable > 0n && (contract.unknown === "down" || unknown < measurable * total);

  const [targetNumerator, targetDenominator] = fractionOf(contract.target_percent ?? "0");
  const keeps = (of: bigint, down: bigint) => {
    if (contract.target_percent === null || of === 0n) return true;
    let [numerator, denominator] = [100n * (of * scale - down), of * scale];
    if (contract.verdict_rounding !== null) {
      const ten = 10n ** BigInt(contract.verdict_rounding.decimals);
      const floor = (numerator * ten) / denominator;
      const rest = numerator * ten - floor * denominator;
      const mode = contract.verdict_rounding.mode;
      const isUp =
        mode !== "floor" &&
        (2n * rest > denominator || (2n * rest === denominator && (mode === "half_up" || floor % 2n === 1n)));
      [numerator, denominator] = [floor + (isUp ? 1n : 0n), ten];
    }
    return numerator * targetDenominator >= targetNumerator * denominator;
  };
  const percent = (of: bigint, down: bigint, half = false) =>
    of === 0n
      ? null
      : point((200_000_000n * (of * scale - down) + (half ? of * scale : 0n)) / (2n * of * scale));
  const wholeEligible = whole - figure.unknown;
  const budget =
    contract.target_percent === null
      ? null
      : Number((wholeEligible * (100n * targetDenominator - targetNumerator)) / (100n * targetDenominator));
  const keptFigure = keeps(wholeEligible, figure.down);
  return {
    period: {
      start: new Date(period.start).toISOString(),
      end: new Date(period.end).toISOString(),
      length_ms: period.end - period.start,
      full_cycle_ms: cycle.end - cycle.start,
    },
    provisional,
    eligible_ms: Number(eligible),
    raw_down_ms: exact(amount(raw, "down", isElapsed), total),
    excluded_down_ms: exact(amount(raw, "down", isElapsed) - amount(left, "down", isElapsed), total),
    unknown_ms: exact(unknown, total),
    counted_down_ms: exact(figure.down, scale),
    availability_percent_floor6: isMeasured ? percent(eligible, figure.down) : null,
    availability_percent_half_up6: isMeasured ? percent(eligible, figure.down, true) : null,
    bounds_percent_floor6: { low: percent(elapsed, low), high: percent(elapsed, high) },
    windows: judged.map(({ verdict }) => verdict),
    budget_ms: budget,
    budget_remaining_ms: budget === null ? null : exact(BigInt(budget) * scale - figure.down, scale),
    ...(provisional
      ? { best_case_percent_floor6: isMeasured ? percent(wholeEligible, figure.down) : null }
      : {}),
    verdict: !isMeasured
      ? "no_data"
      : contract.target_percent === null
        ? "no_target"
        : !keptFigure
          ? "breached"
          : provisional
            ? "on_track"
            : "met",
    sensitive_to_unknown: keeps(whole, low) !== keeps(whole, high),
  };
}

/** The windows that touch a covered service, in order, with their verdict and the part before any calendar. */
function judge(given: OracleCase, ids: string[]) {
  const policy = given.contract.maintenance;
  const listed = given.maintenance_windows
    .map((window, i) => ({ window, i }))
    .filter(({ window: { services } }) => services === "*" || ids.some((id) => services.includes(id)));
  const after = (text: string | null) => (text === null ? Infinity : Date.parse(text));
  listed.sort((a, b) => {
    const [left, right] = [a.window, b.window];
    if (left.start !== right.start) return Date.parse(left.start) - Date.parse(right.start);
    if (left.announced_at !== right.announced_at) {
      return after(left.announced_at) < after(right.announced_at) ? -1 : 1;
    }
    return a.i - b.i;
  });
  const quarter = (text: string) => `${text.slice(0, 4)} ${Math.floor((Number(text.slice(5, 7)) - 1) / 3)}`;
  const passed: string[] = [];
  return listed.map(({ window }) => {
    const [start, end] = [Date.parse(window.start), Date.parse(window.end)];
    const cap = policy.max_window_ms;
    let verdict = "excluded";
    if (!policy.exclude) verdict = "policy_none";
    else if (window.announced_at === null || Date.parse(window.announced_at) > start - policy.min_notice_ms)
      verdict = "notice";
    else if (cap !== null && end - start > cap && policy.over_cap === "reject") verdict = "too_long";
    else {
      const used = passed.filter((one) => one === quarter(window.start)).length;
      if (policy.max_per_quarter !== null && used >= policy.max_per_quarter) verdict = "quota";
      passed.push(quarter(window.start));
    }
    const covered =
      verdict === "excluded"
        ? { start, end: cap === null ? end : Math.min(end, start + cap) }
        : { start: 0, end: 0 };
    return { window, verdict, covered };
  });
}

/** Pieces between all instants that matter; each lies in one minute, or is made of whole ones. */
function cut(given: OracleCase, more: number[], openEnd: number): Piece[] {
  const instants = new Set<number>([...more, openEnd]);
  const cap = given.contract.maintenance.max_window_ms;
  const timed: Timed[] = [
    ...given.services.flatMap(({ segments }) => segments),
    ...given.corrections,
    ...given.maintenance_windows,
    ...given.exclusions,
  ];
  for (const { start, end } of timed) {
    instants.add(Date.parse(start));
    if (end !== null) instants.add(Date.parse(end));
    if (cap !== null) instants.add(Date.parse(start) + cap);
  }
  const [first, last] = [Math.min(...instants), Math.max(...instants)];
  for (const calendar of [given.contract.service_hours, given.contract.maintenance.outside_hours_of]) {
    for (let day = Math.floor(first / 86_400_000) * 86_400_000; calendar && day <= last; day += 86_400_000) {
      Object.values(calendar.weekly)
        .flat(2)
        .forEach((hour) => instants.add(day + minutesOf(hour) * minute));
      instants.add(day);
    }
  }
  for (const instant of [...instants]) {
    instants.add(Math.floor(instant / minute) * minute);
    instants.add(Math.ceil(instant / minute) * minute);
  }
  const sorted = [...instants].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => ({ start: sorted[i]!, end }));
}

function isOpen(piece: Piece, calendar: OracleCalendar): boolean {
  const date = new Date(piece.start);
  if (calendar.closed_dates.includes(date.toISOString().slice(0, 10))) return false;
  const midnight = Math.floor(piece.start / 86_400_000) * 86_400_000;
  return (calendar.weekly[days[date.getUTCDay()]!] ?? []).some(
    ([from, to]) =>
      midnight + minutesOf(from) * minute <= piece.start && piece.end <= midnight + minutesOf(to) * minute,
  );
}

/** Runs of down pieces that are shorter in all than the minimum become up. */
function withoutShort(view: State[][], pieces: Piece[], minOutageMs: number): State[][] {
  const kept = view.map((states) => [...states]);
  for (let i = 0; i < kept.length; i++) {
    let j = i;
    while (j < kept.length && view[j]![0] === "down") j++;
    if (j > i && pieces[j - 1]!.end - pieces[i]!.start < minOutageMs) {
      for (let l = i; l < j; l++) kept[l]![0] = "up";
    }
    i = Math.max(i, j - 1);
  }
  return kept;
}

function minutesOf(text: string): number {
  const [hours, minutes] = text.split(":").map(Number) as [number, number];
  return hours * 60 + minutes;
}

function fractionOf(decimal: string): [bigint, bigint] {
  const [whole = "", decimals = ""] = decimal.split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

function point(millionths: bigint): string {
  const digits = String(millionths).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

function exact(numerator: bigint, denominator: bigint): number | string {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === denominator || numerator % denominator === 0n
    ? Number(numerator / denominator)
    : `${numerator / a}/${denominator / a}`;
}
