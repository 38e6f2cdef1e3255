/** One interval timer, one fetch and one INSERT per check. node naive-prober.ts DATABASE CHECKS INTERVAL_SECONDS PORT */
import { DatabaseSync } from "node:sqlite";
import { hostOf } from "../target.ts";

const [checks, interval, port] = process.argv.slice(3).map(Number) as [number, number, number];
const database = new DatabaseSync(process.argv[2]!);
database.exec("pragma journal_mode = wal; pragma synchronous = normal");
database.exec("create table beat (monitor integer, t integer, ok integer, ms real, message text)");
database.exec("create index beat_monitor on beat (monitor, t)");
const insert = database.prepare("insert into beat values (?, ?, ?, ?, ?)");

async function check(i: number, url: string): Promise<void> {
  const t = Date.now();
  const began = performance.now();
  let ok = false;
  let message = "";
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await response.text();
    ok = response.ok;
    message = String(response.status);
  } catch (error) {
    message = (error as Error).message;
  }
  insert.run(i, t, ok ? 1 : 0, performance.now() - began, message);
}

for (let i = 0; i < checks; i++) {
  setTimeout(
    () => {
      const url = `http://${hostOf(i)}:${port}/`;
      void check(i, url);
      setInterval(() => void check(i, url), interval * 1_000);
    },
    (i * interval * 1_000) / checks,
  );
}
