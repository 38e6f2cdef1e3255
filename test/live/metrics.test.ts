import { describe, expect, it } from "vitest";
import { openMetrics } from "../../src/live/metrics.ts";
import { arrive, liveCheck } from "../support/live-checks.ts";
import { sample } from "../support/watched.ts";

const t0 = Date.UTC(2026, 2, 10, 12);

/** The lines of one metric, without its help. */
async function lines(metrics: ReturnType<typeof openMetrics>, name: string): Promise<string[]> {
  const text = await metrics.registry.metrics();
  return text.split("\n").filter((line) => line.startsWith(name));
}

describe("the numbers at /metrics", () => {
  it("count batches by outcome, and each sample once however often it was delivered", async () => {
    const metrics = openMetrics({ checks: new Map(), since: 0 }, () => 0);
    metrics.countBatch({ samples: 20 });
    metrics.countBatch({ samples: 5 });
    metrics.countBatch({ samples: 0 });
    metrics.countBatch({ refused: "sequence_gap" });
    expect(await lines(metrics, "fournines_batches_total")).toEqual([
      'fournines_batches_total{outcome="recorded"} 2',
      'fournines_batches_total{outcome="repeated"} 1',
      'fournines_batches_total{outcome="sequence_gap"} 1',
    ]);
    expect(await lines(metrics, "fournines_samples_total")).toEqual(["fournines_samples_total 25"]);
  });

  it("count checks by their present reading, archived ones left out, anew at every look", async () => {
    const [up, turning, unasked, archived] = ["web", "mail", "files", "old"].map((slug) =>
      liveCheck("beacon", slug),
    );
    const live = {
      checks: new Map([up!, turning!, unasked!, archived!].map((check) => [check.id, check])),
      since: 0,
    };
    for (const check of [up!, turning!, archived!]) {
      arrive(check, [sample(check.id, t0)]);
    }
    archived!.archivedAt = t0 + 1;
    const metrics = openMetrics(live, () => 0);
    expect(await lines(metrics, "fournines_checks")).toEqual([
      'fournines_checks{reading="up"} 2',
      'fournines_checks{reading="unknown"} 1',
    ]);
    arrive(turning!, [sample(turning!.id, t0 + 1_000, "fail"), sample(turning!.id, t0 + 2_000, "fail")]);
    expect((await lines(metrics, "fournines_checks")).sort()).toEqual([
      'fournines_checks{reading="down"} 1',
      'fournines_checks{reading="unknown"} 1',
      'fournines_checks{reading="up"} 1',
    ]);
  });

  it("count readers, failed jobs and what the probe reports; two servers keep theirs apart", async () => {
    let readers = 3;
    const metrics = openMetrics({ checks: new Map(), since: 0 }, () => readers);
    const other = openMetrics({ checks: new Map(), since: 0 }, () => 0);
    metrics.countJobFailure("pack-evidence");
    metrics.countProbeProblem("delivery_failed");
    metrics.countProbeProblem("delivery_failed");
    expect(await lines(metrics, "fournines_page_readers")).toEqual(["fournines_page_readers 3"]);
    readers = 1;
    expect(await lines(metrics, "fournines_page_readers")).toEqual(["fournines_page_readers 1"]);
    expect(await lines(metrics, "fournines_job_failures")).toEqual([
      'fournines_job_failures_total{job="pack-evidence"} 1',
    ]);
    expect(await lines(metrics, "fournines_probe_problems")).toEqual([
      'fournines_probe_problems_total{kind="delivery_failed"} 2',
    ]);
    expect(await lines(other, "fournines_job_failures")).toEqual([]);
  });
});
