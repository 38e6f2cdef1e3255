/**
 * In which order the files of the suite run: those that wait for processes and clocks first, so that at the end no single one is left
 * with the machine to itself. The others run meanwhile and after, as vitest orders them.
 */
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Longest first. */
const waiting = [
  "test/browser/walk.test.ts",
  "test/faults/faults.test.ts",
  "test/kill.test.ts",
  "test/database-away.test.ts",
  "test/probes/worker/page-front.test.ts",
  "test/start.test.ts",
  "test/browser/page.test.ts",
  "test/escalation.test.ts",
  "test/probes/worker/outlived-server.test.ts",
  "test/probes/node/remote.test.ts",
  "test/probes/worker/location.test.ts",
  "test/private-services.test.ts",
  "test/journey.test.ts",
  "test/demo/office.test.ts",
  "test/browser/maintenance.test.ts",
  "test/browser/console-work.test.ts",
  "test/private-pages.test.ts",
  "test/private-pages-away.test.ts",
  "test/sharing.test.ts",
  "test/replicas.test.ts",
  "test/cli/probe-run.test.ts",
  "test/cli/export-page.test.ts",
  "test/alerts.test.ts",
  "test/disk-full.test.ts",
  "test/actions/send-subscription-messages.test.ts",
  "test/schedule/schedule.test.ts",
  "test/cli/probe.test.ts",
  "test/cli/platform.test.ts",
];

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = waiting.indexOf(relative(this.ctx.config.root, moduleId).replaceAll("\\", "/"));
      return at === -1 ? waiting.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
