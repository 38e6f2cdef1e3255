/**
 * How fast the demo's services answer: a base, a daily and a weekly rhythm of use, and some noise. The history and the real servers
 * both take it from here, so that a chart goes on where the history ends.
 */
import type { Instant } from "../domain/time/interval.ts";
import { draw, drawAround } from "./draw.ts";
import { type DemoService, demoServices } from "./places.ts";

/** Median answer at the quietest hour, and how much the busiest hour adds to it (1 = doubles it). */
const paces: Record<DemoService, { quietMs: number; busy: number; spread: number }> = {
  "web-app": { quietMs: 62, busy: 0.7, spread: 0.16 },
  "sign-in": { quietMs: 38, busy: 0.9, spread: 0.2 },
  "course-media": { quietMs: 14, busy: 0.3, spread: 0.12 },
  "live-sessions": { quietMs: 21, busy: 0.4, spread: 0.15 },
  api: { quietMs: 46, busy: 0.6, spread: 0.18 },
  search: { quietMs: 85, busy: 1.1, spread: 0.3 },
  exports: { quietMs: 0, busy: 0, spread: 0 },
  mail: { quietMs: 28, busy: 0.3, spread: 0.25 },
  database: { quietMs: 3.2, busy: 0.8, spread: 0.2 },
  "name-service": { quietMs: 1.4, busy: 0.2, spread: 0.3 },
};

const hourMs = 3_600_000;

/** How long an answer takes at an instant, in ms. `seed` and `at` decide it altogether. */
export function answerMs(service: DemoService, at: Instant, seed: number): number {
  const { quietMs, busy, spread } = paces[service];
  const stream = demoServices.indexOf(service);
  const noise = Math.exp(spread * drawAround(seed, stream, at));
  // One answer in four hundred meets a pause of some kind on its way.
  const pause = draw(seed, stream + 303, at) < 0.0025 ? 2 + 3 * draw(seed, stream + 404, at) : 1;
  return quietMs * (1 + busy * useAt(at)) * noise * pause;
}

/** How much the platform is used, 0…1: working hours on working days, most before noon (UTC, near enough for a demo). */
function useAt(at: Instant): number {
  const hour = (at / hourMs) % 24;
  const weekday = (Math.floor(at / (24 * hourMs)) + 4) % 7;
  const day = Math.exp(-(((hour - 9.5) / 3.2) ** 2)) + 0.7 * Math.exp(-(((hour - 13.5) / 2.4) ** 2));
  return Math.min(1, day) * (weekday === 0 || weekday === 6 ? 0.25 : 1);
}
