/** One 10 ms tick, raw sockets, one transaction per 200 ms: the floor. node lean-prober.ts DATABASE CHECKS INTERVAL_SECONDS PORT */
import { connect } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { hostOf } from "../target.ts";

const [checks, interval, port] = process.argv.slice(3).map(Number) as [number, number, number];
const database = new DatabaseSync(process.argv[2]!);
database.exec("pragma journal_mode = wal; pragma synchronous = normal");
database.exec("create table beat (monitor integer, t integer, ok integer, ms real)");
const insert = database.prepare("insert into beat values (?, ?, ?, ?)");

let beats: [number, number, number, number][] = [];
setInterval(() => {
  if (beats.length > 0) {
    database.exec("begin");
    beats.forEach((beat) => insert.run(...beat));
    database.exec("commit");
    beats = [];
  }
}, 200);

const hosts = Array.from({ length: checks }, (_, i) => hostOf(i));
const requests = hosts.map((host) =>
  Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
);

function check(i: number): void {
  const t = Date.now();
  const began = performance.now();
  let status = 0;
  let done = false;
  const socket = connect({ host: hosts[i]!, port, noDelay: true });
  const end = () => {
    if (!done) {
      done = true;
      socket.destroy();
      beats.push([i, t, status >= 200 && status < 300 ? 1 : 0, performance.now() - began]);
    }
  };
  socket.write(requests[i]!);
  socket.on("data", (bytes: Buffer) => {
    status ||= Number(bytes.toString("latin1", 9, 12));
  });
  socket.on("end", end);
  socket.on("error", end);
}

const begin = performance.now();
let asked = 0;
setInterval(() => {
  const due = Math.floor(((performance.now() - begin) * checks) / (interval * 1_000));
  while (asked < due) {
    check(asked++ % checks);
  }
}, 10);
