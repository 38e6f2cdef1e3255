/** A check as configuration says it: what is asked, how often and from where, and by which rules it is judged. */
import type { AddressFamily, Target } from "../../../probes/protocol.ts";

/**
 * One configured question. Durations in ms. Secrets stand in it only as references (`env:NAME`, `file:PATH`), resolved when an
 * assignment is handed to the probe, so that no table, page or API ever holds one.
 */
export interface CheckDefinition {
  target: Target;
  intervalMs: number;
  timeoutMs: number;
  slowAboveMs: number | null;
  family: AddressFamily;
  /** Locations that ask, by slug; at least one. */
  locations: string[];
  /** Consecutive rounds that confirm a change (sla-semantics 3). */
  confirmDown: number;
  confirmUp: number;
  /** Locations that must fail; null = min(2, number of locations). */
  quorumFail: number | null;
  /** Whether it decides the state of its service; certificates only alert by default. */
  counts: boolean;
  /** `service/check` whose trouble explains this one's; null = none. */
  parent: string | null;
}
