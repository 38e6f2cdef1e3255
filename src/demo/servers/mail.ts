/**
 * The demo's mail server: enough of SMTP (RFC 5321) to greet, to be left, and to take the demo's own mail. Only what is meant for an address
 * that belongs to nobody (.example, RFC 2606) is taken. What is taken is handed to whoever shows it, as far as its words reach.
 */
import { createServer, type Socket } from "node:net";
import { type Demeanour, listen, type Running, takeTime } from "./listening.ts";

const name = "mail.skarv.example";

/** Words come before what is attached to them. */
const longestLetter = 64 * 1024;

/** A letter as it came over the wire, one character a byte; of a long one the beginning. */
export type TakeLetter = (letter: { to: string; raw: string }) => void;

export function startMail(port: number, demeanour: Demeanour, take: TakeLetter): Promise<Running> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(30_000, () => socket.destroy());
    void takeTime(demeanour).then(() => {
      if (demeanour.condition() === "failing") {
        socket.end(`421 ${name} Service not available, closing transmission channel\r\n`);
      } else {
        socket.write(`220 ${name} ESMTP ready\r\n`);
      }
    });
    const answer = conversation(socket, take);
    let held = "";
    socket.on("data", (bytes) => {
      const lines = (held + bytes.toString("latin1")).split("\r\n");
      held = lines.pop()!.slice(0, 1024);
      lines.forEach(answer);
    });
  });
  return listen(server, port, "mail server").then((running) => ({
    ...running,
    stop() {
      sockets.forEach((socket) => socket.destroy());
      return running.stop();
    },
  }));
}

/** Answers one line of a client after the other. */
function conversation(socket: Socket, take: TakeLetter): (line: string) => void {
  let takesLetter = false;
  let to = "";
  let raw = "";
  return (line) => {
    if (takesLetter) {
      if (line === ".") {
        takesLetter = false;
        take({ to, raw });
        raw = "";
        socket.write("250 OK, taken\r\n");
      } else if (raw.length < longestLetter) {
        raw += `${line.replace(/^\./, "")}\r\n`;
      }
      return;
    }
    switch (line.slice(0, 4).toUpperCase()) {
      case "HELO":
      case "EHLO":
        socket.write(`250 ${name}\r\n`);
        break;
      case "MAIL":
      case "RSET":
      case "NOOP":
        socket.write("250 OK\r\n");
        break;
      case "RCPT":
        to = /^RCPT TO:<([^<>@]+@[^<>@]+\.example)>/i.exec(line)?.[1] ?? "";
        socket.write(to === "" ? "550 Only addresses under .example are taken here\r\n" : "250 OK\r\n");
        break;
      case "DATA":
        takesLetter = true;
        socket.write("354 Go ahead\r\n");
        break;
      case "QUIT":
        socket.end(`221 ${name} closing connection\r\n`);
        break;
      default:
        socket.write("502 Command not implemented\r\n");
    }
  };
}
