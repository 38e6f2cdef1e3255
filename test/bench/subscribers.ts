/**
 * Ten thousand subscribers of one incident: letters to a mail server that is slow now and then and puts every fiftieth off, webhooks to a
 * receiver that hangs, and a server that is started again in between. How fast they go out, that everybody hears once, and what readers of
 * the page notice meanwhile.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { SMTPServer } from "smtp-server";
import { createToken } from "../../src/actions/create-token.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { asUsers, install, type ServerProcess } from "../support/server-process.ts";
import { type Figure, progress } from "./figure.ts";
import { usageOf } from "./processes.ts";

const letters = 10_000;
const hooks = 100;
const platform = `platform: { name: Bench, time_zone: UTC }
services: { beacon: { checks: { job: { check-in: 1h } } } }
`;
/** The server is started again once so many letters have come. */
const restartedAfter = 4_000;
const patienceMs = 10 * 60_000;

export async function subscribers(): Promise<Figure[]> {
  const mail = await startSlowMail();
  const hanging = await startHanging();
  const installation = await install(platform, "none", asUsers);
  const environment = {
    SMTP_URL: mail.url,
    MAIL_FROM: "status@bench.example",
    BOUNCE_EMAIL: "bounces@bench.example",
    SUBSCRIBER_WEBHOOKS: "internal",
    LOG_LEVEL: "error",
  };
  let server: ServerProcess | undefined;
  try {
    const token = await fill(join(installation.folder, "data"), hanging.url);
    server = await installation.start(environment);
    const readers = [watchPage(server)];
    const before = usageOf([server.pid]).rssBytes;
    const began = performance.now();
    await declare(server.url, token);
    await until(() => mail.heard.size >= restartedAfter);
    const first = await readers[0]!.stop();
    const stopped = performance.now();
    await server.stop();
    server = await installation.start(environment);
    const awayMs = performance.now() - stopped;
    readers.push(watchPage(server));
    await until(() => mail.heard.size === letters);
    const seconds = (performance.now() - began - awayMs) / 1_000;
    const second = await readers[1]!.stop();
    progress(
      `subscribers: ${letters} letters in ${seconds.toFixed(0)} s, away for ${(awayMs / 1_000).toFixed(1)} s, ${mail.putOff()} put off, ${mail.doubled()} came twice`,
    );
    return figuresOf({
      ...{ perSecond: letters / seconds, doubled: mail.doubled(), before },
      pageMs: [...first.tookMs, ...second.tookMs],
      peak: Math.max(first.peak, second.peak),
      cpuMs: ((first.cpuSeconds + second.cpuSeconds) * 1_000) / letters,
    });
  } finally {
    await server?.stop();
    await installation.remove();
    await Promise.all([mail.close(), hanging.close()]);
  }
}

function figuresOf(found: {
  perSecond: number;
  doubled: number;
  pageMs: number[];
  before: number;
  peak: number;
  cpuMs: number;
}): Figure[] {
  const name = `an incident to ${letters.toLocaleString("en")} subscribers by mail`;
  const sorted = found.pageMs.toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)]!;
  const ours = (value: number) => ({ ours: { "fournines/PGlite": value }, peers: {} });
  return [
    {
      ...{ name, unit: "letters/s", better: "higher", target: 100 },
      ...ours(found.perSecond),
      note: `over 4 connections, ${hooks} webhooks hang meanwhile; ${found.cpuMs.toFixed(1)} ms of CPU a letter, page and probe included`,
    },
    {
      ...{ name: `${name}: came twice over a restart`, unit: "letters", better: "lower", target: 0 },
      ...ours(found.doubled),
    },
    {
      ...{ name: `${name}: the slowest hundredth of readers waits meanwhile`, unit: "ms", better: "lower" },
      ...{ target: 250, ...ours(p99) },
      note: `of ${sorted.length}, median ${sorted[sorted.length >> 1]!.toFixed(1)} ms`,
    },
    {
      ...{ name: `${name}: memory that it takes the server`, unit: "MB", better: "lower", target: 250 },
      ...ours((found.peak - found.before) / 2 ** 20),
      note: `at most, of ${Math.round(found.before / 2 ** 20)} MB before`,
    },
  ];
}

/** Everybody who hears, in a database that no server has opened yet; a token in it. */
async function fill(folder: string, hook: string): Promise<string> {
  const open = await openDatabase({ folder });
  await open.migrate();
  const now = Date.now();
  const shared = sql`'["incidents","maintenance"]'::jsonb, 'at_once', 'en', ${now}::bigint, ${now}::bigint`;
  const columns = sql`id, channel, address, secret, topics, pace, language, created_at, confirmed_at`;
  await open.db.execute(sql`
    insert into subscriptions (${columns})
    select 'sub_hook' || lpad(n::text, 12, '0'), 'webhook', ${hook} || n,
      ${`whsec_${Buffer.alloc(24, 1).toString("base64")}`}, ${shared}
    from generate_series(1, ${hooks}::int) as n`);
  await open.db.execute(sql`
    insert into subscriptions (${columns})
    select 'sub_' || lpad(n::text, 16, '0'), 'email', 'reader' || n || '@bench.example', null, ${shared}
    from generate_series(1, ${letters}::int) as n`);
  const token = await createToken(open.db, "bench", now);
  await open.close();
  return token;
}

async function declare(url: string, token: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/incidents`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ title: "Sign-in fails", message: "We are **looking into it**.", services: [] }),
  });
  if (answer.status !== 201) {
    throw new Error(`an incident was answered with ${answer.status}: ${await answer.text()}`);
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (const began = performance.now(); !holds();) {
    if (performance.now() - began > patienceMs) {
      throw new Error("the letters did not all come");
    }
    await pause(20);
  }
}

interface SlowMail {
  url: string;
  /** Who has heard, by address: under which Message-IDs. */
  heard: Map<string, string[]>;
  doubled(): number;
  putOff(): number;
  close(): Promise<void>;
}

/** Takes 3 ms for a letter, for every hundredth 300 ms, and puts off every fiftieth recipient once. */
async function startSlowMail(): Promise<SlowMail> {
  const heard = new Map<string, string[]>();
  const putOff = new Set<string>();
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ["STARTTLS"], logger: false },
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const to = envelope.rcptTo[0]!.address;
        const number = Number(/\d+/.exec(to)![0]);
        if (number % 50 === 0 && !putOff.has(to)) {
          putOff.add(to);
          done(Object.assign(new Error("come back later"), { responseCode: 451 }));
          return;
        }
        const [, id = ""] = /^Message-ID: (\S+)/m.exec(Buffer.concat(parts).toString("latin1")) ?? [];
        heard.set(to, [...(heard.get(to) ?? []), id]);
        setTimeout(done, number % 100 === 1 ? 300 : 3);
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    ...{ heard, putOff: () => putOff.size },
    doubled: () => [...heard.values()].filter((ids) => ids.length > 1).length,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Takes every call and answers none. */
async function startHanging(): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What a reader and the machine noticed. */
interface Watched {
  tookMs: number[];
  /** Memory of the server at most, bytes. */
  peak: number;
  cpuSeconds: number;
}

/** A reader who looks at the page ten times a second, and what the server takes meanwhile. */
function watchPage({ url, pid }: ServerProcess): { stop(): Promise<Watched> } {
  const tookMs: number[] = [];
  const begun = usageOf([pid]).cpuSeconds;
  let [peak, isOver] = [0, false];
  const watching = (async () => {
    while (!isOver) {
      const began = performance.now();
      await (await fetch(`${url}/`)).arrayBuffer();
      tookMs.push(performance.now() - began);
      peak = Math.max(peak, usageOf([pid]).rssBytes);
      await pause(100);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return { tookMs, peak, cpuSeconds: usageOf([pid]).cpuSeconds - begun };
    },
  };
}
