/**
 * When to ask what. Checks are spread over their interval by their number alone, one shared timer walks a heap of due times, and
 * at the edges of an outage a check is asked again at once, so that both edges are known to seconds (design 4.1).
 */

import type { Clock } from "./clock.ts";
import { DueTimes } from "./due-times.ts";
import { afterSample, isAtEdge, unsettled } from "./edge.ts";
import type { EdgeState } from "./edge.ts";
import type { Assignment, Observation } from "./protocol.ts";

export interface RoundsOptions {
  clock: Clock;
  /** Must resolve, whatever happens (prober.ts). */
  ask: (assignment: Assignment) => Promise<Observation>;
  /** Called once for every sample; `dense` while the check is being asked at the short interval. */
  observed: (observation: Observation, dense: boolean) => void;
  /** At most this many askings at a time. */
  concurrency: number;
}

export interface RoundsStatistics {
  checks: number;
  running: number;
  asked: number;
  /** Askings that had to wait for a free place; they were done, later. */
  delayed: number;
  /** Rounds left out because the check's asking before was still running. */
  skipped: number;
}

export interface Rounds {
  /** Swaps the assignments; those that did not change keep their state and their times. */
  setAssignments(list: readonly Assignment[]): void;
  /** Asks one check as soon as may be, besides its rounds. */
  askSoon(check: number): void;
  statistics(): RoundsStatistics;
  /** Nothing is asked any more; resolves when no asking is running or after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Somebody waits for a first look: checks that begin together are asked so closely one after the other, besides their rounds … */
const firstLookEveryMs = 20;
/** … and all of them within this, however many they are and however long their intervals. */
const firstLookWithinMs = 60_000;

/** An asking that took longer is remembered as slow: together such checks may hold three quarters of all places, never all. */
const hogsAboveMs = 1_000;

interface Plan {
  assignment: Assignment;
  /** `elapsed()` of the first round of its grid; further ones follow at whole intervals. */
  gridStart: number;
  due: number;
  edge: EdgeState;
  running: boolean;
  waiting: boolean;
  again: boolean;
  hog: boolean;
  gone: boolean;
}

/** Where in [0, 1) of its interval a check stands: evenly spread for any set of numbers, and never moved by a newcomer. */
export function phaseOf(check: number): number {
  return (check * 0.6180339887498949) % 1;
}

export function createRounds({ clock, ask, observed, concurrency }: RoundsOptions): Rounds {
  const origin = clock.elapsed();
  const plans = new Map<number, Plan>();
  const dueTimes = new DueTimes<Plan>();
  const queues: { prompt: Plan[]; hogs: Plan[] } = { prompt: [], hogs: [] };
  const hogLimit = Math.max(1, Math.floor(concurrency * 0.75));
  const count = { running: 0, hogsRunning: 0, asked: 0, delayed: 0, skipped: 0 };
  let callOff: (() => void) | null = null;
  let timerAt = Infinity;
  let lastWalk = -Infinity;
  let groupMs = 0;
  let stopped = false;
  let idle: (() => void) | null = null;

  function setAssignments(list: readonly Assignment[]): void {
    const wanted = new Set(list.map(({ check }) => check));
    for (const [check, plan] of plans) {
      if (!wanted.has(check)) {
        drop(check, plan);
      }
    }
    const newcomers: { assignment: Assignment; edge: EdgeState }[] = [];
    for (const assignment of list) {
      const plan = plans.get(assignment.check);
      if (plan !== undefined && same(plan.assignment, assignment)) {
        continue;
      }
      if (plan !== undefined && plan.assignment.intervalMs === assignment.intervalMs) {
        plan.assignment = assignment;
        continue;
      }
      if (plan !== undefined) {
        drop(assignment.check, plan);
      }
      newcomers.push({ assignment, edge: plan?.edge ?? unsettled });
    }
    const now = clock.elapsed();
    const lookWithinMs = Math.min(firstLookWithinMs, newcomers.length * firstLookEveryMs);
    newcomers.forEach(({ assignment, edge }) => admit(assignment, now, lookWithinMs, edge));
    groupMs = groupFor(list);
    setTimer();
  }

  function admit(assignment: Assignment, now: number, lookWithinMs: number, edge: EdgeState): void {
    const { check, intervalMs } = assignment;
    const gridStart = origin + phaseOf(check) * intervalMs;
    const next = nextOnGrid(gridStart, intervalMs, now);
    const plan: Plan = {
      assignment,
      gridStart,
      due: Math.min(next, now + phaseOf(check) * Math.min(intervalMs, lookWithinMs)),
      edge,
      running: false,
      waiting: false,
      again: false,
      hog: false,
      gone: false,
    };
    plans.set(check, plan);
    dueTimes.push(plan.due, plan);
  }

  function drop(check: number, plan: Plan): void {
    plan.gone = true;
    plans.delete(check);
  }

  /** One timer for all: at the earliest due time. */
  function setTimer(): void {
    const earliest = stopped ? Infinity : Math.max(dueTimes.earliest(), lastWalk + groupMs);
    if (earliest === timerAt) {
      return;
    }
    callOff?.();
    callOff = null;
    timerAt = earliest;
    if (earliest !== Infinity) {
      callOff = clock.after(Math.max(0, Math.ceil(earliest - clock.elapsed())), walk);
    }
  }

  function walk(): void {
    timerAt = Infinity;
    callOff = null;
    const now = clock.elapsed();
    lastWalk = now;
    for (;;) {
      const plan = dueTimes.popUntil(now);
      if (plan === undefined) {
        break;
      }
      // An entry whose plan was moved to another time, or dropped, has no meaning any more.
      if (!plan.value.gone && plan.value.due === plan.due) {
        plan.value.due = Infinity;
        enqueue(plan.value);
      }
    }
    setTimer();
  }

  function enqueue(plan: Plan): void {
    if (plan.running || plan.waiting) {
      return;
    }
    if (hasPlace(plan)) {
      run(plan);
    } else {
      count.delayed++;
      plan.waiting = true;
      (plan.hog ? queues.hogs : queues.prompt).push(plan);
    }
  }

  function hasPlace(plan: Plan): boolean {
    return count.running < concurrency && (!plan.hog || count.hogsRunning < hogLimit);
  }

  function run(plan: Plan): void {
    const { hog } = plan;
    const began = clock.elapsed();
    plan.waiting = false;
    plan.running = true;
    count.running++;
    count.asked++;
    count.hogsRunning += hog ? 1 : 0;
    void ask(plan.assignment).then((observation) => {
      plan.running = false;
      count.running--;
      count.hogsRunning -= hog ? 1 : 0;
      const now = clock.elapsed();
      plan.hog = now - began > hogsAboveMs;
      if (!plan.gone) {
        const { confirmDown, confirmUp } = plan.assignment;
        plan.edge = afterSample(plan.edge, observation.outcome, confirmDown, confirmUp);
        planNext(plan, began, now);
      }
      // What was asked is told, also when the check went to another probe meanwhile.
      observed(observation, isAtEdge(plan.edge));
      serveQueues();
      if (stopped && count.running === 0) {
        idle?.();
      }
    });
  }

  function planNext(plan: Plan, began: number, now: number): void {
    const { intervalMs } = plan.assignment;
    const onGrid = nextOnGrid(plan.gridStart, intervalMs, began);
    let due = nextOnGrid(plan.gridStart, intervalMs, now);
    count.skipped += Math.round((due - onGrid) / intervalMs);
    if (plan.again) {
      plan.again = false;
      due = now;
    } else if (isAtEdge(plan.edge)) {
      due = Math.min(due, Math.max(now, plan.edge.firstAgain ? now + againFirstMs : began + againMs));
    }
    schedule(plan, due);
  }

  function schedule(plan: Plan, due: number): void {
    plan.due = due;
    dueTimes.push(due, plan);
    setTimer();
  }

  /** First come, first served; a check that hogs its place waits in a line of its own. */
  function serveQueues(): void {
    for (const queue of [queues.prompt, queues.hogs]) {
      while (queue.length > 0 && (stopped || queue[0]!.gone || hasPlace(queue[0]!))) {
        const plan = queue.shift()!;
        plan.waiting = false;
        if (!stopped && !plan.gone) {
          run(plan);
        }
      }
    }
  }

  return {
    setAssignments,
    askSoon(check) {
      const plan = plans.get(check);
      if (plan === undefined || plan.waiting) {
        return;
      }
      if (plan.running) {
        plan.again = true;
      } else {
        schedule(plan, clock.elapsed());
      }
    },
    statistics: () => ({
      checks: plans.size,
      running: count.running,
      asked: count.asked,
      delayed: count.delayed,
      skipped: count.skipped,
    }),
    stop(graceMs) {
      stopped = true;
      setTimer();
      if (count.running === 0) {
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        idle = resolve;
        clock.after(graceMs, resolve);
      });
    },
  };
}

/** After a sample that disagrees, first so soon … */
export const againFirstMs = 1_000;
/** … and then so often, until the reading is settled and while it is down. */
export const againMs = 5_000;

/**
 * Waking up costs more than asking, so with many checks a few that are due one after the other start together: at most about
 * eight, because more would get in the way of each other's timing, and never more than 40 ms late. Due times stay as they are.
 */
function groupFor(list: readonly Assignment[]): number {
  const perSecond = list.reduce((sum, { intervalMs }) => sum + 1_000 / intervalMs, 0);
  return perSecond < 50 ? 0 : Math.min(40, 8_000 / perSecond);
}

/** First time strictly after `now` on the grid. */
function nextOnGrid(gridStart: number, intervalMs: number, now: number): number {
  if (now < gridStart) {
    return gridStart;
  }
  const next = gridStart + (Math.floor((now - gridStart) / intervalMs) + 1) * intervalMs;
  return next > now ? next : next + intervalMs;
}

function same(a: Assignment, b: Assignment): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
