/**
 * What went wrong in the demo's thirteen months: the troubles that are told (told-troubles.ts), and the small ones nobody remembers. What
 * the page says of them later is not written here: it is derived from the samples, as for any platform.
 */
import type { FailureReason } from "../../../probes/protocol.ts";
import type { Interval } from "../../domain/time/interval.ts";
import { draw } from "../draw.ts";
import { type DemoService, demoServices } from "../places.ts";
import { dayMs, minuteMs, type Origin, spanOf } from "./span.ts";
import { intervalOf, placed, toldSilences, toldTroubles } from "./told-troubles.ts";

export interface Trouble extends Interval {
  service: DemoService;
  effect: "fails" | "slow";
  reason: FailureReason;
  detail: string;
}

export interface Troubles {
  /** In order of start; those of one service do not overlap. */
  all: Trouble[];
  /** When the probe itself was off: nobody knows how the services were. */
  silences: Interval[];
}

/** All troubles within the span of a history. */
export function troublesOf(origin: Origin): Troubles {
  const span = spanOf(origin);
  const told = toldTroubles.flatMap(({ name, services, reason, detail, ...rest }) =>
    services.map((service): Trouble => {
      const effect = "effect" in rest ? rest.effect : "fails";
      return { ...intervalOf(origin, name), service, effect, reason, detail };
    }),
  );
  const all = [...told];
  for (const small of demoServices.flatMap((service) => smallTroubles(origin, service))) {
    if (!all.some((other) => other.service === small.service && isNear(other, small))) {
      all.push(small);
    }
  }
  const off = toldSilences.map((told) => placed(origin, told));
  return {
    all: all
      .filter(({ start, end }) => start > span.start && end < span.end)
      .sort((a, b) => a.start - b.start),
    silences: off.filter(({ start, end }) => start > span.start && end < span.end),
  };
}

const secondMs = 1_000;

/** Short outages, one in ten weeks for each service, and failures too short to be confirmed, one in three. */
function smallTroubles({ seed, end, days }: Origin, service: DemoService): Trouble[] {
  const stream = 1_000 + demoServices.indexOf(service);
  const { start: first } = spanOf({ seed, end, days });
  const found: Trouble[] = [];
  for (let day = 1; day < days; day++) {
    const chance = draw(seed, stream, day);
    const start = first + day * dayMs + Math.floor(draw(seed, stream + 50, day) * dayMs);
    const causes = { service, effect: "fails", reason: "timeout", detail: "no answer within 5 s" } as const;
    if (chance < 1 / 70) {
      const lasts = 15 * secondMs + Math.floor(draw(seed, stream + 100, day) * 85) * secondMs;
      found.push({ ...causes, start, end: start + lasts });
    } else if (chance < 1 / 70 + 1 / 21) {
      found.push({ ...causes, start, end: start + blipMs });
    }
  }
  return found;
}

/** So short that asking again a second later finds the service well. */
export const blipMs = 700;

function isNear(a: Interval, b: Interval): boolean {
  const apartMs = 30 * minuteMs;
  return a.start - apartMs < b.end && b.start < a.end + apartMs;
}
