import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { SlowestFirst } from "./support/slowest-first.ts";

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/postgres-server.ts"],
    pool: "forks",
    // Each file in a process of its own: what a test lays into its environment (a certificate to trust) is there from the start, and gone
    // with it.
    isolate: true,
    // One more than two cores: many tests wait for processes.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    // What ends a test that hangs; no test proves by them how quick anything is.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
