/**
 * The troubles of the demo's thirteen months that people still talk of. Some are told by how many days ago they were, those that decide
 * what a contract pays by their month, so that every month has its own whatever the day of the first start.
 */
import type { FailureReason } from "../../../probes/protocol.ts";
import type { Interval } from "../../domain/time/interval.ts";
import type { DemoService } from "../places.ts";
import { clockTime, type Day, minuteMs, type Origin } from "./span.ts";

/** A trouble as one tells it: when, how long, what was seen. */
interface Told {
  /** What incidents and explanations refer to. */
  name: string;
  on: Day;
  time: string;
  lasts: number;
  services: DemoService[];
  effect?: "slow";
  reason: FailureReason;
  detail: string;
}

const secondMs = 1_000;

/** The ones with a name. Lengths decide months: 99.99 % of thirty days leaves 4 min 19 s. Those of a month decide that month. */
export const toldTroubles = [
  {
    name: "sign-in certificate",
    on: { daysAgo: 371 },
    time: "08:12",
    lasts: 190 * secondMs,
    services: ["sign-in"],
    reason: "certificate_expired",
    detail: "the certificate has expired",
  },
  {
    name: "search index lost",
    on: { daysAgo: 318 },
    time: "09:41",
    lasts: 222 * minuteMs,
    services: ["search"],
    reason: "unexpected_status",
    detail: "status 503, expected 200–299",
  },
  {
    name: "mail queue full",
    on: { daysAgo: 262 },
    time: "13:05",
    lasts: 26 * minuteMs,
    services: ["mail"],
    reason: "unexpected_answer",
    detail: "answered “421 Service not available”, expected a match of ^220",
  },
  {
    name: "database failover",
    on: { daysAgo: 231 },
    time: "02:17",
    lasts: 96 * secondMs,
    services: ["database", "api", "web-app", "sign-in"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "database upgrade",
    on: { daysAgo: 204 },
    time: "21:06",
    lasts: 7 * minuteMs,
    services: ["database"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "live sessions rollout",
    on: { daysAgo: 141 },
    time: "12:30",
    lasts: 47 * minuteMs,
    services: ["live-sessions"],
    reason: "connection_closed",
    detail: "connection closed before the answer was complete",
  },
  {
    name: "live sessions catching up",
    on: { daysAgo: 141 },
    time: "13:22",
    lasts: 65 * minuteMs,
    services: ["live-sessions"],
    effect: "slow",
    reason: "timeout",
    detail: "",
  },
  {
    name: "slow start of term",
    on: { daysAgo: 96 },
    time: "07:10",
    lasts: 140 * minuteMs,
    services: ["web-app"],
    effect: "slow",
    reason: "timeout",
    detail: "",
  },
  {
    name: "zone not loaded",
    on: { daysAgo: 63 },
    time: "05:48",
    lasts: 74 * secondMs,
    services: ["name-service"],
    reason: "name_lookup_failed",
    detail: "SERVFAIL",
  },
  {
    name: "api deploy",
    on: { daysAgo: 34 },
    time: "10:23",
    lasts: 740 * secondMs,
    services: ["api"],
    reason: "unexpected_status",
    detail: "status 500, expected 200–299",
  },
  {
    name: "search shard moved",
    on: { daysAgo: 12 },
    time: "14:52",
    lasts: 112 * secondMs,
    services: ["search"],
    reason: "unexpected_body",
    detail: "$.index.shards.healthy is 4, expected 6",
  },
  {
    name: "slow reports",
    on: { daysAgo: 5 },
    time: "09:30",
    lasts: 35 * minuteMs,
    services: ["web-app"],
    effect: "slow",
    reason: "timeout",
    detail: "",
  },
  {
    name: "export stuck",
    on: { daysAgo: 2 },
    time: "03:20",
    lasts: 18 * minuteMs,
    services: ["exports"],
    reason: "check_in_late",
    detail: "11 min late, 5 min allowed",
  },
  {
    name: "api certificates",
    on: { monthsAgo: 11, day: 12 },
    time: "09:14",
    lasts: 560 * secondMs,
    services: ["api"],
    reason: "unexpected_status",
    detail: "status 502, expected 200–299",
  },
  {
    name: "identity provider away",
    on: { monthsAgo: 9, day: 20 },
    time: "13:02",
    lasts: 22 * minuteMs,
    services: ["sign-in"],
    reason: "timeout",
    detail: "no answer within 5 s",
  },
  {
    name: "announced database work",
    on: { monthsAgo: 8, day: 11 },
    time: "20:12",
    lasts: 14 * minuteMs,
    services: ["api", "web-app"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "load balancer",
    on: { monthsAgo: 7, day: 16 },
    time: "10:40",
    lasts: 52 * minuteMs,
    services: ["web-app"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "hasty patch",
    on: { monthsAgo: 6, day: 9 },
    time: "22:10",
    lasts: 11 * minuteMs,
    services: ["sign-in"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "api empty answers",
    on: { monthsAgo: 5, day: 13 },
    time: "11:20",
    lasts: 31 * minuteMs,
    services: ["api"],
    reason: "unexpected_body",
    detail: "$.status is degraded, expected ok",
  },
  {
    name: "mail relay blocked",
    on: { monthsAgo: 4, day: 18 },
    time: "06:40",
    lasts: 25 * minuteMs,
    services: ["mail"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "search disks full",
    on: { monthsAgo: 3, day: 8 },
    time: "08:30",
    lasts: 95 * minuteMs,
    services: ["search"],
    reason: "unexpected_status",
    detail: "status 507, expected 200–299",
  },
  {
    name: "power cut",
    on: { monthsAgo: 2, day: 12 },
    time: "16:20",
    lasts: 12 * minuteMs,
    services: ["web-app"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "mail relay blocked again",
    on: { monthsAgo: 2, day: 23 },
    time: "19:10",
    lasts: 24 * minuteMs,
    services: ["mail"],
    reason: "connection_refused",
    detail: "connection refused",
  },
  {
    name: "search restarted",
    on: { monthsAgo: 1, day: 9 },
    time: "11:20",
    lasts: 7 * minuteMs,
    services: ["search"],
    reason: "unexpected_status",
    detail: "status 503, expected 200–299",
  },
  {
    name: "zone signed late",
    on: { monthsAgo: 1, day: 14 },
    time: "15:05",
    lasts: 9 * minuteMs,
    services: ["name-service"],
    reason: "name_lookup_failed",
    detail: "SERVFAIL",
  },
  {
    name: "mail unheard of",
    on: { monthsAgo: 1, day: 17 },
    time: "04:12",
    lasts: 180 * secondMs,
    services: ["mail"],
    reason: "unexpected_answer",
    detail: "answered “421 Service not available”, expected a match of ^220",
  },
] as const satisfies readonly Told[];
export type ToldName = (typeof toldTroubles)[number]["name"];

/** When the probe itself was off: nobody knows how the services were. */
export const toldSilences = [
  { on: { daysAgo: 188 }, time: "23:04", lasts: 55 * minuteMs },
] as const satisfies readonly Pick<Told, "on" | "time" | "lasts">[];

/** Begin and end of a named trouble. */
export function intervalOf(origin: Pick<Origin, "end">, name: ToldName): Interval {
  return placed(
    origin,
    toldTroubles.find((told) => told.name === name)!,
  );
}

/** Begin and end of something told. */
export function placed(
  origin: Pick<Origin, "end">,
  { on, time, lasts }: { on: Day; time: string; lasts: number },
): Interval {
  const start = clockTime(origin, on, time);
  return { start, end: start + lasts };
}
