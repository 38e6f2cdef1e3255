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
  /** What it is made of, where it is made of several: text, HTML, documents, in order. */
  parts: MailPart[];
}

/** A part of a mail, decoded. */
export interface MailPart {
  /** "application/pdf". */
  type: string;
  /** Name of the file; "": it is none. */
  name: string;
  content: Buffer;
}

export interface MailReceiver {
  url: string;
  mails: ReceivedMail[];
  /** Whether the next mails are refused: with 451, or the code given. */
  refuse(refused: boolean | number): void;
  /** Called before a mail is answered; what it waits for keeps the sender waiting. */
  whileTaking(hook: (() => Promise<void> | void) | null): void;
  /** The first mail, or the one after `count` others; waits for it. */
  received(count?: number, withinMs?: number): Promise<ReceivedMail>;
  close(): Promise<void>;
}

export async function startMailReceiver(): Promise<MailReceiver> {
  const mails: ReceivedMail[] = [];
  let refused: boolean | number = false;
  let taking: (() => Promise<void> | void) | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", async () => {
        if (refused !== false) {
          const responseCode = refused === true ? 451 : refused;
          done(Object.assign(new Error("not this one"), { responseCode }));
          return;
        }
        const to = envelope.rcptTo.map(({ address }) => address);
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        mails.push(readMail(from, to, Buffer.concat(parts).toString("utf8")));
        await taking?.();
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
    whileTaking: (hook) => (taking = hook),
    received: (count = 0, withinMs = 60_000) => element(mails, count, withinMs),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function readMail(from: string, to: string[], source: string): ReceivedMail {
  const { header, body } = readEntity(source);
  const parts = partsOf(source);
  const text =
    parts.length > 1
      ? parts.find(({ type }) => type === "text/plain")!.content
      : decoded(body, header("Content-Transfer-Encoding"));
  return { from, to, source, text: text.toString("utf8").replaceAll("\r\n", "\n"), header, parts };
}

function readEntity(source: string) {
  const [head = "", ...body] = source.split("\r\n\r\n");
  const headers = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const header = (name: string) => {
    const line = headers.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return line && readWords(line.slice(name.length + 2));
  };
  return { header, body: body.join("\r\n\r\n") };
}

/** Words of a header beyond ASCII (RFC 2047), as nodemailer writes them. */
function readWords(value: string): string {
  return value
    .replace(/\?= =\?UTF-8\?Q\?/g, "")
    .replace(/=\?UTF-8\?Q\?(.*?)\?=/g, (_, coded: string) =>
      decoded(coded.replaceAll("_", "=20"), "quoted-printable").toString("utf8"),
    );
}

function partsOf(source: string): MailPart[] {
  const { header, body } = readEntity(source);
  const type = header("Content-Type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary !== undefined) {
    const inner = body.split(`--${boundary}`).slice(1, -1);
    return inner.flatMap((part) => partsOf(part.replace(/^\r\n|\r\n$/g, "")));
  }
  const name = /filename="?([^";]+)"?/.exec(header("Content-Disposition") ?? "")?.[1] ?? "";
  const content = decoded(body, header("Content-Transfer-Encoding"));
  return [{ type: type.split(";")[0]!, name, content }];
}

function decoded(body: string, encoding: string | undefined): Buffer {
  switch (encoding) {
    case "quoted-printable":
      return Buffer.from(
        body
          .replace(/=\r\n/g, "")
          .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
        "latin1",
      );
    case "base64":
      return Buffer.from(body, "base64");
    default:
      return Buffer.from(body, "utf8");
  }
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
  /** What it answers from now on: a status, headers with it, and a text. */
  answer(status: number, headers?: Record<string, string>, body?: string): void;
  /** The first call, or the one after `count` others; waits for it. */
  received(count?: number, withinMs?: number): Promise<ReceivedCall>;
  close(): Promise<void>;
}

export async function startCallReceiver(): Promise<CallReceiver> {
  const calls: ReceivedCall[] = [];
  let answer = { status: 204, headers: {} as Record<string, string>, body: "" };
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
      response.writeHead(answer.status, { ...answer.headers, Connection: "close" }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    calls,
    answer: (status, headers = {}, body = "") => (answer = { status, headers, body }),
    received: (count = 0, withinMs = 60_000) => element(calls, count, withinMs),
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
