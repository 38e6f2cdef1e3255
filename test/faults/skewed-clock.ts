/**
 * Preloaded into a process (`node --import`), it makes that process's clock wrong: wall time is off by the number of ms that the file named
 * by FAULTS_CLOCK holds, and follows when that changes, as a clock does that somebody sets. Elapsed time is left alone, as on a real
 * machine. The product knows nothing of it.
 */
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env.FAULTS_CLOCK;
const everyMs = 100;

if (file !== undefined) {
  const RightDate = Date;
  let offMs = 0;
  const look = () => {
    try {
      offMs = Number(readFileSync(file, "utf8")) || 0;
    } catch {
      // No file: the clock is right.
    }
  };
  look();
  // A thread's unreferenced timer costs it nothing; the main thread's neither.
  setInterval(look, everyMs).unref();

  const now = () => RightDate.now() + offMs;
  globalThis.Date = new Proxy(RightDate, {
    construct: (target, given, as) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, as) as object,
    apply: () => new RightDate(now()).toString(),
    get: (target, name) => (name === "now" ? now : (Reflect.get(target, name) as unknown)),
  });
  if (isMainThread && offMs !== 0) {
    console.error(`The clock of this process is off by ${offMs} ms.`);
  }
}
