/** Somebody takes the duty of a rota over for a while: what has to hold for that. */
import { type Fault, InvalidInput } from "../errors.ts";
import type { Instant, Interval } from "../time/interval.ts";

export interface TakeoverWish extends Interval {
  /** Slug of the rota. */
  rota: string;
  /** Id or mail address of whoever takes it. */
  person: string;
  note: string;
}

/** Longer than this is a change of the rota itself. */
export const longestTakeoverMs = 31 * 86_400_000;
const longestNote = 200;

/**
 * @returns the wish with tidy words
 * @throws InvalidInput takeover, naming every fault
 */
export function checkedTakeover(wish: TakeoverWish, now: Instant): TakeoverWish {
  const note = wish.note.trim();
  const faults: Fault[] = [];
  if (wish.end <= wish.start) {
    faults.push({ pointer: "/end", detail: "It has to end after it begins." });
  } else if (wish.end <= now) {
    faults.push({ pointer: "/end", detail: "It would be over already." });
  } else if (wish.end - wish.start > longestTakeoverMs) {
    faults.push({
      pointer: "/end",
      detail: "It lasts 31 days at most; longer is a matter of the rota itself.",
    });
  }
  if (wish.person.trim() === "") {
    faults.push({ pointer: "/person", detail: "Say who takes it." });
  }
  if ([...note].length > longestNote) {
    faults.push({ pointer: "/note", detail: `A note has at most ${longestNote} characters.` });
  }
  if (faults.length > 0) {
    throw new InvalidInput("takeover", "The duty cannot be taken over so.", faults);
  }
  return { ...wish, person: wish.person.trim(), note };
}
