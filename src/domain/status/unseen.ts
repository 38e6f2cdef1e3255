/** A board of earlier, told now: since it was read nobody has looked, and silence is unknown, never up or down. */
import type { Segment } from "../monitoring/timeline.ts";
import type { Instant } from "../time/interval.ts";
import type { MeasuredService } from "./service.ts";
import type { StatusBoard } from "./status-board.ts";

/** The board as it may be told at `now`, with its database away since it was read. What people said stands. */
export function boardUnseenSince<Board extends StatusBoard>(board: Board, now: Instant): Board {
  return {
    ...board,
    services: board.services.map((service) => unseen(service, board.at, now)),
    databaseAwaySince: board.databaseAwaySince ?? board.at,
  };
}

function unseen(service: MeasuredService, since: Instant, now: Instant): MeasuredService {
  if (service.observedFrom === null || now <= since) {
    return service;
  }
  const withSilence = (segments: readonly Segment[]): Segment[] => [
    ...segments,
    { start: since, end: now, state: "unknown" },
  ];
  return {
    ...service,
    reading: "unknown",
    readingSince: service.reading === "unknown" ? service.readingSince : since,
    segments: withSilence(service.segments),
    ...(service.measuredSegments === undefined
      ? {}
      : { measuredSegments: withSilence(service.measuredSegments) }),
    checks: service.checks.map((check) => ({ ...check, reading: "unknown", trouble: null })),
  };
}
