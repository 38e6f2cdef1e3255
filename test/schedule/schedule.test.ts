import { expect, it } from "vitest";
import type { RootKeeping } from "../../src/actions/keep-evidence-roots.ts";
import { jobs } from "../../src/schedule/jobs.ts";
import { startSchedule } from "../../src/schedule/schedule.ts";
import { endAttempt, listChannelAttempts } from "../../src/store/channel-attempts.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { boards } from "../support/boards.ts";
import { office } from "../support/closing.ts";
import { createPostgresDatabase, openFreshDatabase } from "../support/databases.ts";

const roots: RootKeeping = {
  settings: () => Promise.resolve(boards.empty().settings),
  transports: () => ({ mail: null, webhookSecret: undefined }),
  onFailure: () => {},
};

it.each(["PGlite", "PostgreSQL"])(
  "runs every job once at the start, tells of one that fails, and ends (%s)",
  async (engine) => {
    const place = engine === "PGlite" ? undefined : await createPostgresDatabase();
    const database = await (place === undefined ? openFreshDatabase() : openDatabase({ url: place.url }));
    const ran: string[] = [];
    const failed: [string, string][] = [];
    const job = (name: string, run: () => void) => ({ name, cron: "* * * * *", run: async () => run() });
    const schedule = await startSchedule(
      database,
      [
        job("sweep", () => ran.push("sweep")),
        job("break", () => {
          throw new Error("no broom");
        }),
      ],
      (name, error) => failed.push([name, (error as Error).message]),
    );
    await expect.poll(() => ran).toEqual(["sweep"]);
    await expect.poll(() => failed).toEqual([["break", "no broom"]]);
    await schedule.stop();
    await database.close();
    await place?.drop();
  },
);

it.each(["PGlite", "PostgreSQL"])(
  "every job of the product does its work on an empty database (%s)",
  async (engine) => {
    const place = engine === "PGlite" ? undefined : await createPostgresDatabase();
    const database = await (place === undefined ? openFreshDatabase() : openDatabase({ url: place.url }));
    for (const { run } of jobs(database, 5 * 366 * 86_400_000, roots, office.engine)) {
      await run(Date.UTC(2026, 2, 10));
    }
    await database.close();
    await place?.drop();
  },
);

it.each(["PGlite", "PostgreSQL"])(
  "attempts to tell something are forgotten when they are older than alerts are kept (%s)",
  async (engine) => {
    const place = engine === "PGlite" ? undefined : await createPostgresDatabase();
    const database = await (place === undefined ? openFreshDatabase() : openDatabase({ url: place.url }));
    const now = Date.UTC(2026, 2, 10);
    for (const [number, daysAgo] of [401, 399].entries()) {
      const endedAt = now - daysAgo * 86_400_000;
      await endAttempt(database.db, {
        ...{ channel: "mail", alertId: null, event: null, number, startedAt: endedAt - 40, endedAt },
        ...{ answer: "250 taken", failure: null, pausedUntil: null },
      });
    }
    const job = jobs(database, 5 * 366 * 86_400_000, roots, office.engine).find(
      ({ name }) => name === "forget-alerts",
    );
    await job!.run(now);
    const left = await listChannelAttempts(database.db, "mail", 10);
    expect(left.map(({ number }) => number)).toEqual([1]);
    await database.close();
    await place?.drop();
  },
);
