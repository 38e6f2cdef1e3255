/**
 * What went wrong in the demo's thirteen months: the troubles that people still talk of, and the small ones nobody remembers. What the
 * page says of them later is not written here: it is derived from the samples, as for any platform.
 */
import type { FailureReason } from "../../../probes/protocol.ts";
import type { Interval } from "../../domain/time/interval.ts";
import { draw } from "../draw.ts";
import { type DemoService, demoServices } from "../places.ts";
import { clockTime, dayMs, minuteMs, type Origin, spanOf } from "./span.ts";

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

/** A trouble as one tells it: how many days ago, when, how long. */
interface Told {
  /** What incidents refer to. */
  name: string;
  daysAgo: number;
  time: string;
  lasts: number;
  services: DemoService[];
  effect?: "slow";
  reason: FailureReason;
  detail: string;
}

const secondMs = 1_000;

/** The ones with a name. Lengths decide months: 99.99 % of thirty days leaves 4 min 19 s. */
export const toldTroubles = [
  {
    name: "sign-in certificate",
    daysAgo: 371,
    time: "08:12",
    lasts: 190 * secondMs,
    services: ["sign-in"],
    reason: "certificate_expired",
    detail: "the certificate has expired",
  },
  {
    name: "search index lost",
    daysAgo: 318,
    time: "09:41",
    lasts: 222 * minuteMs,
    services: ["search"],
    reason: "unexpected_status",
    detail: "status 503, expected 200–299",
  },
  {
    name: "mail queue full",
    daysAgo: 262,
    time: "13:05",
    lasts: 26 * minuteMs,
    services: ["mail"],
    reason: "unexpected_answer",
    detail: "answered “421 Service not available”, expected a match of ^220",
  },
  {
    name: "database failover",
    daysAgo: 231,
    time: "02:17",
    lasts: 96 * secondMs,
    services: ["database", "api", "web-app", "sign-in"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "database upgrade",
    daysAgo: 204,
    time: "21:06",
    lasts: 7 * minuteMs,
    services: ["database"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "live sessions rollout",
    daysAgo: 141,
    time: "12:30",
    lasts: 47 * minuteMs,
    services: ["live-sessions"],
    reason: "connection_closed",
    detail: "connection closed before the answer was complete",
  },
  {
    name: "live sessions catching up",
    daysAgo: 141,
    time: "13:22",
    lasts: 65 * minuteMs,
    services: ["live-sessions"],
    effect: "slow",
    reason: "timeout",
    detail: "",
  },
  {
    name: "slow start of term",
    daysAgo: 96,
    time: "07:10",
    lasts: 140 * minuteMs,
    services: ["web-app"],
    effect: "slow",
    reason: "timeout",
    detail: "",
  },
  {
    name: "zone not loaded",
    daysAgo: 63,
    time: "05:48",
    lasts: 74 * secondMs,
    services: ["name-service"],
    reason: "name_lookup_failed",
    detail: "SERVFAIL",
  },
  {
    name: "api deploy",
    daysAgo: 34,
    time: "10:23",
    lasts: 740 * secondMs,
    services: ["api"],
    reason: "unexpected_status",
    detail: "status 500, expected 200–299",
  },
  {
    name: "search shard moved",
    daysAgo: 12,
    time: "14:52",
    lasts: 112 * secondMs,
    services: ["search"],
    reason: "unexpected_body",
    detail: "$.index.shards.healthy is 4, expected 6",
  },
  {
    name: "slow reports",
    daysAgo: 5,
    time: "09:30",
    lasts: 35 * minuteMs,
    services: ["web-app"],
    effect: "slow",
    reason: "timeout",
    detail: "",
  },
  {
    name: "export stuck",
    daysAgo: 2,
    time: "03:20",
    lasts: 18 * minuteMs,
    services: ["exports"],
    reason: "check_in_late",
    detail: "11 min late, 5 min allowed",
  },
] as const satisfies readonly Told[];
export type ToldName = (typeof toldTroubles)[number]["name"];

const silences = [{ daysAgo: 188, time: "23:04", lasts: 55 * minuteMs }];

/** Begin and end of a named trouble. */
export function intervalOf(origin: Pick<Origin, "end">, name: ToldName): Interval {
  const { daysAgo, time, lasts } = toldTroubles.find((told) => told.name === name)!;
  const start = clockTime(origin, daysAgo, time);
  return { start, end: start + lasts };
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
  const off = silences.map(({ daysAgo, time, lasts }) => {
    const start = clockTime(origin, daysAgo, time);
    return { start, end: start + lasts };
  });
  return {
    all: all
      .filter(({ start, end }) => start > span.start && end < span.end)
      .sort((a, b) => a.start - b.start),
    silences: off.filter(({ start, end }) => start > span.start && end < span.end),
  };
}

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
