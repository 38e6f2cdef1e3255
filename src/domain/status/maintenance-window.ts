/**
 * Announced planned work: a layer over the measured timeline, never a state of it (sla-semantics 2 and 6).
 */
import type { Instant } from "../time/interval.ts";

export const maintenanceStates = ["scheduled", "in_progress", "verifying", "completed", "cancelled"] as const;
export type MaintenanceState = (typeof maintenanceStates)[number];

export interface MaintenanceUpdate {
  state: MaintenanceState;
  message: string;
  at: Instant;
  author: string;
}

export interface MaintenanceWindow {
  reference: string;
  title: string;
  message: string;
  state: MaintenanceState;
  announcedAt: Instant;
  plannedStart: Instant;
  plannedEnd: Instant;
  actualStart: Instant | null;
  actualEnd: Instant | null;
  author: string;
  serviceSlugs: string[];
  /** In order of time, oldest first. */
  updates: MaintenanceUpdate[];
}
