/**
 * Who is on duty: people who take turns by days or weeks, with a hand-over at a local time of day, so that clocks that change move nothing.
 */

/** Somebody who takes turns. */
export interface RotaMember {
  /** A person: their id, or the mail address they sign in with. */
  person: string;
  /** Channels that reach them; none: their own mail. */
  channels: string[];
}

export interface RotaLayer {
  members: RotaMember[];
  /** How many days or weeks a turn lasts. */
  every: { count: number; unit: "day" | "week" };
  /** Local date "YYYY-MM-DD" on which the first member's first turn begins. */
  starts: string;
  /** Wall time at which turns change, "09:00". */
  handOver: string;
}

export interface Rota {
  slug: string;
  title: string;
  /** IANA name. */
  timeZone: string;
  /** The first that has somebody on duty decides. */
  layers: RotaLayer[];
}
