/** The probed target where nginx is missing: raw sockets, every connection closed after its answer. node own-target.ts PORT FAILING_PORT LOG FLAG */
import { appendFileSync, existsSync } from "node:fs";
import { createServer } from "node:net";

const [port, failingPort, log, flag] = [
  Number(process.argv[2]),
  Number(process.argv[3]),
  process.argv[4]!,
  process.argv[5]!,
];
const body = "x".repeat(1024);
const head = (status: string, length: number) =>
  `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`;
const well = Buffer.from(head("200 OK", body.length) + body);
const failing = Buffer.from(head("503 Service Unavailable", 0));

let lines = "";
let fails = false;
setInterval(() => {
  fails = existsSync(flag);
  if (lines !== "") {
    appendFileSync(log, lines);
    lines = "";
  }
}, 200);

function listen(at: number, mayFail: boolean): void {
  createServer({ noDelay: true }, (socket) => {
    const host = socket.localAddress;
    socket.on("error", () => {});
    socket.once("data", () => {
      lines += `${(Date.now() / 1000).toFixed(3)} ${host}\n`;
      socket.end(mayFail && fails ? failing : well);
    });
  }).listen({ port: at, host: "0.0.0.0", backlog: 8192 });
}

listen(port, false);
listen(failingPort, true);
