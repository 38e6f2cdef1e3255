/**
 * After the trouble: everything is mended, and the platform has to come to rest by itself, every probe's spool delivered, everything
 * derived, every server telling the same. Then it is ended in order, probes first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { lagMs } from "./platform.ts";
import type { Stage } from "./stage.ts";
import { toldBy } from "./watch.ts";

const restWithinMs = 60_000;
/** One second is the promise; looking takes a moment, too. */
const agreeWithinMs = 1_000;

/** Waits until the platform has come to rest; what it did not manage, in words. */
export async function settle(stage: Stage, mendedAt: number): Promise<string[]> {
  const db = postgres(stage.databaseUrl, { max: 1, onnotice: () => {}, idle_timeout: 5 });
  try {
    const open = await comesTrue(restWithinMs, () => openMatters(db, stage, mendedAt));
    if (open.length > 0) {
      return open.map((matter) => `${matter}, ${restWithinMs / 1000} s after everything was mended`);
    }
    const findings = stage.servers.length > 1 ? await changeSeenByAll(stage) : [];
    await Promise.all(stage.probes.map((probe) => probe.stop()));
    // What probes delivered last is derived and told a moment later.
    const late = await comesTrue(10_000, () => underived(db));
    findings.push(...late.map((matter) => `${matter}, 10 s after the last probe ended`));
    if (stage.servers.length > 1) {
      findings.push(...(await comesTrue(agreeWithinMs + 500, () => disagreements(stage))));
    }
    return findings;
  } finally {
    await db.end({ timeout: 1 });
  }
}

/** What keeps the platform from being at rest; asked again until it is nothing. */
async function comesTrue(withinMs: number, ask: () => Promise<string[]>): Promise<string[]> {
  const until = Date.now() + withinMs;
  for (;;) {
    const open = await ask().catch((error: Error) => [`the platform could not be asked: ${error.message}`]);
    if (open.length === 0 || Date.now() > until) {
      return open;
    }
    await sleep(150);
  }
}

async function openMatters(db: postgres.Sql, stage: Stage, mendedAt: number): Promise<string[]> {
  const open: string[] = [];
  for (const server of stage.servers) {
    const ready = await fetch(`${server.url}/readyz`, { signal: AbortSignal.timeout(4_000) });
    if (!ready.ok) {
      open.push(`${server.name} is not ready: ${await ready.text()}`);
    }
  }
  // Probes deliver the oldest first: where something asked later has arrived, everything before it has.
  const rows = await db<{ location: string; check: number }[]>`
    select l.slug as location, c.id as check from locations l cross join checks c
    where not exists (select from samples s
      where s.location_id = l.id and s.check_id = c.id and s.at > ${mendedAt + 500})`;
  const behind = new Set(rows.map(({ location }) => location));
  open.push(...[...behind].map((location) => `nothing new has come from ${location}`));
  return [...open, ...(await underived(db))];
}

async function underived(db: postgres.Sql): Promise<string[]> {
  const [waiting] = await db<{ batches: number; reopened: number }[]>`
    select (select count(*)::int from underived_batches) as batches,
      (select count(*)::int from reopenings) as reopened`;
  return [
    ...(waiting!.batches > 0 ? [`${waiting!.batches} batches are not derived from`] : []),
    ...(waiting!.reopened > 0 ? [`${waiting!.reopened} checks are to be derived again`] : []),
  ];
}

async function disagreements(stage: Stage): Promise<string[]> {
  const told = await Promise.all(stage.servers.map((server) => toldBy(server, stage.services)));
  const others = told.slice(1).flatMap((one, i) => {
    const lines = told[0]!.split("\n");
    const first = one.split("\n").findIndex((line, at) => line !== lines[at]);
    return one === told[0]
      ? []
      : [
          `${stage.servers[0]!.name} says ${lines[first]?.trim()} where ${stage.servers[i + 1]!.name} says ${one.split("\n")[first]?.trim()}`,
        ];
  });
  return others;
}

/** A target goes down: every server must say so within a second of the first that does. */
async function changeSeenByAll(stage: Stage): Promise<string[]> {
  const service = stage.services[0]!;
  const findings: string[] = [];
  for (const down of [true, false]) {
    stage.targets.set(service, down);
    const wanted = down ? "down" : "up";
    const seen = new Map<string, number>();
    const until = Date.now() + 2 * lagMs;
    while (seen.size < stage.servers.length && Date.now() < until) {
      await Promise.all(
        stage.servers.map(async (server) => {
          const answer = await fetch(`${server.url}/api/v1/services/${service}`, {
            signal: AbortSignal.timeout(4_000),
          });
          const { reading } = (await answer.json()) as { reading: string };
          if (reading === wanted && !seen.has(server.name)) {
            seen.set(server.name, Date.now());
          }
        }),
      );
      await sleep(25);
    }
    const instants = [...seen.values()];
    const apartMs = Math.max(...instants) - Math.min(...instants);
    if (seen.size < stage.servers.length) {
      const silent = stage.servers.filter(({ name }) => !seen.has(name)).map(({ name }) => name);
      findings.push(`${silent.join(", ")} did not tell that ${service} is ${wanted}`);
    } else if (apartMs > agreeWithinMs) {
      findings.push(`the servers told that ${service} is ${wanted} ${apartMs} ms apart`);
    }
  }
  return findings;
}
