/** The numbers at /metrics, in the words of the street. One registry a server, so that several can live in one process. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { LiveReadings } from "./live-readings.ts";

export interface Metrics {
  registry: Registry;
  /** Told by the ingest of every batch. */
  countBatch(outcome: { samples: number } | { refused: string }): void;
  countJobFailure(job: string): void;
  /** Reports of the local probe about itself. */
  countProbeProblem(kind: string): void;
}

export function openMetrics(live: LiveReadings, readers: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const batches = new Counter({
    name: "fournines_batches_total",
    help: "Batches of samples delivered, by outcome: recorded, or the code of the refusal.",
    labelNames: ["outcome"],
    registers,
  });
  const samples = new Counter({
    name: "fournines_samples_total",
    help: "Samples recorded, each once however often it was delivered.",
    registers,
  });
  const jobFailures = new Counter({
    name: "fournines_job_failures_total",
    help: "Scheduled jobs that failed, by name.",
    labelNames: ["job"],
    registers,
  });
  const probeProblems = new Counter({
    name: "fournines_probe_problems_total",
    help: "What the local probe reported about itself, by kind.",
    labelNames: ["kind"],
    registers,
  });
  new Gauge({
    name: "fournines_checks",
    help: "Checks being asked, by their present reading.",
    labelNames: ["reading"],
    registers,
    collect() {
      this.reset();
      for (const check of live.checks.values()) {
        if (check.archivedAt === null) {
          this.inc({ reading: check.derivation.head.state.reading });
        }
      }
    },
  });
  new Gauge({
    name: "fournines_page_readers",
    help: "Readers of the page with an open event stream.",
    registers,
    collect() {
      this.set(readers());
    },
  });
  return {
    registry,
    countBatch(outcome) {
      if ("samples" in outcome) {
        batches.inc({ outcome: outcome.samples === 0 ? "repeated" : "recorded" });
        samples.inc(outcome.samples);
      } else {
        batches.inc({ outcome: outcome.refused });
      }
    },
    countJobFailure: (job) => jobFailures.inc({ job }),
    countProbeProblem: (kind) => probeProblems.inc({ kind }),
  };
}
