import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { SlowestFirst } from "./support/slowest-first.ts";

/** What is laid into the environment of their process (a certificate to trust) has to be there from its start, and gone with it. */
const alone = ["test/probes/worker/**/*.test.ts"];

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    globalSetup: ["test/support/postgres-server.ts"],
    pool: "forks",
    // One more than two cores: many tests wait for processes.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    // Node reads the modules itself, as it does in production: nothing is rewritten for tests, and every name is the name itself.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // What ends a test that hangs; no test proves by them how quick anything is.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        // Files come one after the other into a few processes, each of which reads the product's modules once: no test changes what a
        // module keeps, or it puts it back.
        extends: true,
        test: { name: "shared", include: ["test/**/*.test.ts"], exclude: alone, isolate: false },
      },
      { extends: true, test: { name: "alone", include: alone, isolate: true } },
    ],
  },
});
