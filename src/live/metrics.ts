/** The numbers at /metrics, in the words of the street. One registry a server, so that several can live in one process. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { MailingKind } from "../domain/mailing/mailing.ts";
import type { AttemptEnd } from "../store/mailings.ts";
import type { LiveReadings } from "./live-readings.ts";

export interface Metrics {
  registry: Registry;
  /** Told by the ingest of every batch. */
  countBatch(outcome: { samples: number } | { refused: string }): void;
  countJobFailure(job: string): void;
  /** An attempt to send a mail, by what it is and how it ended. */
  countMailing(kind: MailingKind, outcome: AttemptEnd["outcome"]): void;
  /** Lets the numbers say whether this is the server that derives; until then it is not. */
  setDerives(derives: () => boolean): void;
  /** Something of a probe was refused, by the code of the refusal. */
  countRefusal(what: string, code: string): void;
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
  const mailAttempts = new Counter({
    name: "fournines_mail_attempts_total",
    help: "Attempts to send a mail, by kind (report, month_summary) and outcome (sent, put_off, failed).",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const probeProblems = new Counter({
    name: "fournines_probe_problems_total",
    help: "What the local probe reported about itself, by kind.",
    labelNames: ["kind"],
    registers,
  });
  const refusals = new Counter({
    name: "fournines_probe_refusals_total",
    help: "What was refused to probes (batch, request, registration), by the code of the refusal.",
    labelNames: ["what", "code"],
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
  let derives = () => false;
  new Gauge({
    name: "fournines_derives",
    help: "1 on the one server that derives readings and outages for all, 0 on the others.",
    registers,
    collect() {
      this.set(derives() ? 1 : 0);
    },
  });
  return {
    registry,
    setDerives: (given) => (derives = given),
    countBatch(outcome) {
      if ("samples" in outcome) {
        batches.inc({ outcome: outcome.samples === 0 ? "repeated" : "recorded" });
        samples.inc(outcome.samples);
      } else {
        batches.inc({ outcome: outcome.refused });
      }
    },
    countJobFailure: (job) => jobFailures.inc({ job }),
    countMailing: (kind, outcome) => mailAttempts.inc({ kind, outcome }),
    countRefusal: (what, code) => refusals.inc({ what, code }),
    countProbeProblem: (kind) => probeProblems.inc({ kind }),
  };
}
