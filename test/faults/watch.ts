/**
 * A reader who never stops looking: the pages and the API of every server that is meant to run, all through a scenario. A server that is
 * up answers, whatever happened to the database, the probes or the other servers.
 */
import type { StagedServer } from "./staged-server.ts";

const everyMs = 250;
const withinMs = 4_000;

export interface Watch {
  /** What readers did not get, in words. */
  findings(): string[];
  /** Answers that came, and the slowest of them. */
  answers(): { count: number; slowestMs: number };
  stop(): Promise<void>;
}

/** Begins to look. */
export function watchServers(servers: readonly StagedServer[]): Watch {
  const findings: string[] = [];
  let stopping = false;
  let count = 0;
  let slowestMs = 0;
  const paths = ["/", "/api/v1/services", "/api/v1/summary"];

  async function look(server: StagedServer): Promise<void> {
    for (let turn = 0; !stopping; turn++) {
      const began = performance.now();
      if (server.isUp()) {
        const changes = server.changes();
        const path = paths[turn % paths.length]!;
        const trouble = await fetch(`${server.url}${path}`, { signal: AbortSignal.timeout(withinMs) })
          .then(async (answer) => {
            await answer.arrayBuffer();
            return answer.ok ? null : `with ${answer.status}`;
          })
          .catch((error: Error) => `not at all (${error.name}: ${error.message})`);
        // It may have been ended while it answered.
        if (trouble !== null && server.isUp() && server.changes() === changes) {
          findings.push(`${server.name} answered ${path} ${trouble}`);
        } else if (trouble === null) {
          count++;
          slowestMs = Math.max(slowestMs, performance.now() - began);
        }
      }
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(20, everyMs - (performance.now() - began))),
      );
    }
  }

  const looking = Promise.all(servers.map(look));
  return {
    findings: () =>
      [...new Set(findings)].map((one) => `${one}, ${findings.filter((other) => other === one).length}×`),
    answers: () => ({ count, slowestMs: Math.round(slowestMs) }),
    async stop() {
      stopping = true;
      await looking;
    },
  };
}

/** What a server tells of the services, as far as two servers must tell the same. */
export async function toldBy(server: StagedServer, services: readonly string[]): Promise<string> {
  const get = async (path: string) =>
    (await (
      await fetch(`${server.url}/api/v1/${path}`, { signal: AbortSignal.timeout(withinMs) })
    ).json()) as {
      services?: Record<string, unknown>[];
      outages?: Record<string, unknown>[];
    };
  const list = (await get("services")).services!;
  const told = list.map(({ slug, reading, reading_since, observed_from }) => ({
    slug,
    reading,
    reading_since,
    observed_from,
  }));
  const outages = await Promise.all(
    services.map(async (service) =>
      (await get(`services/${service}/outages`)).outages!.map(
        ({ check, start, end, last_ok_before_at, last_fail_at, first_ok_after_at }) => ({
          check,
          start,
          end,
          last_ok_before_at,
          last_fail_at,
          first_ok_after_at,
        }),
      ),
    ),
  );
  return JSON.stringify({ told, outages }, null, 1);
}
