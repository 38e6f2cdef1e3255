/**
 * All that the public page and the public API say, as facts at one instant: the platform, its services as measured, and people's
 * words. Figures are computed from it, never stored in it.
 */
import type { Instant } from "../time/interval.ts";
import type { BrandFile } from "./brand.ts";
import type { Incident } from "./incident.ts";
import type { MaintenanceWindow } from "./maintenance-window.ts";
import type { PlatformSettings, ServiceGroupDefinition } from "./platform.ts";
import type { ShownPlace } from "./page-scope.ts";
import type { SeriesStretch } from "./series-stretch.ts";
import type { MeasuredService } from "./service.ts";

export interface StatusBoard {
  settings: PlatformSettings;
  /** Files of its brand, by digest; absent: it has none. */
  brandFiles?: ReadonlyMap<string, BrandFile>;
  /** When the platform was set down first; absent: nobody knows. */
  platformSince?: Instant;
  groups: ServiceGroupDefinition[];
  /** In order of the page; archived ones are left out. */
  services: MeasuredService[];
  /** Archived ones, of which incidents and windows may still speak; absent: there are none. */
  pastServices?: readonly ShownPlace[];
  /** Open ones and those of the last 13 months, newest first. */
  incidents: Incident[];
  /** Coming, running and those of the last 13 months, in order of planned start. */
  windows: MaintenanceWindow[];
  /** Planned work that comes again, beyond the windows that are announced; absent: there is none. */
  repeating?: readonly SeriesStretch[];
  /** From when on `incidents` and `windows` are all there are; absent: they always are (older-words.ts). */
  wordsSince?: Instant;
  /** When the first thing was said of which anybody knows; absent: nothing older than what is here. */
  saidSince?: Instant;
  /** The instant these facts were read at. */
  at: Instant;
  /** Since when the database has not answered; null while it does. */
  databaseAwaySince: Instant | null;
}

/** One bucket of a chart: response times in ms as p50, p95, p99 over `seconds` from `start`. */
export interface ResponseTime {
  start: Instant;
  seconds: number;
  count: number;
  failures: number;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  /** Title of the location from which it was asked; absent: all of them together. */
  place?: string;
}
