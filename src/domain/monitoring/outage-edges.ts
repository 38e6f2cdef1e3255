/**
 * Which rounds are the edges of an outage, and by how much they may be wrong: the first and the last that failed, the last ok before
 * and the first ok after (sla-semantics 3). A step of confirmation's fold.
 */
import type { ConfirmationState, EdgeUncertainty } from "./confirmation-state.ts";
import { type Outage, withUncertainty } from "./outage.ts";
import type { Round } from "./round.ts";

const certain: EdgeUncertainty = { lastOkMs: 0, lastOkBeforeStreakMs: 0, streakStartMs: 0, openingMs: 0 };

/**
 * Lets a conclusive round open, go on with or end outages, once the reading of `next` is settled.
 *
 * @param outages told of every outage that began, or of which an edge became known
 */
export function noteRound(
  next: ConfirmationState,
  before: ConfirmationState,
  round: Round,
  failed: boolean,
  outages: Outage[],
): void {
  const edges = edgesAt(next, round);
  if (failed) {
    noteFail(next, before, round, edges, outages);
  } else {
    noteOk(next, before, round, edges, outages);
  }
  keepEdges(next, edges);
}

/** The uncertainty of the edges so far; the round may be the first of a streak. */
function edgesAt(next: ConfirmationState, { at, uncertaintyMs = 0 }: Round): EdgeUncertainty {
  const edges = next.edges ?? certain;
  return next.down.streakStart === at ? { ...edges, streakStartMs: uncertaintyMs } : { ...edges };
}

/** A state without uncertainty is the same whether there ever was some. */
function keepEdges(next: ConfirmationState, edges: EdgeUncertainty): void {
  if (Object.values(edges).some((ms) => ms > 0)) {
    next.edges = edges;
  } else {
    delete next.edges;
  }
}

function noteFail(
  next: ConfirmationState,
  before: ConfirmationState,
  { at, uncertaintyMs = 0 }: Round,
  edges: EdgeUncertainty,
  outages: Outage[],
): void {
  next.lastFailAt = at;
  if (before.outage !== null) {
    // Its last failing round is this one now: what the one before was wrong by no longer counts.
    const { uncertaintyMs: _, ...outage } = before.outage;
    next.outage = withUncertainty({ ...outage, lastFailAt: at }, Math.max(edges.openingMs, uncertaintyMs));
    return;
  }
  next.pendingFailRounds = before.pendingFailRounds + 1;
  if (next.pendingFailRounds === 1) {
    next.lastOkBeforeStreakAt = before.lastOkAt;
    edges.lastOkBeforeStreakMs = edges.lastOkMs;
  }
  if (next.down.on === true) {
    next.pendingFailRounds = 0;
    edges.openingMs = Math.max(edges.streakStartMs, edges.lastOkBeforeStreakMs);
    const outage = {
      start: next.down.streakStart,
      end: null,
      lastFailAt: at,
      lastOkBeforeAt: next.lastOkBeforeStreakAt,
      firstOkAfterAt: null,
    };
    next.outage = withUncertainty(outage, Math.max(edges.openingMs, uncertaintyMs));
    outages.push(next.outage);
  }
}

function noteOk(
  next: ConfirmationState,
  before: ConfirmationState,
  { at, uncertaintyMs = 0 }: Round,
  edges: EdgeUncertainty,
  outages: Outage[],
): void {
  next.lastOkAt = at;
  edges.lastOkMs = uncertaintyMs;
  if (before.pendingFailRounds > 0) {
    next.unconfirmedFailRounds = before.unconfirmedFailRounds + before.pendingFailRounds;
    next.pendingFailRounds = 0;
  }
  if (before.outage !== null && next.down.on === false) {
    const end = next.down.streakStart;
    outages.push(withUncertainty({ ...before.outage, end, firstOkAfterAt: end }, edges.streakStartMs));
    next.outage = null;
    edges.openingMs = 0;
  }
  if (before.awaitingOk.length > 0) {
    outages.push(
      ...before.awaitingOk.map((outage) => withUncertainty({ ...outage, firstOkAfterAt: at }, uncertaintyMs)),
    );
    next.awaitingOk = [];
  }
}
