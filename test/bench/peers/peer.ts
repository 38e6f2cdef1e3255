/** What a workload needs of any system that checks: ours, or one to compare with. */

export interface Workload {
  /** HTTP checks, number i at `http://<hostOf(i)>:port/`. */
  checks: number;
  intervalSeconds: number;
  port: number;
  /** A folder of its own for this run. */
  folder: string;
}

/** A system that runs all checks of a workload. */
export interface Checking {
  /** Processes that count as its own, with all below them. */
  pids(): number[];
  /** Stops checking; its store can be asked afterwards. */
  stop(): Promise<void>;
  /** Ends the store too. */
  leave(): Promise<void>;
  /** Checks in its own store that were made in [from, to), epoch seconds. */
  persisted(from: number, to: number): Promise<number>;
  /** For every check that was ever seen down: when its store first said so, epoch seconds. */
  firstDown(): Promise<number[]>;
}

export interface Peer {
  name: string;
  /** Whether it is on this machine. */
  isInstalled(): boolean;
  /** Resolves when every check runs. */
  up(workload: Workload): Promise<Checking>;
}
