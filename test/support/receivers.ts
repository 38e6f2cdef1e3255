/** Those who are told, on loopback: an SMTP server and an HTTP server that keep what they were sent, and can refuse for a while. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export interface ReceivedMail {
  from: string;
  to: string[];
  /** As it arrived: headers, an empty line, text. */
  source: string;
  /** Its text, decoded. */
  text: string;
  header(name: string): string | undefined;
}

export interface MailReceiver {
  url: string;
  mails: ReceivedMail[];
  /** Whether the next mails are refused (with 451). */
  refuse(refused: boolean): void;
  /** The first mail, or the one after `count` others; waits for it. */
  received(count?: number, withinMs?: number): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export async function startMailReceiver(): Promise<MailReceiver> {
  const mails: ReceivedMail[] = [];
  let refused = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        if (refused) {
          done(Object.assign(new Error("come again later"), { responseCode: 451 }));
          return;
        }
        const to = envelope.rcptTo.map(({ address }) => address);
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        mails.push(readMail(from, to, Buffer.concat(parts).toString("utf8")));
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    refuse: (now) => (refused = now),
    received: (count = 0, withinMs = 10_000) => element(mails, count, withinMs),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function readMail(from: string, to: string[], source: string): ReceivedMail {
  const [head = "", ...body] = source.split("\r\n\r\n");
  const headers = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const header = (name: string) =>
    headers.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))?.slice(name.length + 2);
  const coded = body.join("\r\n\r\n");
  const text =
    header("Content-Transfer-Encoding") === "quoted-printable"
      ? Buffer.from(
          coded
            .replace(/=\r\n/g, "")
            .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
          "latin1",
        ).toString("utf8")
      : coded;
  return { from, to, source, text: text.replaceAll("\r\n", "\n"), header };
}

export interface ReceivedCall {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface CallReceiver {
  url: string;
  calls: ReceivedCall[];
  /** What it answers from now on: a status, and headers with it. */
  answer(status: number, headers?: Record<string, string>): void;
  /** The first call, or the one after `count` others; waits for it. */
  received(count?: number, withinMs?: number): Promise<ReceivedCall>;
  close(): Promise<void>;
}

export async function startCallReceiver(): Promise<CallReceiver> {
  const calls: ReceivedCall[] = [];
  let answer = { status: 204, headers: {} as Record<string, string> };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      calls.push({
        method: request.method!,
        path: request.url!,
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(parts).toString("utf8"),
      });
      response.writeHead(answer.status, { ...answer.headers, Connection: "close" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    calls,
    answer: (status, headers = {}) => (answer = { status, headers }),
    received: (count = 0, withinMs = 10_000) => element(calls, count, withinMs),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function element<T>(received: readonly T[], index: number, withinMs: number): Promise<T> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    if (received.length > index) {
      return received[index]!;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`only ${received.length} came within ${withinMs / 1000} s`);
}
